"""What would have become of tickets under other promises."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk.spam import mark_spam
from core_psa.errors import NotFound
from core_psa.reads.replay import Instead, Replayed, replay, replays
from core_psa.sla import policy_actions
from core_psa.sla.policy_rules import Target
from core_psa.sla.tables import SlaInterval
from core_psa.tickets.tables import Priority
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import AGENT, opened, status_id

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def strict(db: Database) -> int:
    """The id of a policy under which every ticket is to be answered in ten minutes and solved in an hour."""
    with db.work() as w:
        policy_id = policy_actions.create_policy(w, SYSTEM, name="Strict").id
        every = w.session.scalars(select(Priority.id)).all()
        targets = [Target(i, "response", 10) for i in every] + [Target(i, "resolution", 60) for i in every]
        policy_actions.set_targets(w, SYSTEM, policy_id, targets)
    return policy_id


def lived(db: Database, clock: StoppedClock) -> int:
    """Answered after twenty minutes, waiting for two hours from then on, taken up and solved an hour later."""
    ticket_id = opened(db, priority="P2 High")
    clock.advance(20 * MINUTE)
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="Which one?", status_id=status_id(db, "Waiting on Customer"))
    clock.advance(2 * HOUR)
    with db.work() as w:
        desk.update(w, AGENT, ticket_id, values={"status": status_id(db, "In Progress"), "priority": 3})
    clock.advance(HOUR)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="New fuser.")
    return ticket_id


def replayed(db: Database, clock: StoppedClock, ticket_id: int, **instead: int) -> Replayed:
    with db.read() as session:
        return replay(session, AGENT, ticket_id, Instead(**instead), clock.now())


def test_with_nothing_else_supposed_a_ticket_comes_out_as_it_did(db: Database, clock: StoppedClock) -> None:
    found = replayed(db, clock, lived(db, clock))
    assert found.was
    assert found.would
    assert found.would.clocks == found.was.clocks
    assert not found.differs


def test_another_policy_is_counted_over_what_really_happened(db: Database, clock: StoppedClock, strict: int) -> None:
    found = replayed(db, clock, lived(db, clock), policy_id=strict)
    assert found.verdicts("response") == ("met", "missed")
    assert found.verdicts("resolution") == ("met", "missed")
    resolution = next(c for c in found.would.clocks if c.kind == "resolution") if found.would else None
    assert resolution
    assert [line.worked for line in resolution.lines] == [20 * MINUTE, HOUR]


def test_another_priority_counts_from_the_opening_on(db: Database, clock: StoppedClock) -> None:
    found = replayed(db, clock, lived(db, clock), priority_id=1)
    assert found.would
    assert [c.budget for c in found.would.clocks if c.kind == "response"] == [15 * MINUTE]
    assert found.verdicts("response") == ("met", "missed")


def test_nothing_is_written(db: Database, clock: StoppedClock, strict: int) -> None:
    ticket_id = lived(db, clock)
    with db.read() as session:
        before = session.scalar(select(func.count()).select_from(SlaInterval))
    replayed(db, clock, ticket_id, policy_id=strict)
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(SlaInterval)) == before


def test_the_tickets_of_a_period_are_counted_as_they_were_and_as_they_would_be(
    db: Database, clock: StoppedClock, strict: int
) -> None:
    start, opened_spam = clock.now(), opened(db)
    for _ in range(2):
        lived(db, clock)
    opened(db, priority="P2 High")
    with db.work() as w:
        mark_spam(w, AGENT, opened_spam)
    with db.read() as session:
        found = replays(session, AGENT, start, clock.now() + HOUR, Instead(policy_id=strict), clock.now())
    was, would = found.kept("response")
    assert found.total == 3
    assert ((was.met, was.missed, was.running), (would.met, would.missed, would.running)) == ((2, 0, 1), (0, 2, 1))


def test_what_lies_beyond_the_wall_is_neither_replayed_nor_counted(db: Database, clock: StoppedClock) -> None:
    ticket_id = lived(db, clock)
    blind = Viewer("agent", 3, "Blind", frozenset({"calendars.see"}))
    with db.read() as session:
        with pytest.raises(NotFound):
            replay(session, blind, ticket_id, Instead(), clock.now())
        start = clock.now() - timedelta(days=1)
        assert replays(session, blind, start, clock.now() + HOUR, Instead(), clock.now()).total == 0
