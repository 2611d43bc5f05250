"""The page on which a manager tries other promises."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core_psa.access.roles import set_roles
from core_psa.organisation.tables import Agent
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser

ADDRESS = "/administration/sla/what-if"
Tickets = Callable[[str, str], int]


@pytest.fixture
def manager(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("manager")


def test_the_deadlines_of_a_ticket_that_might_be_are_shown_with_the_days_that_lead_there(manager: Browser) -> None:
    shown = manager.get(f"{ADDRESS}?about=new&opened=2026-03-06T16:00&priority=3")
    assert "First response" in shown
    assert "Fri 6 Mar" in shown
    assert "closed" in shown  # the weekend between


def test_a_ticket_is_shown_as_it_was_and_as_supposed(manager: Browser, ticket: Tickets) -> None:
    number = ticket("Printer jams", "")
    shown = manager.get(f"{ADDRESS}?about=ticket&ticket={number}&priority=1")
    assert ["Printer jams" in shown, "of 4 h" in shown, "of 15 min" in shown] == [True] * 3


def test_the_tickets_of_a_period_are_counted_both_ways(manager: Browser, ticket: Tickets) -> None:
    ticket("Printer jams", "")
    shown = manager.get(ADDRESS)
    assert "0 of 1 tickets would have come out otherwise" in shown
    assert "0 met, 0 missed, 1 not decided" in shown


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("about=ticket&ticket=4242", "there is no ticket 0004242"),
        ("about=ticket&ticket=x", "must be a whole number"),
        ("about=new&opened=yesterday", "must be a day and a time"),
        ("about=new&opened=2026-03-06T16:00&answered=2026-03-05T16:00", "must not lie before"),
        ("about=new&opened=0001-01-01T00:00", "must lie between"),
        ("about=period&since=2026-03-06&until=2026-03-01", "must be a day from"),
        ("policy=99", "there is no policy 99"),
        ("calendar=0", "there is no calendar 0"),
        ("priority=99999", "there is no priority 99999"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(manager: Browser, asked: str, says: str) -> None:
    answer = manager.client.get(f"{ADDRESS}?{asked}")
    assert (answer.status_code, says in answer.text) == (422, True)


def test_who_may_not_see_policies_tries_none(desk: Desk, manager: Browser) -> None:
    with desk.db.work() as w:
        set_roles(w, SYSTEM, w.session.scalars(select(Agent.id)).one(), [])
    assert manager.client.get(ADDRESS).status_code == 403
