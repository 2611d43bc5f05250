"""The priority that follows from impact and urgency, VIPs, severity A, and what people set by hand."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core_psa.agreements.actions import create_agreement
from core_psa.customers.actions import create_customer
from core_psa.customers.tables import Customer
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.errors import Invalid
from core_psa.reads.queue import queue
from core_psa.reads.queue_filter import QueueFilter
from core_psa.tickets import store
from core_psa.tickets.tables import Priority, Ticket
from core_psa.tickets.urgency import actions
from core_psa.viewer import SYSTEM
from tests.desk import AGENT, opened


def priority(db: Database, ticket_id: int) -> str | None:
    with db.read() as session:
        ticket = store.get(session, SYSTEM, ticket_id)
        return session.scalar(select(Priority.name).where(Priority.id == ticket.priority_id))


def rank(db: Database, ticket_id: int) -> int:
    with db.read() as session:
        return session.get_one(Ticket, ticket_id).priority_rank


def changed(db: Database, ticket_id: int, **values: Any) -> None:
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values=values)


@pytest.mark.parametrize(
    ("impact", "urgency", "expected"),
    [
        ("high", "high", "P1 Critical"),
        ("high", "medium", "P2 High"),
        ("medium", "medium", "P3 Medium"),
        ("low", "low", "P4 Low"),
    ],
)
def test_impact_and_urgency_give_the_priority(db: Database, impact: str, urgency: str, expected: str) -> None:
    assert priority(db, opened(db, impact=impact, urgency=urgency)) == expected


def test_one_of_them_alone_gives_none(db: Database) -> None:
    assert priority(db, opened(db, impact="high")) is None


def test_a_level_that_is_none_is_refused_with_those_there_are(db: Database) -> None:
    with pytest.raises(Invalid) as refused:
        opened(db, impact="huge")
    assert (refused.value.errors[0].field, refused.value.errors[0].allowed) == ("impact", ("high", "medium", "low"))


def test_a_vip_customer_gets_the_next_more_urgent_one(db: Database) -> None:
    with db.work() as w:
        w.session.add(Customer(name="Marlowe", vip=True, created_at=w.now))
    assert priority(db, opened(db, customer="Marlowe", impact="low", urgency="low")) == "P3 Medium"


def agreed(db: Database, customer_id: int, **given: Any) -> None:
    with db.work() as w:
        create_agreement(w, SYSTEM, customer_id, name="Care", raises_priority=True, **given)


def test_an_agreement_may_raise_what_it_covers(db: Database) -> None:
    with db.work() as w:
        customer_id = create_customer(w, SYSTEM, name="Marlowe").id
    agreed(db, customer_id, starts_on=date(2026, 1, 1))
    assert priority(db, opened(db, customer="Marlowe", impact="medium", urgency="medium")) == "P2 High"


def test_an_agreement_and_a_vip_raise_it_twice(db: Database) -> None:
    with db.work() as w:
        customer_id = create_customer(w, SYSTEM, name="Marlowe", vip=True).id
    agreed(db, customer_id, starts_on=date(2026, 1, 1))
    assert priority(db, opened(db, customer="Marlowe", impact="medium", urgency="medium")) == "P1 Critical"


def test_an_agreement_that_is_over_raises_nothing(db: Database) -> None:
    with db.work() as w:
        customer_id = create_customer(w, SYSTEM, name="Marlowe").id
    agreed(db, customer_id, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    assert priority(db, opened(db, customer="Marlowe", impact="medium", urgency="medium")) == "P3 Medium"


def test_the_priority_follows_when_it_gets_worse(db: Database) -> None:
    ticket_id = opened(db, impact="low", urgency="low")
    changed(db, ticket_id, impact="high", urgency="high")
    assert priority(db, ticket_id) == "P1 Critical"


def test_a_priority_set_by_hand_stays(db: Database) -> None:
    ticket_id = opened(db, impact="low", urgency="low")
    changed(db, ticket_id, priority=2)
    changed(db, ticket_id, impact="high")
    assert priority(db, ticket_id) == "P2 High"


def test_a_priority_given_with_impact_and_urgency_wins(db: Database) -> None:
    assert priority(db, opened(db, impact="high", urgency="high", priority="P4 Low")) == "P4 Low"


def test_severity_a_comes_before_everything_in_the_queue_and_has_the_most_urgent_priority(db: Database) -> None:
    outage, other = opened(db, severity_a=True), opened(db, priority="P1 Critical")
    with db.read() as session:
        rows = queue(session, AGENT, QueueFilter(), sort="priority").items
    assert (priority(db, outage), [row.id for row in rows]) == ("P1 Critical", [outage, other])


def test_severity_a_stays_first_whatever_priority_it_gets(db: Database) -> None:
    outage = opened(db, severity_a=True)
    changed(db, outage, priority=4)
    assert (priority(db, outage), rank(db, outage)) == ("P4 Low", 0)


def raised(db: Database, ticket_id: int) -> None:
    changed(db, ticket_id, severity_a=True)
    assert (priority(db, ticket_id), rank(db, ticket_id)) == ("P1 Critical", 0)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, None),
        ({"priority": "P3 Medium"}, "P3 Medium"),
        ({"impact": "low", "urgency": "low"}, "P4 Low"),
        ({"impact": "low", "urgency": "low", "priority": "P2 High"}, "P2 High"),
        ({"impact": "high", "urgency": "high"}, "P1 Critical"),
    ],
    ids=str,
)
def test_without_severity_a_the_priority_is_what_it_was(db: Database, given: Any, expected: str | None) -> None:
    ticket_id = opened(db, **given)
    raised(db, ticket_id)
    changed(db, ticket_id, severity_a=False)
    assert (priority(db, ticket_id), rank(db, ticket_id) > 0) == (expected, True)


@pytest.mark.parametrize("at_once", [True, False])
def test_without_severity_a_the_priority_follows_an_impact_that_has_changed(db: Database, at_once: bool) -> None:
    ticket_id = opened(db, impact="low", urgency="low")
    raised(db, ticket_id)
    if at_once:
        changed(db, ticket_id, impact="high", severity_a=False)
    else:
        changed(db, ticket_id, impact="high")
        changed(db, ticket_id, severity_a=False)
    assert priority(db, ticket_id) == "P3 Medium"


@pytest.mark.parametrize(("given", "expected"), [({}, None), ({"impact": "low", "urgency": "low"}, "P4 Low")], ids=str)
def test_a_ticket_opened_with_severity_a_has_without_it_what_impact_and_urgency_give(
    db: Database, given: Any, expected: str | None
) -> None:
    ticket_id = opened(db, severity_a=True, **given)
    assert priority(db, ticket_id) == "P1 Critical"
    changed(db, ticket_id, severity_a=False)
    assert priority(db, ticket_id) == expected


def test_a_priority_set_while_severity_a_stood_stays(db: Database) -> None:
    ticket_id = opened(db, impact="low", urgency="low")
    raised(db, ticket_id)
    changed(db, ticket_id, priority=2)
    changed(db, ticket_id, severity_a=False)
    assert (priority(db, ticket_id), rank(db, ticket_id)) == ("P2 High", 2)


def test_a_priority_given_with_the_taking_back_wins(db: Database) -> None:
    ticket_id = opened(db, priority="P3 Medium")
    raised(db, ticket_id)
    changed(db, ticket_id, severity_a=False, priority=4)
    assert (priority(db, ticket_id), rank(db, ticket_id)) == ("P4 Low", 4)


def test_severity_a_that_was_never_raised_is_not_taken_back(db: Database) -> None:
    ticket_id = opened(db, impact="low", urgency="low")
    changed(db, ticket_id, priority=1)
    changed(db, ticket_id, severity_a=False)
    assert priority(db, ticket_id) == "P1 Critical"


def test_the_timeline_says_which_priority_came_back(db: Database) -> None:
    ticket_id = opened(db, priority="P3 Medium")
    raised(db, ticket_id)
    with db.work() as w:
        desk.note(w, AGENT, ticket_id, body="Only one of them after all.")
    changed(db, ticket_id, severity_a=False)
    with db.read() as session:
        told = store.timeline(session, SYSTEM, ticket_id)[-1].changes or {}
    assert told["severity_a"] == [True, False]
    assert [of["name"] for of in told["priority"]] == ["P1 Critical", "P3 Medium"]


def test_the_desks_own_matrix_counts(db: Database) -> None:
    with db.work() as w:
        actions.set_matrix(w, SYSTEM, {("low", "low"): 1})
    assert priority(db, opened(db, impact="low", urgency="low")) == "P1 Critical"


def test_a_matrix_of_unknown_levels_or_priorities_is_refused_cell_by_cell(db: Database) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.set_matrix(w, SYSTEM, {("huge", "low"): 1, ("low", "low"): 99})
    assert [e.field for e in refused.value.errors] == ["huge low", "low low"]
