"""The panel beside a ticket: lines that say what there is, parts that come when they are opened, and what is remembered."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from core_psa.checklists import actions as checklists
from core_psa.tickets.views.rules import FOLDS
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser

Opens = Callable[[str, str], int]


@pytest.fixture
def said() -> Iterator[list[str]]:
    """Every SQL statement."""
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


def test_the_first_page_takes_few_statements(agent: Browser, ticket: Opens, said: list[str]) -> None:
    address = f"/tickets/{ticket('Scanner beeps', 'All day.')}"
    agent.get(address)
    said.clear()
    agent.get(address)
    assert len(said) <= 50


def test_a_part_comes_when_it_is_opened(agent: Browser, ticket: Opens, desk: Desk) -> None:
    with desk.db.work() as w:
        checklists.create_template(w, SYSTEM, name="Scanner check", items=[{"text": "Switch it off"}])
    number = ticket("Scanner beeps", "All day.")
    assert "Scanner check" not in agent.get(f"/tickets/{number}")
    assert "Scanner check" in agent.get(f"/tickets/{number}/panel/checklists")


def test_every_part_can_be_asked_for(agent: Browser, ticket: Opens) -> None:
    number = ticket("Scanner beeps", "All day.")
    page = agent.get(f"/tickets/{number}")
    shown = [name for name in FOLDS if f'data-fold="{name}"' in page and name != "details"]
    assert {"similar", "steps", "links", "ledger", "watchers"} <= set(shown)
    for name in shown:
        assert f'id="fold-{name}"' in agent.get(f"/tickets/{number}/panel/{name}")


def test_a_part_that_is_none_or_not_for_this_role_is_not_found(
    signed_in: Callable[[str], Browser], ticket: Opens
) -> None:
    reader, number = signed_in("finance"), ticket("Scanner beeps", "All day.")
    for name in ("nonsense", "steps", "fields"):
        assert reader.client.get(f"/tickets/{number}/panel/{name}").status_code == 404


def test_a_change_leads_back_to_the_parts_that_were_open(agent: Browser, ticket: Opens) -> None:
    number = ticket("Scanner beeps", "All day.")
    given = {"csrf_token": agent.csrf_token, "outside": "ada@x.example", "fold": ["watchers", "steps", "nonsense"]}
    answer = agent.client.post(f"/tickets/{number}/watchers", data=given, follow_redirects=False)
    assert answer.headers["location"] == f"/tickets/{number}?fold=watchers&fold=steps"
    assert "ada@x.example" in agent.get(answer.headers["location"])


def test_a_refusal_is_said_in_the_part_where_it_was_asked_for(agent: Browser, ticket: Opens) -> None:
    number = ticket("Scanner beeps", "All day.")
    answer = agent.client.post(f"/tickets/{number}/watchers", data={"csrf_token": agent.csrf_token})
    assert answer.status_code == 422
    part = answer.text.split('id="fold-watchers"')[1]
    assert "choose an agent or write an address" in part


def test_what_was_opened_by_hand_is_open_on_the_next_ticket(agent: Browser, ticket: Opens) -> None:
    second = ticket("Scanner jams", "Again.")
    assert agent.post("/account/folds", name="links", open="on") == 204
    assert agent.post("/account/folds", name="similar", open="") == 204
    page = agent.get(f"/tickets/{second}")
    assert 'data-fold="links" data-live open' in page
    assert 'data-fold="similar" data-live open' not in page
    assert agent.post("/account/folds", name="nonsense", open="on") == 422
