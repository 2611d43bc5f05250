"""Closing after a silence."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core_psa.clock import StoppedClock
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import auto_close, snooze
from core_psa.errors import Invalid
from core_psa.notices.tables import OutgoingMail
from core_psa.tickets import store as tickets
from core_psa.tickets.tables import Action, Ticket
from core_psa.tickets.waiting import actions
from core_psa.tickets.waiting.tables import PlannedClose
from core_psa.viewer import SYSTEM
from tests.desk import AGENT, opened, status_id

DAY = timedelta(days=1)


@pytest.fixture
def rule(db: Database) -> int:
    """Fourteen days of silence while waiting on the customer, with a warning three days before."""
    waiting, closed = status_id(db, "Waiting on Customer"), status_id(db, "Closed")
    days = {"inactive_days": 14, "warning_days": 3}
    with db.work() as w:
        return actions.create_rule(w, SYSTEM, name="Silence", status_id=waiting, target_status_id=closed, **days).id


def waiting(db: Database, **fields: Any) -> int:
    ticket_id = opened(db, **fields)
    with db.work() as w:
        desk.reply(
            w, AGENT, ticket_id, body="Which one?", status_id=tickets.status_named(w.session, "Waiting on Customer").id
        )
    return ticket_id


def ticket(db: Database, ticket_id: int) -> Ticket:
    with db.read() as session:
        return session.get_one(Ticket, ticket_id)


def plan(db: Database, ticket_id: int) -> PlannedClose | None:
    with db.read() as session:
        return session.get(PlannedClose, ticket_id)


def test_a_silent_ticket_is_warned_once_and_closed_when_it_stays_silent(
    db: Database, clock: StoppedClock, rule: int
) -> None:
    ticket_id = waiting(db)
    assert auto_close.scan(db).planned == 1
    clock.advance(11 * DAY)
    assert auto_close.scan(db).warned == [ticket_id]
    assert auto_close.scan(db).warned == []
    clock.advance(3 * DAY - timedelta(seconds=1))
    assert auto_close.scan(db).closed == []
    clock.advance(timedelta(seconds=1))
    assert auto_close.scan(db).closed == [ticket_id]
    assert ticket(db, ticket_id).state == "done"
    assert plan(db, ticket_id) is None
    assert auto_close.scan(db).closed == []


def test_nothing_is_learned_from_how_long_a_silent_ticket_took(db: Database, clock: StoppedClock, rule: int) -> None:
    ticket_id = waiting(db)
    for days in (11, 3):
        clock.advance(days * DAY)
        auto_close.scan(db)
    closed = ticket(db, ticket_id)
    assert (closed.resolved_at, closed.end_known) == (clock.now(), False)


def test_any_sign_of_life_starts_the_silence_again_and_takes_the_warning_back(
    db: Database, clock: StoppedClock, rule: int
) -> None:
    ticket_id = waiting(db)
    clock.advance(12 * DAY)
    assert auto_close.scan(db).warned == [ticket_id]
    with db.work() as w:
        desk.note(w, AGENT, ticket_id, body="They called.")
    clock.advance(5 * DAY)
    assert auto_close.scan(db).closed == []
    recomputed = plan(db, ticket_id)
    assert recomputed is not None
    assert recomputed.warned_at is None
    clock.advance(7 * DAY)
    assert auto_close.scan(db).warned == [ticket_id]


def test_logging_time_is_no_sign_of_life(db: Database, clock: StoppedClock, rule: int) -> None:
    ticket_id = waiting(db)
    clock.advance(10 * DAY)
    with db.work() as w:
        desk.log_time(w, AGENT, ticket_id, minutes=5)
    clock.advance(DAY)
    assert auto_close.scan(db).warned == [ticket_id]


def test_a_new_rule_closes_nobody_without_a_warning(db: Database, clock: StoppedClock) -> None:
    ticket_id = waiting(db)
    clock.advance(100 * DAY)
    closed = status_id(db, "Closed")
    with db.work() as w:
        days = {"inactive_days": 14, "warning_days": 3}
        at = status_id_in(w, "Waiting on Customer")
        actions.create_rule(w, SYSTEM, name="New", status_id=at, target_status_id=closed, **days)
    first = auto_close.scan(db)
    assert (first.warned, first.closed) == ([ticket_id], [])
    clock.advance(3 * DAY)
    assert auto_close.scan(db).closed == [ticket_id]


def status_id_in(w: Any, name: str) -> int:
    return tickets.status_named(w.session, name).id


def test_the_requester_is_warned_by_mail(db: Database, clock: StoppedClock, rule: int) -> None:
    with db.work() as w:
        w.session.add(Customer(id=1, name="Quay Ltd", created_at=w.now))
        w.session.flush()
        w.session.add(User(id=5, customer_id=1, name="Ines", email="ines@quay.example", created_at=w.now))
    waiting(db, requester=5)
    clock.advance(11 * DAY)
    auto_close.scan(db)
    with db.read() as session:
        mails = session.scalars(select(OutgoingMail.event).where(OutgoingMail.event == "auto_close_warning")).all()
    assert len(mails) == 1


def test_a_resolved_ticket_keeps_its_own_end_when_it_is_closed(db: Database, clock: StoppedClock) -> None:
    with db.work() as w:
        at, to = status_id_in(w, "Resolved"), status_id_in(w, "Closed")
        actions.create_rule(w, SYSTEM, name="Put away", status_id=at, target_status_id=to, inactive_days=7)
    ticket_id = opened(db)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Done.")
    resolved_at = clock.now()
    clock.advance(7 * DAY)
    assert auto_close.scan(db).closed == [ticket_id]
    after = ticket(db, ticket_id)
    assert (after.resolved_at, after.end_known) == (resolved_at, True)


def test_conditions_that_were_not_met_are_noted_and_hold_nothing_up(
    db: Database, clock: StoppedClock, rule: int
) -> None:
    ticket_id = waiting(db)
    auto_close.scan(db)
    for days in (11, 3):
        clock.advance(days * DAY)
        auto_close.scan(db)
    with db.read() as session:
        close = session.scalars(select(Action).where(Action.ticket_id == ticket_id, Action.kind == "close")).one()
    assert close.changes is not None
    assert close.changes["unmet"] == [None, ["no resolution note has been written: resolve it first"]]


def test_a_snoozed_ticket_is_left_alone_until_it_is_back(db: Database, clock: StoppedClock, rule: int) -> None:
    ticket_id = waiting(db)
    with db.work() as w:
        snooze.snooze(w, AGENT, ticket_id, until=clock.now() + 60 * DAY)
    clock.advance(30 * DAY)
    done = auto_close.scan(db)
    assert (done.warned, done.closed) == ([], [])


def test_one_bad_ticket_does_not_stop_the_scan(db: Database, clock: StoppedClock, rule: int) -> None:
    bad, good = waiting(db), waiting(db)
    with db.work() as w:
        last = w.session.scalars(select(Action).where(Action.ticket_id == bad).order_by(Action.id.desc())).first()
        assert last is not None
        last.kind, last.changes = "damaged", 5  # type: ignore[assignment]
    clock.advance(12 * DAY)
    done = auto_close.scan(db)
    assert [ticket_id for ticket_id, _ in done.failed] == [bad]
    assert done.warned == [good]


def test_a_rule_that_is_no_longer_active_closes_nothing(db: Database, clock: StoppedClock, rule: int) -> None:
    ticket_id = waiting(db)
    auto_close.scan(db)
    with db.work() as w:
        actions.update_rule(w, SYSTEM, rule, active=False)
    clock.advance(30 * DAY)
    done = auto_close.scan(db)
    assert (done.warned, done.closed, plan(db, ticket_id)) == ([], [], None)


def test_changing_a_rule_warns_nobody_twice(db: Database, clock: StoppedClock, rule: int) -> None:
    ticket_id = waiting(db)
    clock.advance(11 * DAY)
    assert auto_close.scan(db).warned == [ticket_id]
    with db.work() as w:
        actions.update_rule(w, SYSTEM, rule, inactive_days=15)
    assert auto_close.scan(db).warned == []


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("warning_days", {"inactive_days": 2, "warning_days": 3}),
        ("inactive_days", {"inactive_days": 0}),
        ("target_status_id", {"target_status_id": 1}),
        ("status_id", {"status_id": 99}),
        ("name", {"name": "silence"}),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_field(
    db: Database, rule: int, field: str, values: dict[str, Any]
) -> None:
    given = {"name": "Other", "status_id": 4, "inactive_days": 14, "target_status_id": status_id(db, "Closed")}
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.create_rule(w, SYSTEM, **{**given, **values})  # type: ignore[typeddict-item]
    assert field in {e.field for e in refused.value.errors}
