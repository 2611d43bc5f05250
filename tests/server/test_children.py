"""Long work, run as the worker runs it."""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from core_psa.db import Database
from core_psa.tickets.tables import TicketText
from core_psa.vectors.tables import TicketVector
from embeddings.hashing import HashingEncoder
from server import children
from server.progress import folder_of, read
from server.settings import Secret, Settings
from server.store import open_store
from server.wiring import index_folder, open_solved_index
from tests.roads.processes import ROOT, until
from tests.server.history import import_history

TICKETS = 150


@pytest.fixture
def db(settings: Settings, tmp_path: Path) -> Iterator[Database]:
    db = open_store(settings)
    import_history(db, tmp_path, TICKETS)
    yield db
    db.close()


def count(db: Database, table: type[TicketText] | type[TicketVector]) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_history_is_read_embedded_indexed_and_learned_from(db: Database, settings: Settings) -> None:
    for name in ("prepare", "embed", "index", "learn"):
        assert children.run(settings, name) == 0
    encoder = HashingEncoder()
    assert count(db, TicketText) == TICKETS
    assert count(db, TicketVector) == TICKETS
    assert len(open_solved_index(index_folder(settings, encoder.id), encoder)) == TICKETS
    assert settings.learned_file.exists()
    assert {p.name: p.state for p in read(folder_of(settings))} == dict.fromkeys(children.WORK, "done")


def test_what_fails_says_why(db: Database, settings: Settings) -> None:
    broken = replace(settings, encoder="/no/encoder/here")
    with pytest.raises(Exception, match="/no/encoder/here"):
        children.run(broken, "embed")
    (progress,) = read(folder_of(settings))
    assert progress.state == "failed"
    assert "/no/encoder/here" in progress.error


def test_a_child_ends_when_its_parent_does(db: Database, settings: Settings, sqlite_url: str) -> None:
    settings = replace(settings, database_url=sqlite_url)
    turn = Path(str(settings.sqlite_file)).with_suffix(".lock")
    with turn.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # so that it is in the middle of its work
        child = children.start(settings, "prepare")
        until(lambda: read(folder_of(settings)) or None, 60, "the child to begin")
        assert child.stdin
        child.stdin.close()
        assert child.wait(timeout=60) == 128 + signal.SIGTERM
    assert [p.state for p in read(folder_of(settings))] == ["stopped"]


def test_a_second_child_leaves_the_work_to_the_first(db: Database, settings: Settings) -> None:
    folder = folder_of(settings)
    folder.mkdir()
    with (folder / "child.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        child = children.start(settings, "prepare")
        assert child.wait(timeout=60) == 0
    assert count(db, TicketText) == 0


def test_a_child_has_the_settings_of_its_parent_secrets_and_lists_included(settings: Settings) -> None:
    given = replace(settings, smtp_password=Secret("hidden"), mail_ceilings=((1, 2), (3, 4)))
    environment = {
        name: value for name, value in children.environment_of(given).items() if name.startswith("FIFTHCALL")
    }
    asked = (
        "from server.settings import read_settings; s = read_settings(); print(s.smtp_password.text, s.mail_ceilings)"
    )
    told = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    assert told.stdout.strip() == "hidden ((1, 2), (3, 4))"
