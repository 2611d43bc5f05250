"""What the worker does by the clock."""

from datetime import timedelta

from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.desk import snooze
from core_psa.tickets import store
from core_psa.tickets.waiting.tables import Snooze
from server.rounds import Rounds
from tests.desk import AGENT, opened


def test_the_rounds_bring_back_what_was_snoozed_and_may_be_made_again(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        snooze.snooze(w, AGENT, ticket_id, until=clock.now() + timedelta(days=1))
    clock.advance(timedelta(days=1))
    for _ in range(2):
        for schedule in Rounds(db).schedules():
            schedule.run()
    with db.read() as session:
        row = session.get(Snooze, ticket_id)
        assert row is not None
        assert row.woken_at == clock.now()
        assert [a.kind for a in store.timeline(session, AGENT, ticket_id)] == ["created", "snooze", "wake"]


def test_every_round_has_a_name_and_a_time_of_its_own(db: Database) -> None:
    schedules = Rounds(db).schedules()
    assert len({s.name for s in schedules}) == len({s.cron for s in schedules}) == len(schedules)
