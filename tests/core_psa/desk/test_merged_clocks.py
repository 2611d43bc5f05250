"""What merging and its undoing leave of the clocks, on both engines."""

from datetime import timedelta

import pytest

from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import merging
from core_psa.desk.clocks import scan
from core_psa.sla import ledger_store, policy_actions
from core_psa.tickets.tables import NEVER, Ticket
from core_psa.viewer import SYSTEM
from tests.core_psa.desk.clocks import (
    HOUR,
    MINUTE,
    asked_by_ida,
    clock_of,
    due_at,
    minutes,
    new_customer,
    policy_id,
    sla_of,
    take_up,
    wait_on_customer,
)
from tests.desk import AGENT, opened


def test_undoing_a_merge_gives_back_the_time_that_was_left(db: Database, clock: StoppedClock) -> None:
    source, target = opened(db, priority="P2 High"), opened(db)
    clock.advance(20 * MINUTE)
    wait_on_customer(db, source)
    clock.advance(20 * MINUTE)
    with db.work() as w:
        merging.merge(w, AGENT, source, target)
    clock.advance(HOUR)
    with db.work() as w:
        merging.undo_merge(w, AGENT, source)
    assert [clock_of(db, source, kind).state for kind in ("response", "resolution")] == ["running", "paused"]
    assert due_at(db, source) == clock.now() + 20 * MINUTE
    clock.advance(HOUR)
    take_up(db, source)
    assert (minutes(db, source), minutes(db, source, "response")) == ([20, None], [40, None])


def test_a_question_that_is_merged_into_an_answered_ticket_is_owed_an_answer_there(db: Database) -> None:
    target, answered, asked = opened(db), opened(db), opened(db)
    with db.work() as w:
        desk.reply(w, AGENT, target, body="Which printer?")
        desk.reply(w, AGENT, answered, body="See the other one.")
        merging.merge(w, AGENT, answered, target)
        assert "update" not in {known.kind for known in ledger_store.ledger(w.session, target)}
        merging.merge(w, AGENT, asked, target)
    assert clock_of(db, target, "update").state == "running"


def answered(db: Database) -> int:
    ticket_id = opened(db)
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="Which printer?")
    return ticket_id


def merged(db: Database, source: int, target: int) -> None:
    with db.work() as w:
        merging.merge(w, AGENT, source, target)


def unmerged(db: Database, source: int) -> None:
    with db.work() as w:
        merging.undo_merge(w, AGENT, source)


def promises_of(db: Database, ticket_id: int) -> tuple[object, ...]:
    """All that the ticket's clocks hold, and how it stands by them."""
    with db.read() as session:
        return ledger_store.ledger(session, ticket_id), sla_of(db, ticket_id).standing, due_at(db, ticket_id)


def test_undoing_a_merge_forgets_the_update_that_was_only_owed_for_it(db: Database, clock: StoppedClock) -> None:
    target, asked = answered(db), opened(db)
    before = promises_of(db, target)
    clock.advance(HOUR)
    merged(db, asked, target)
    assert clock_of(db, target, "update").state == "running"
    clock.advance(timedelta(days=2))
    scan(db)
    assert sla_of(db, target).standing == "breached"
    unmerged(db, asked)
    assert clock_of(db, target, "resolution").state == "running"
    with db.read() as session:
        assert "update" not in {known.kind for known in ledger_store.ledger(session, target)}
    assert due_at(db, target) == before[2]


def test_undoing_a_merge_leaves_an_update_that_was_owed_before(db: Database, clock: StoppedClock) -> None:
    target, ida = asked_by_ida(db)
    with db.work() as w:
        desk.reply(w, AGENT, target, body="Which printer?")
        desk.reply(w, ida, target, body="The big one.")
    before = promises_of(db, target)
    clock.advance(HOUR)
    asked = opened(db)
    merged(db, asked, target)
    unmerged(db, asked)
    assert promises_of(db, target) == before


def test_undoing_a_merge_leaves_an_update_that_was_given_meanwhile(db: Database, clock: StoppedClock) -> None:
    target, asked = answered(db), opened(db)
    merged(db, asked, target)
    clock.advance(HOUR)
    with db.work() as w:
        desk.reply(w, AGENT, target, body="Both are mended.")
    before = promises_of(db, target)
    unmerged(db, asked)
    assert promises_of(db, target) == before


