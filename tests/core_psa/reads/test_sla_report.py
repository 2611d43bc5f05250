"""What the report of promises counts, and what it leaves out, on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk.clocks import scan
from core_psa.desk.merging import merge
from core_psa.desk.spam import mark_spam
from core_psa.errors import Forbidden, Invalid
from core_psa.organisation.tables import Team
from core_psa.reads.queue import queue
from core_psa.reads.queue_filter import QueueFilter
from core_psa.reads.sla_report import SlaReport, sla_report
from core_psa.sla.clocks import Kind
from core_psa.sla.verdicts import VERDICTS, Kept
from core_psa.viewer import Viewer
from tests.conftest import MONDAY_MORNING
from tests.desk import AGENT, opened

DAY = timedelta(days=1)


def report(db: Database, by: str = "priority", viewer: Viewer = AGENT) -> SlaReport:
    with db.read() as session:
        return sla_report(session, viewer, by, MONDAY_MORNING, MONDAY_MORNING + DAY)


def behind(db: Database, kind: Kind) -> list[int]:
    """How many tickets the queue shows for each verdict."""
    with db.read() as session:
        return [queue(session, AGENT, QueueFilter(promise=(kind, verdict))).total for verdict in VERDICTS]


def answer(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="On it.")


@pytest.fixture
def three(db: Database, clock: StoppedClock) -> tuple[int, int, int]:
    """One answered in time, one answered too late, one opened a moment ago."""
    early, late = opened(db, priority="P3 Medium"), opened(db, priority="P3 Medium")
    answer(db, early)
    clock.advance(14 * DAY)
    scan(db)
    answer(db, late)
    clock.advance(-14 * DAY + timedelta(hours=1))
    return early, late, opened(db, priority="P1 Critical")


def test_met_missed_and_undecided_are_told_apart(db: Database, three: tuple[int, int, int]) -> None:
    assert report(db).whole.kept["response"] == Kept(met=1, missed=1, running=1)


def test_a_kind_without_a_decision_has_no_share(db: Database) -> None:
    opened(db, priority="P3 Medium")
    whole = report(db).whole
    assert whole.tickets == 1
    assert whole.kept["response"].share is None


def test_every_figure_is_what_the_queue_shows_behind_it(db: Database, three: tuple[int, int, int]) -> None:
    kept = report(db).whole.kept
    for kind, figures in kept.items():
        assert behind(db, kind) == [figures.met, figures.missed, figures.running]


def test_priorities_stand_in_their_order(db: Database, three: tuple[int, int, int]) -> None:
    lines = report(db).lines
    assert [(line.name, line.tickets) for line in lines] == [("P1 Critical", 1), ("P3 Medium", 2)]


def test_tickets_that_have_none_make_a_line_of_their_own(db: Database) -> None:
    opened(db)
    assert [(line.id, line.name) for line in report(db, "assignee").lines] == [(None, None)]


def test_spam_and_merged_tickets_are_not_counted(db: Database, three: tuple[int, int, int]) -> None:
    early, late, fresh = three
    with db.work() as w:
        mark_spam(w, AGENT, fresh)
        merge(w, AGENT, late, early)
    assert report(db).whole.tickets == 1
    assert behind(db, "response") == [1, 0, 0]


def test_tickets_of_other_days_are_not_counted(db: Database, clock: StoppedClock) -> None:
    clock.advance(DAY)
    opened(db)
    assert report(db).whole.tickets == 0


def test_what_a_viewer_may_not_see_is_in_no_figure(db: Database, three: tuple[int, int, int]) -> None:
    with db.work() as w:
        foreign = Team(name="Elsewhere", department_id=None)
        w.session.add(foreign)
        w.session.flush()
        desk.assign(w, AGENT, three[1], values={"team": foreign.id})
    walled = replace(AGENT, permissions=AGENT.permissions - {"tickets.see_all", "tickets.see_department"})
    assert report(db, viewer=walled).whole.kept["response"].missed == 0


def test_names_are_for_those_who_may_see_them(db: Database) -> None:
    with pytest.raises(Forbidden, match=r"customers\.see"):
        report(db, "customer", replace(AGENT, permissions=AGENT.permissions - {"customers.see"}))


def test_an_unknown_grouping_names_the_known_ones(db: Database) -> None:
    with pytest.raises(Invalid) as refused:
        report(db, "moon")
    assert refused.value.errors[0].allowed == ("customer", "priority", "team", "assignee")
