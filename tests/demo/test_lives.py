"""The made-up desk's last days stand in its store as if people had worked there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core_psa import migrations
from core_psa.clock import StoppedClock
from core_psa.configuration import versions
from core_psa.configuration.store import document
from core_psa.db import Database
from core_psa.dispatch.tables import Appointment
from core_psa.going_live.actions import try_out
from core_psa.sla.tables import SlaClock, SlaInterval
from core_psa.tickets.approvals.tables import Approval
from core_psa.tickets.relations.tables import TicketLink
from core_psa.tickets.tables import Action
from core_psa.tickets.waiting.tables import Snooze
from core_psa.viewer import SYSTEM
from demo.loader import load
from tests.demo.conftest import UNTIL


@pytest.fixture(scope="module")
def demo_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("demo")
    db = Database.open(f"sqlite:///{folder / 'store.db'}", StoppedClock(UNTIL))
    migrations.upgrade(db)
    load(db, tickets=500, days=60, seed=1, progress=lambda done, whole: None)
    yield db
    db.close()


def number(db: Database, *conditions: object) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]


def test_clocks_were_met_missed_and_paused(demo_desk: Database) -> None:
    assert number(demo_desk, SlaClock.stopped_at.is_not(None), SlaClock.breached_at.is_(None)) > 5
    assert number(demo_desk, SlaClock.breached_at.is_not(None)) > 0
    assert number(demo_desk, SlaInterval.ended == "waiting") > 0


def test_every_way_tickets_hang_together_is_there(demo_desk: Database) -> None:
    with demo_desk.read() as session:
        assert set(session.scalars(select(TicketLink.kind))) >= {"parent", "blocks", "relates", "cause"}


def test_something_is_put_aside_planned_and_asked(demo_desk: Database) -> None:
    assert number(demo_desk, Snooze.woken_at.is_(None)) == 3
    assert number(demo_desk, Appointment.id > 0) > 0
    assert number(demo_desk, Approval.state == "pending") == 1


def test_nothing_happens_after_the_last_day(demo_desk: Database) -> None:
    assert number(demo_desk, Action.at > UNTIL) == 0


def test_the_desk_works_but_for_a_rule_that_fits_everything(demo_desk: Database) -> None:
    assert [r.name for r in try_out(demo_desk, SYSTEM) if not r.passed] == ["Routing gives it to a team"]


def test_importing_its_own_configuration_changes_nothing(demo_desk: Database) -> None:
    with demo_desk.read() as session:
        own = document(session, SYSTEM)
    outcome = versions.try_out(demo_desk, SYSTEM, own)
    assert (outcome.changes, outcome.staying) == ([], [])