def test_what_the_customer_wrote_there_after_a_merge_is_owed_an_update_from_then(
    db: Database, clock: StoppedClock
) -> None:
    target, ida = asked_by_ida(db)
    with db.work() as w:
        desk.reply(w, AGENT, target, body="Which printer?")
    asked = opened(db)
    clock.advance(HOUR)
    merged(db, asked, target)
    clock.advance(HOUR)
    wrote_at = clock.now()
    with db.work() as w:
        desk.reply(w, ida, target, body="The big one.")
    clock.advance(HOUR)
    unmerged(db, asked)
    update = clock_of(db, target, "update")
    assert (update.cycle, update.state, update.running_since) == (1, "running", wrote_at)


def test_what_the_customer_wrote_there_and_was_answered_is_owed_nothing(db: Database, clock: StoppedClock) -> None:
    target, ida = asked_by_ida(db)
    with db.work() as w:
        desk.reply(w, AGENT, target, body="Which printer?")
    asked = opened(db)
    merged(db, asked, target)
    clock.advance(HOUR)
    with db.work() as w:
        desk.reply(w, ida, target, body="The big one.")
        desk.reply(w, AGENT, target, body="Mended.")
    before = promises_of(db, target)
    unmerged(db, asked)
    assert promises_of(db, target) == before


def test_an_acknowledgement_leaves_a_question_waiting(db: Database) -> None:
    target, asked = answered(db), opened(db)
    with db.work() as w:
        desk.reply(w, SYSTEM, asked, body="We have got your message.")
    merged(db, asked, target)
    assert clock_of(db, target, "update").state == "running"


def test_another_question_that_was_merged_later_is_owed_an_update_from_then(db: Database, clock: StoppedClock) -> None:
    target, first, second = answered(db), opened(db), opened(db)
    clock.advance(HOUR)
    merged(db, first, target)
    clock.advance(HOUR)
    merged(db, second, target)
    clock.advance(HOUR)
    unmerged(db, first)
    assert clock_of(db, target, "update").running_since == clock.now() - HOUR
    unmerged(db, second)
    with db.read() as session:
        assert "update" not in {known.kind for known in ledger_store.ledger(session, target)}


@pytest.mark.parametrize("reopening", ["continue", "restart"])
def test_undoing_a_merge_that_took_finished_work_up_again_puts_all_its_clocks_back(
    db: Database, clock: StoppedClock, reopening: str
) -> None:
    with db.work() as w:
        policy_actions.update_policy(w, SYSTEM, policy_id(db, "Standard"), reopening=reopening)
    target, asked = opened(db, priority="P2 High"), opened(db)
    clock.advance(20 * MINUTE)
    with db.work() as w:
        desk.resolve(w, AGENT, target, resolution="New fuser.")
    before = promises_of(db, target)
    clock.advance(HOUR)
    merged(db, asked, target)
    clock.advance(timedelta(days=9))
    scan(db)
    assert sla_of(db, target).standing == "breached"
    unmerged(db, asked)
    assert promises_of(db, target) == before


def test_finished_work_stays_taken_up_where_the_customer_wrote_after_the_merge(db: Database) -> None:
    target, ida = asked_by_ida(db)
    asked = opened(db)
    with db.work() as w:
        desk.resolve(w, AGENT, target, resolution="New fuser.")
    merged(db, asked, target)
    with db.work() as w:
        desk.reply(w, ida, target, body="Mine jams again, too.")
    unmerged(db, asked)
    with db.read() as session:
        assert session.get_one(Ticket, target).state == "open"


def test_a_status_that_was_changed_after_a_merge_keeps_its_end(db: Database) -> None:
    target, asked = opened(db), opened(db)
    with db.work() as w:
        desk.resolve(w, AGENT, target, resolution="New fuser.")
    merged(db, asked, target)
    wait_on_customer(db, target)
    unmerged(db, asked)
    with db.read() as session:
        ticket = session.get_one(Ticket, target)
        assert (ticket.state, ticket.resolved_at) == ("paused", None)


def test_what_was_promised_anew_meanwhile_holds_for_what_is_reopened(db: Database, clock: StoppedClock) -> None:
    customer_id = new_customer(db)
    ticket_id = opened(db, customer=customer_id)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="New fuser.")
    with db.work() as w:
        policy_actions.set_policy_of_customer(w, SYSTEM, customer_id, policy_id(db, "No SLA"))
    assert scan(db).reviewed == 0
    with db.work() as w:
        desk.reopen(w, AGENT, ticket_id, reason="It jams again.")
    assert (sla_of(db, ticket_id).policy_from, due_at(db, ticket_id)) == ("customer", NEVER)
