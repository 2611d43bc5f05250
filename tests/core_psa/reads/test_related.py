"""What a ticket's page tells of other tickets, and what the queue keeps aside."""

from datetime import timedelta

from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import links, merging, snooze
from core_psa.organisation.tables import Team
from core_psa.reads.queue import queue
from core_psa.reads.queue_filter import QueueFilter
from core_psa.reads.related import chain, related, standing
from core_psa.tickets import store as tickets
from core_psa.viewer import Viewer
from tests.desk import AGENT, opened

DAY = timedelta(days=1)
WALLED = Viewer("agent", None, "Bo", frozenset({"tickets.see", "tickets.edit"}), frozenset({7}))


def test_links_to_tickets_beyond_the_wall_are_not_shown(db: Database, clock: StoppedClock) -> None:
    with db.work() as w:
        w.session.add(Team(id=8, name="Other"))
    mine, theirs = opened(db), opened(db, team=8)
    with db.work() as w:
        links.link(w, AGENT, mine, "follows", theirs)
    with db.read() as session:
        assert len(related(session, AGENT, mine, clock.now()).links) == 1
        assert list(related(session, WALLED, mine, clock.now()).links) == []
        assert [t.ticket.id for t in chain(session, WALLED, mine, clock.now()).tickets] == [mine]


def test_a_chain_counts_business_time_and_plain_time_of_each_ticket(db: Database, clock: StoppedClock) -> None:
    first = opened(db)
    clock.advance(DAY)
    with db.work() as w:
        desk.resolve(w, AGENT, first, resolution="Done.")
    second = opened(db)
    with db.work() as w:
        links.link(w, AGENT, second, "follows", first)
    clock.advance(timedelta(hours=2))
    with db.read() as session:
        found = chain(session, AGENT, second, clock.now())
    assert (found.plain, found.business, found.running) == (timedelta(hours=26), timedelta(hours=12), True)


def test_a_merged_ticket_and_its_survivor_tell_of_each_other(db: Database, clock: StoppedClock) -> None:
    one, two = opened(db), opened(db)
    with db.work() as w:
        merging.merge(w, AGENT, one, two)
    with db.read() as session:
        merged_into = standing(session, AGENT, tickets.get(session, AGENT, one)).merged_into
        target = related(session, AGENT, two, clock.now())
    assert merged_into is not None
    assert merged_into.ticket.id == two
    assert [merged.ticket.id for merged in target.merged_from] == [one]


def test_what_is_put_aside_is_asked_for_by_itself(db: Database, clock: StoppedClock) -> None:
    here, aside = opened(db), opened(db)
    with db.work() as w:
        snooze.snooze(w, AGENT, aside, until=clock.now() + DAY)

    def shown(**wanted: bool) -> list[int]:
        with db.read() as session:
            return [row.id for row in queue(session, AGENT, QueueFilter(**wanted)).items]

    assert (shown(aside=True), shown(aside=False), shown()) == ([aside], [here], [aside, here])
    clock.advance(DAY)
    snooze.wake_due(db)
    assert (shown(aside=True), shown(aside=False)) == ([], [aside, here])
