"""Calendars, policies and agreements as pages, and the clocks where agents see them."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core_psa.agreements.tables import Agreement
from core_psa.customers import actions as customers
from core_psa.sla import policy_store, store
from core_psa.sla.tables import Calendar, SlaPolicy
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser

POLICY = {"name": "Gold", "reopening": "continue", "updates": "always", "at_risk_from": "80", "warnings": "2"}


@pytest.fixture
def manager(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("manager")


def test_a_policy_is_made_on_its_page(manager: Browser, desk: Desk) -> None:
    targets = {"target_1_response": "15", "open_1_response": "on", "target_2_resolution": "480"}
    warned = {"percent_0": "75", "who_0": ["assignee", "manager"], "level_0": "2", "percent_1": ""}
    assert manager.post("/administration/sla/new", **POLICY, **targets, **warned) == 303
    with desk.db.read() as session:
        gold = session.scalars(select(SlaPolicy.id).where(SlaPolicy.name == "Gold")).one()
        made = policy_store.read(session, gold)
    assert {(t.priority_id, t.kind, t.minutes, t.always_open) for t in made.targets.values()} == {
        (1, "response", 15, True),
        (2, "resolution", 480, False),
    }
    assert [(w.percent, w.recipients, w.level) for w in made.warnings] == [(75, ("assignee", "manager"), 2)]
    assert 'value="480"' in manager.get(f"/administration/sla/{gold}")


def test_a_refused_policy_keeps_what_was_typed(manager: Browser) -> None:
    answer = manager.client.post(
        "/administration/sla/new", data={"csrf_token": manager.csrf_token, **POLICY, "name": "standard"}
    )
    assert answer.status_code == 422
    assert "is taken" in answer.text
    assert 'value="80"' in answer.text


def test_a_calendar_is_written_as_people_write_hours(manager: Browser, desk: Desk) -> None:
    week = {f"day_{day}": "08:00-12:00, 13:00-17:30" for day in range(4)}
    days = {"holidays": "2026-12-24 Christmas Eve", "country": "de", "subdivision": "by"}
    body = {"name": "Munich", "timezone": "Europe/Berlin", **week, **days}
    assert manager.post("/administration/calendars/new", **body) == 303
    with desk.db.read() as session:
        munich = session.scalars(select(Calendar.id).where(Calendar.name == "Munich")).one()
        assert len(store.windows_of(session, [munich])[munich]) == 8
        assert "Christmas Eve" in [row.name for row in store.holidays_of(session, [munich])[munich]]
    assert "Mon–Thu 08:00–12:00, 13:00–17:30" in manager.get("/administration/calendars")


def test_hours_that_are_none_are_refused_at_their_day(manager: Browser) -> None:
    body = {"csrf_token": manager.csrf_token, "name": "Munich", "timezone": "Europe/Berlin", "day_2": "nine to five"}
    answer = manager.client.post("/administration/calendars/new", data=body)
    assert answer.status_code == 422
    assert 'id="day_2-problem"' in answer.text


def test_an_agreement_is_made_on_its_page(manager: Browser, desk: Desk) -> None:
    with desk.db.work() as w:
        customer = customers.create_customer(w, SYSTEM, name="Larkfield Dairy")
    body = {"customer_id": str(customer.id), "name": "Care", "starts_on": "2026-01-01", "types": ["1", "2"]}
    assert manager.post("/agreements/new", **body) == 303
    with desk.db.read() as session:
        agreement = session.scalars(select(Agreement)).one()
    assert "Care" in manager.get(f"/agreements?customer={customer.id}")
    assert 'value="2" checked' in manager.get(f"/agreements/{agreement.id}")
    assert f'href="/agreements/{agreement.id}"' in manager.get(f"/customers/{customer.id}")


def test_a_customer_is_given_a_policy_beside_its_agreements(manager: Browser, desk: Desk) -> None:
    with desk.db.work() as w:
        customer = customers.create_customer(w, SYSTEM, name="Larkfield Dairy")
    assert manager.post(f"/agreements/of/{customer.id}", sla_policy_id="2") == 303
    assert "SLA policy where no agreement names one: No SLA" in manager.get(f"/customers/{customer.id}")
    assert manager.post(f"/agreements/of/{customer.id}", sla_policy_id="") == 303
    assert "SLA policy where no agreement" not in manager.get(f"/customers/{customer.id}")


def test_an_agent_reads_what_was_promised_and_changes_nothing(agent: Browser) -> None:
    assert "Standard" in agent.get("/administration/sla")
    assert '<fieldset class="plain-set" disabled>' in agent.get("/administration/sla/1")
    assert agent.post("/administration/sla/1", **POLICY) == 403
    assert agent.post("/administration/calendars/1", name="Mine", timezone="UTC") == 403
    assert agent.post("/agreements/new", name="Mine") == 403


def test_the_ticket_shows_its_clocks_and_how_they_are_counted(
    agent: Browser, ticket: Callable[[str, str], int]
) -> None:
    page = agent.get(f"/tickets/{ticket('Printer jams', 'Again.')}?fold=ledger")
    assert "First response" in page
    assert "Business hours v1" in page


def test_the_queue_shows_and_sorts_by_what_is_due(agent: Browser, ticket: Callable[[str, str], int]) -> None:
    ticket_id = ticket("Printer jams", "Again.")
    page = agent.get("/queue?sort=due&sla=ok")
    assert f'id="t-{ticket_id}"' in page
    assert 'data-style="left"' in page
    assert "SLA: in time" in page
