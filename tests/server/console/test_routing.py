"""Routing rules on their pages."""

from collections.abc import Callable

import pytest

from core_psa.customers.actions import create_customer
from core_psa.organisation.actions import create_team
from core_psa.routing import store
from core_psa.routing.tables import RoutingRule
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser

ROUTING = "/administration/routing"


@pytest.fixture
def administrator(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("administrator")


def rules(desk: Desk) -> list[RoutingRule]:
    with desk.db.read() as session:
        return store.all_rules(session)


def test_a_rule_is_written_in_names_and_shown_in_names(desk: Desk, administrator: Browser) -> None:
    with desk.db.work() as w:
        customer_id = create_customer(w, SYSTEM, name="Alder Ltd").id
        team_id = create_team(w, SYSTEM, name="Network").id
    given = {"asked": ["customer", "text"], "sense": ["is", "not"], "values": ["Alder Ltd", "toner\npaper"]}
    answer = administrator.post(f"{ROUTING}/new", name="Alder", team_id=str(team_id), match="any", **given)
    assert answer == 303
    (rule,) = rules(desk)
    assert not rule.match_all
    assert rule.conditions == [
        {"field": "customer", "values": [customer_id], "negated": False},
        {"field": "text", "values": ["toner", "paper"], "negated": True},
    ]
    assert "Alder Ltd" in administrator.get(f"{ROUTING}/{rule.id}")
    assert "team Network" in administrator.get(ROUTING)


def test_a_name_that_is_not_known_is_refused_and_stays_in_the_form(administrator: Browser) -> None:
    given = {"csrf_token": administrator.csrf_token, "name": "X", "asked": "customer", "sense": "is"}
    answer = administrator.client.post(f"{ROUTING}/new", data={**given, "values": "Nobody & Sons"})
    assert answer.status_code == 422
    assert "Nobody &amp; Sons" in answer.text


def test_rules_move_up_and_down_and_go(desk: Desk, administrator: Browser) -> None:
    for name in ("one", "two"):
        administrator.post(f"{ROUTING}/new", name=name)
    second = rules(desk)[1].id
    administrator.post(f"{ROUTING}/order", rule=str(second), to="up")
    assert [rule.name for rule in rules(desk)] == ["two", "one"]
    administrator.post(f"{ROUTING}/{second}/remove")
    assert [rule.name for rule in rules(desk)] == ["one"]


def test_the_dry_run_shows_past_tickets(administrator: Browser, ticket: Callable[[str], int]) -> None:
    ticket("Printer jams")
    administrator.post(f"{ROUTING}/new", name="All", active="on", tags="seen")
    shown = administrator.get(f"{ROUTING}/dry-run")
    assert "Printer jams" in shown
    assert "only tags" in shown
    assert "as it is today" not in shown


def test_who_may_not_change_settings_is_refused(signed_in: Callable[[str], Browser]) -> None:
    assert signed_in("agent").client.get(f"{ROUTING}/new").status_code == 403
