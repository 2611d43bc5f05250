"""The queue shows every ticket the viewer may see, once, in the order asked for."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.clock import StoppedClock
from core_psa.customers import actions as customers
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import snooze
from core_psa.errors import Invalid
from core_psa.organisation.tables import Team
from core_psa.reads.queue import SORTS, queue, tally
from core_psa.reads.queue_filter import QueueFilter
from core_psa.tickets.search import write_words
from core_psa.tickets.tables import Category, Status
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import AGENT, opened


@pytest.fixture
def desk_of_seven(db: Database, clock: StoppedClock) -> list[int]:
    """Seven tickets, two of them of the same instant, some with a priority, one resolved."""
    ids = []
    for number, priority in enumerate(["P3 Medium", None, "P1 Critical", "P1 Critical", None, "P2 High", "P4 Low"]):
        ids.append(opened(db, subject=f"Ticket {number}", priority=priority))
        if number != 3:
            clock.advance(timedelta(minutes=7))
    with db.work() as w:
        desk.resolve(w, AGENT, ids[0], resolution="Done.")
    return ids


def everything(db: Database, wanted: QueueFilter, sort: str, limit: int) -> list[int]:
    """All pages, one after the other."""
    ids: list[int] = []
    cursor = None
    while True:
        with db.read() as session:
            page = queue(session, AGENT, wanted, sort=sort, cursor=cursor, limit=limit)
        ids += [row.id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return ids


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_pages_together_are_the_whole_list(db: Database, desk_of_seven: list[int], sort: str, limit: int) -> None:
    # What is done has no deadline to be sorted by.
    wanted = QueueFilter(state="unsolved" if sort == "due" else None)
    whole = everything(db, wanted, sort, 200)
    assert sorted(whole) == sorted(everything(db, wanted, "created", 200))
    assert sort == "due" or sorted(whole) == sorted(desk_of_seven)
    assert everything(db, wanted, sort, limit) == whole


def test_the_most_urgent_and_then_the_oldest_come_first(db: Database, desk_of_seven: list[int]) -> None:
    by_priority = everything(db, QueueFilter(), "priority", 50)
    assert by_priority[:4] == [desk_of_seven[2], desk_of_seven[3], desk_of_seven[5], desk_of_seven[0]]


def test_unsolved_leaves_out_what_is_done(db: Database, desk_of_seven: list[int]) -> None:
    assert desk_of_seven[0] not in everything(db, QueueFilter(state="unsolved"), "created", 50)


def test_a_category_includes_everything_below_it(db: Database) -> None:
    with db.work() as w:
        w.session.add(Category(id=1, name="Mail", path="Mail"))
        w.session.flush()
        w.session.add(Category(id=2, parent_id=1, name="Rules", path="Mail / Rules"))
        w.session.add(Category(id=3, name="Mailroom", path="Mailroom"))
    ids = [opened(db, category=c) for c in ("Mail", "Mail / Rules", "Mailroom")]
    assert everything(db, QueueFilter(category=1), "created", 50) == ids[:2]


@pytest.mark.parametrize(
    ("words", "found"),
    [("scanner", 1), ("SCANNER broken", 1), ("scan", 1), ("müller", 1), ("absent", 0), ('"', 0), ("' OR 1=1 --", 0)],
)
def test_search_finds_words_and_beginnings_and_survives_quotes(db: Database, words: str, found: int) -> None:
    opened(db, subject="Scanner", body="The scanner at Müller's is broken.")
    opened(db, subject="Something else", body="entirely")
    assert len(everything(db, QueueFilter(q=words), "-created", 50)) == found


def test_an_agent_without_the_wider_permission_sees_own_teams_unassigned_and_own_tickets(db: Database) -> None:
    with db.work() as w:
        w.session.add_all([Team(id=1, name="Mine"), Team(id=2, name="Theirs")])
    ids = [opened(db, team=team) for team in ("Mine", "Theirs", None)]
    viewer = Viewer("agent", 99, "Bo", frozenset({"tickets.see"}), frozenset({1}))
    with db.read() as session:
        page = queue(session, viewer, QueueFilter(), sort="created")
    assert ([row.id for row in page.items], page.total) == ([ids[0], ids[2]], 2)


def test_a_user_sees_and_counts_nothing_of_another_customer(db: Database, desk_of_seven: list[int]) -> None:
    user = Viewer("user", 5, "Somebody", customer_id=3)
    with db.read() as session:
        page = queue(session, user, QueueFilter())
    assert (list(page.items), page.total) == ([], 0)


@pytest.mark.parametrize("cursor", ["", "nonsense", "W10=", "W1siaSIsMV1d"])
def test_a_cursor_of_another_list_is_refused(db: Database, cursor: str) -> None:
    with pytest.raises(Invalid), db.read() as session:
        queue(session, AGENT, QueueFilter(), cursor=cursor)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60))
def test_no_words_can_break_the_search(db: Database, words: str) -> None:
    with db.read() as session:
        queue(session, AGENT, QueueFilter(q=words))


def test_a_site_and_several_teams_can_be_asked_for(db: Database) -> None:
    with db.work() as w:
        w.session.add_all([Team(id=1, name="One"), Team(id=2, name="Two"), Team(id=3, name="Three")])
        customer = customers.create_customer(w, SYSTEM, name="Larkfield").id
        dairy = customers.create_site(w, SYSTEM, customer, name="Dairy").id
    here, there = opened(db, customer="Larkfield", site="Dairy", team=1), opened(db, customer="Larkfield", team=2)
    with db.read() as session:
        at_site = queue(session, AGENT, QueueFilter(site=dairy)).items
        of_teams = queue(session, AGENT, QueueFilter(teams=frozenset({1, 3}))).items
        of_both = queue(session, AGENT, QueueFilter(teams=frozenset({1, 2}))).items
    assert [row.id for row in at_site] == [row.id for row in of_teams] == [here]
    assert {row.id for row in of_both} == {here, there}


@pytest.mark.parametrize("wanted", [QueueFilter(), QueueFilter(q="ticket"), QueueFilter(q="tick", channel="phone")])
def test_the_tally_counts_what_the_lists_show(db: Database, desk_of_seven: list[int], wanted: QueueFilter) -> None:
    with db.work() as w:
        status = w.session.scalar(select(Status.id).where(Status.state == "paused").limit(1))
        desk.update(w, AGENT, desk_of_seven[1], values={"status": status})
        snooze.snooze(w, AGENT, desk_of_seven[2], until=w.now + timedelta(days=1))
        write_words(w.session, desk_of_seven)
    lists = {
        "open": replace(wanted, state="open", aside=False),
        "paused": replace(wanted, state="paused", aside=False),
        "aside": replace(wanted, state="unsolved", aside=True),
        "done": replace(wanted, state="done"),
    }
    with db.read() as session:
        assert tally(session, AGENT, wanted) == {name: len(ids_in(session, each)) for name, each in lists.items()}


def ids_in(session: Session, wanted: QueueFilter) -> list[int]:
    return [row.id for row in queue(session, AGENT, wanted).items]
