"""Tickets put aside, and how they come back."""

from datetime import timedelta
from typing import Any

import pytest

from core_psa.clock import StoppedClock
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import snooze
from core_psa.errors import ActionRefused, Invalid
from core_psa.intake.replies import actions as replies
from core_psa.tickets import store as tickets
from core_psa.tickets.waiting import store
from core_psa.tickets.waiting.tables import Snooze
from core_psa.viewer import Viewer
from tests.desk import AGENT, opened

DAY = timedelta(days=1)


def snoozed(db: Database, ticket_id: int, **awaited: Any) -> None:
    with db.work() as w:
        snooze.snooze(w, AGENT, ticket_id, **awaited)


def back(db: Database) -> list[tuple[int, str | None]]:
    with db.read() as session:
        return [(row.ticket_id, row.woken_by) for row, _ in store.came_back(session, AGENT)]


@pytest.fixture
def ines(db: Database) -> Viewer:
    with db.work() as w:
        w.session.add(Customer(id=1, name="Quay Ltd", created_at=w.now))
        w.session.flush()
        w.session.add(User(id=5, customer_id=1, name="Ines", email="ines@quay.example", created_at=w.now))
    return Viewer("user", 5, "Ines", customer_id=1)


def test_a_ticket_comes_back_when_its_time_has_come(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    snoozed(db, ticket_id, until=clock.now() + DAY)
    assert snooze.wake_due(db).tickets == []
    clock.advance(DAY)
    assert snooze.wake_due(db).tickets == [ticket_id]
    assert back(db) == [(ticket_id, "the time has come")]


def test_waking_again_changes_nothing(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    snoozed(db, ticket_id, until=clock.now() + DAY)
    clock.advance(DAY)
    snooze.wake_due(db)
    with db.read() as session:
        version = tickets.get(session, AGENT, ticket_id).version
    assert snooze.wake_due(db).tickets == []
    with db.read() as session:
        assert tickets.get(session, AGENT, ticket_id).version == version


def test_a_ticket_comes_back_when_the_customer_answers(db: Database, clock: StoppedClock, ines: Viewer) -> None:
    ticket_id = opened(db, requester=5)
    snoozed(db, ticket_id, on_reply=True)
    clock.advance(DAY)
    with db.work() as w:
        desk.note(w, AGENT, ticket_id, body="No answer yet.")
    assert snooze.wake_due(db).tickets == []
    with db.work() as w:
        desk.reply(w, ines, ticket_id, body="It works now.")
    assert snooze.wake_due(db).tickets == [ticket_id]
    assert back(db) == [(ticket_id, "the customer has answered")]


def test_an_automated_answer_brings_nothing_back(db: Database, clock: StoppedClock, ines: Viewer) -> None:
    ticket_id = opened(db, requester=5)
    snoozed(db, ticket_id, on_reply=True)
    clock.advance(DAY)
    with db.work() as w:
        replies.reply(w, ines, ticket_id, body="I am out of the office.", automated=True)
    assert snooze.wake_due(db).tickets == []


def test_a_ticket_that_cannot_be_woken_does_not_hold_up_the_others(
    db: Database, clock: StoppedClock, ines: Viewer
) -> None:
    bad, good = opened(db, requester=5), opened(db)
    snoozed(db, bad, on_reply=True)
    snoozed(db, good, until=clock.now() + DAY)
    clock.advance(DAY)
    with db.work() as w:
        desk.reply(w, ines, bad, body="It works now.").changes = 5  # type: ignore[assignment]
    done = snooze.wake_due(db)
    assert (done.tickets, list(done.failed)) == ([good], [bad])


def test_a_ticket_comes_back_when_another_one_is_done(db: Database) -> None:
    ticket_id, other = opened(db), opened(db)
    snoozed(db, ticket_id, linked_id=other)
    assert snooze.wake_due(db).tickets == []
    with db.work() as w:
        desk.resolve(w, AGENT, other, resolution="Done.")
    assert snooze.wake_due(db).tickets == [ticket_id]
    assert back(db) == [(ticket_id, f"ticket {other:07d} is done")]


def test_a_ticket_that_was_finished_meanwhile_stays_away(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    snoozed(db, ticket_id, until=clock.now() + DAY)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Done.")
    clock.advance(DAY)
    assert snooze.wake_due(db).tickets == []
    with db.read() as session:
        assert session.get(Snooze, ticket_id) is None


def test_seeing_to_it_takes_a_ticket_off_the_top(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    snoozed(db, ticket_id, until=clock.now() + DAY)
    clock.advance(DAY)
    snooze.wake_due(db)
    with db.work() as w:
        snooze.wake(w, AGENT, ticket_id)
    assert back(db) == []


def test_another_snooze_takes_the_place_of_the_one_before(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    snoozed(db, ticket_id, until=clock.now() + DAY)
    snoozed(db, ticket_id, until=clock.now() + 3 * DAY)
    clock.advance(DAY)
    assert snooze.wake_due(db).tickets == []


def test_something_must_be_waited_for(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    for awaited in ({}, {"until": clock.now()}, {"linked_id": ticket_id}):
        with pytest.raises(Invalid):
            snoozed(db, ticket_id, **awaited)


def test_a_finished_ticket_is_not_put_aside(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Done.")
    with pytest.raises(ActionRefused):
        snoozed(db, ticket_id, until=clock.now() + DAY)
