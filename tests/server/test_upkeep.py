"""What the worker decides to do, and does."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from core_psa.clock import StoppedClock
from core_psa.vectors import store as vectors
from core_psa.vectors.tables import NeighbourChange
from server.progress import folder_of, read
from server.settings import Settings
from server.triager import TriageHere
from server.upkeep import Upkeep
from server.wiring import Desk, open_desk
from tests.desk import opened
from tests.roads.processes import until
from tests.server.history import import_history
from triage.desk import DeskTriage
from triage.desk.learned import UNTAUGHT


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, database_url=sqlite_url, encoder="hashing")


@pytest.fixture
def desk(settings: Settings, clock: StoppedClock) -> Iterator[Desk]:
    desk = open_desk(settings, clock)
    yield desk
    desk.close()


@pytest.fixture
def triage(desk: Desk) -> DeskTriage:
    assert isinstance(desk.triage, TriageHere)
    assert desk.triage.desk
    return desk.triage.desk


@pytest.fixture
def upkeep(settings: Settings, desk: Desk, triage: DeskTriage) -> Iterator[Upkeep]:
    upkeep = Upkeep(settings, desk.db, triage)
    yield upkeep
    upkeep.stop()


def states(settings: Settings) -> dict[str, str]:
    return {p.name: p.state for p in read(folder_of(settings))}


def test_an_imported_history_is_read_embedded_and_learned_from(
    upkeep: Upkeep, desk: Desk, triage: DeskTriage, settings: Settings, tmp_path: Path
) -> None:
    import_history(desk.db, tmp_path)

    def learned() -> bool | None:
        upkeep.tick()
        return triage.model_version != UNTAUGHT or None

    until(learned, 120, "what was learned to be taken up")
    assert len(triage.solved) == 150
    assert set(states(settings).values()) == {"done"}


def test_a_desk_that_needs_nothing_starts_nothing(upkeep: Upkeep, settings: Settings) -> None:
    upkeep.tick()
    assert states(settings) == {}


def test_work_that_failed_is_not_begun_again_at_once(
    desk: Desk, triage: DeskTriage, settings: Settings, tmp_path: Path
) -> None:
    import_history(desk.db, tmp_path, 5)
    broken = replace(settings, database_url=f"sqlite:///{tmp_path}/gone.db")
    upkeep = Upkeep(broken, desk.db, triage)
    upkeep.tick()
    until(lambda: states(settings).get("prepare") == "failed" or None, 60, "the child to fail")
    time.sleep(0.5)  # its process is gone a moment later
    (before,) = read(folder_of(settings))
    for _ in range(3):
        upkeep.tick()
    upkeep.stop()
    assert read(folder_of(settings)) == [before]


def test_changes_are_forgotten_once_the_index_holds_them_and_they_are_old(
    upkeep: Upkeep, desk: Desk, triage: DeskTriage, clock: StoppedClock
) -> None:
    ids = [opened(desk.db) for _ in range(3)]
    with desk.db.work() as w:
        for ticket_id in ids:
            vectors.tell_indexes(w.session, ticket_id, w.now)
    clock.advance(timedelta(days=3))
    upkeep.clean()
    assert changes(desk) == 3  # no base holds them yet

    triage.solved._position = 2
    upkeep.clean()
    assert changes(desk) == 2


def changes(desk: Desk) -> int:
    with desk.db.read() as session:
        return len(session.scalars(select(NeighbourChange.seq)).all())
