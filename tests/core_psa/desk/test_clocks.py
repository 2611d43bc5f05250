"""The clocks of tickets as they are stored and moved by the desk, on both engines."""

from datetime import timedelta

from sqlalchemy import func, select

from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import spam
from core_psa.intake.replies import actions as replies
from core_psa.sla import ledger_store
from core_psa.sla.tables import SlaClock
from core_psa.tickets.tables import NEVER
from core_psa.viewer import SYSTEM
from tests.core_psa.desk.clocks import (
    HOUR,
    MINUTE,
    asked_by_ida,
    clock_of,
    due_at,
    minutes,
    sla_of,
    take_up,
    wait_on_customer,
)
from tests.desk import AGENT, opened


def test_a_ticket_has_its_clocks_as_soon_as_it_is_opened(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db, priority="P2 High")
    assert clock_of(db, ticket_id, "response").terms.budget == HOUR
    assert due_at(db, ticket_id) == clock.now() + HOUR
    assert (sla_of(db, ticket_id).standing, sla_of(db, ticket_id).policy_from) == ("ok", "desk")


def test_without_a_priority_a_ticket_is_measured_as_the_policy_presumes(db: Database) -> None:
    assert clock_of(db, opened(db), "response").terms.budget == 4 * HOUR


def test_an_agents_reply_stops_the_response_clock_and_the_customers_does_not(db: Database, clock: StoppedClock) -> None:
    ticket_id, ida = asked_by_ida(db)
    clock.advance(HOUR)
    with db.work() as w:
        desk.reply(w, ida, ticket_id, body="Anybody there?")
    assert clock_of(db, ticket_id, "response").state == "running"
    with db.work() as w:
        desk.reply(w, SYSTEM, ticket_id, body="We have got your message.")
    assert clock_of(db, ticket_id, "response").state == "running"
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="Which printer?")
    assert (clock_of(db, ticket_id, "response").state, minutes(db, ticket_id, "response")) == ("stopped", [60])
    with db.work() as w:
        desk.reply(w, ida, ticket_id, body="The big one.")
    assert clock_of(db, ticket_id, "update").state == "running"


def test_an_automated_answer_asks_for_no_update(db: Database, clock: StoppedClock) -> None:
    ticket_id, ida = asked_by_ida(db)
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="Which printer?")
        replies.reply(w, ida, ticket_id, body="I am out of the office.", automated=True)
    with db.read() as session:
        assert "update" not in {known.kind for known in ledger_store.ledger(session, ticket_id)}


def test_a_customer_who_reopens_is_owed_an_update(db: Database, clock: StoppedClock) -> None:
    ticket_id, ida = asked_by_ida(db)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="New fuser.")
        action = desk.reopen(w, ida, ticket_id, reason="It jams again.")
    assert (clock_of(db, ticket_id, "update").state, action.public) == ("running", True)


def test_a_note_is_no_answer(db: Database) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.note(w, AGENT, ticket_id, body="Looks like the fuser.")
    assert clock_of(db, ticket_id, "response").state == "running"


def test_waiting_pauses_and_taking_up_again_gives_the_rest(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    clock.advance(HOUR)
    wait_on_customer(db, ticket_id)
    assert clock_of(db, ticket_id, "resolution").state == "paused"
    clock.advance(timedelta(days=2))
    take_up(db, ticket_id)
    clock.advance(2 * HOUR)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="New fuser.")
    ledger = clock_of(db, ticket_id, "resolution")
    assert [(i.began, i.ended) for i in ledger.intervals] == [("opened", "waiting"), ("taken up again", "work done")]
    assert (minutes(db, ticket_id), ledger.consumed) == ([60, 120], 3 * HOUR)
    assert due_at(db, ticket_id) == NEVER


def test_reopening_goes_on_where_the_work_had_ended(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    clock.advance(HOUR)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="New fuser.")
    clock.advance(timedelta(days=1))
    with db.work() as w:
        desk.reopen(w, AGENT, ticket_id, reason="It jams again.")
    assert [(i.began, i.ended) for i in clock_of(db, ticket_id, "resolution").intervals][1] == ("reopened", None)
    assert clock_of(db, ticket_id, "resolution").consumed == HOUR


def test_spam_that_was_none_is_still_to_be_answered(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db, priority="P2 High")
    clock.advance(20 * MINUTE)
    with db.work() as w:
        spam.mark_spam(w, AGENT, ticket_id)
    clock.advance(HOUR)
    with db.work() as w:
        spam.not_spam(w, AGENT, ticket_id)
    assert due_at(db, ticket_id) == clock.now() + 40 * MINUTE
    assert minutes(db, ticket_id, "response") == [20, None]


def test_no_clock_ever_has_two_open_intervals(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    for _ in range(3):
        clock.advance(HOUR)
        wait_on_customer(db, ticket_id)
        clock.advance(HOUR)
        take_up(db, ticket_id)
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(SlaClock)) == 2
    assert minutes(db, ticket_id) == [60, 60, 60, None]
