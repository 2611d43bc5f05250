"""A desk that was backed up while it was served is the same desk where it is put back."""

import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from core_psa.db import Database
from core_psa.desk import attachments
from core_psa.intake.cleaning import TEXT_VERSION, clean, text_hash
from core_psa.reads.attachments import of_ticket
from core_psa.tickets.tables import Ticket
from core_psa.viewer import SYSTEM
from server import children, secret_key
from server.backup import MANIFEST, BackupBroken, FolderTaken, NotSupported, back_up, put_back
from server.doctor import examine
from server.settings import Settings
from server.store import open_store
from server.wiring import open_encoder, open_files, open_triage
from server.worker_lock import WorkerLock
from tests.desk import opened
from tests.server.history import import_history
from triage.desk.desk_triage import Asked

TICKETS = 150


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    data = tmp_path / "desk"
    data.mkdir(mode=0o700)
    (data / "store.db").write_bytes(sqlite_template.read_bytes())
    return Settings(data=data, encoder="hashing")


@pytest.fixture
def db(settings: Settings, tmp_path: Path) -> Iterator[Database]:
    """The store of a desk that has learned from its history."""
    db = open_store(settings)
    import_history(db, tmp_path, TICKETS)
    for name in ("prepare", "embed", "index", "learn"):
        children.run(settings, name)
    yield db
    db.close()


@pytest.fixture
def backup(db: Database, settings: Settings, tmp_path: Path) -> Path:
    back_up(settings, tmp_path / "backup")
    return tmp_path / "backup"


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, data=tmp_path / "elsewhere")


def five_neighbours(settings: Settings) -> list[tuple[int, float]]:
    db = open_store(settings)
    try:
        text = clean("printer paper jam", "the toner tray again")
        present = dict.fromkeys(("category", "priority", "team", "assignee"))
        asked = Asked(None, text, TEXT_VERSION, text_hash(text), db.clock.now(), None, None, present)
        (preview,) = open_triage(settings, db, open_encoder(settings)).preview([asked])
        return [(n["ticket_id"], n["similarity"]) for n in preview.neighbours]
    finally:
        db.close()


def test_a_desk_put_back_finds_the_same_five_neighbours(backup: Path, settings: Settings, elsewhere: Settings) -> None:
    put_back(backup, elsewhere)
    before, after = five_neighbours(settings), five_neighbours(elsewhere)
    assert len(after) == 5
    assert after == before


def test_a_desk_put_back_is_found_sound(backup: Path, elsewhere: Settings) -> None:
    manifest = put_back(backup, elsewhere)
    assert manifest.tickets == TICKETS
    findings = examine(elsewhere, only=("data folder", "store", "triage", "vectors", "index", "learned"))
    assert {f.state for f in findings} == {"ok"}, findings


def test_a_backup_holds_one_moment_although_tickets_come_in(
    db: Database, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    done = threading.Event()

    def keep_opening() -> None:
        while not done.is_set():
            opened(db)

    thread = threading.Thread(target=keep_opening)
    thread.start()
    made = back_up(settings, tmp_path / "backup")
    done.set()
    thread.join()
    put_back(tmp_path / "backup", elsewhere)
    restored = open_store(elsewhere)
    with restored.read() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == made.tickets
    restored.close()
    assert {f.state for f in examine(elsewhere, only=("store", "index"))} == {"ok"}


@pytest.mark.parametrize("damage", ["cut", "changed", "gone"])
def test_a_damaged_backup_is_refused_and_nothing_is_written(backup: Path, elsewhere: Settings, damage: str) -> None:
    file = backup / "models" / "learned.json"
    if damage == "gone":
        file.unlink()
    else:
        text = file.read_text()
        file.write_text(text[:-5] if damage == "cut" else text.replace("0", "1"))
    with pytest.raises(BackupBroken, match=r"learned\.json"):
        put_back(backup, elsewhere)
    assert not elsewhere.data.exists()


def test_a_folder_that_is_no_backup_is_refused(tmp_path: Path, elsewhere: Settings) -> None:
    (tmp_path / "photos").mkdir()
    with pytest.raises(BackupBroken, match="is missing"):
        put_back(tmp_path / "photos", elsewhere)


def test_a_backup_cannot_write_outside_of_the_desk(backup: Path, elsewhere: Settings) -> None:
    manifest = json.loads((backup / MANIFEST).read_text())
    manifest["files"][0]["path"] = "../outside"
    (backup / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(BackupBroken, match="outside"):
        put_back(backup, elsewhere)


def test_a_desk_is_replaced_only_on_purpose_and_then_put_aside(backup: Path, db: Database, settings: Settings) -> None:
    db.close()
    with pytest.raises(FolderTaken, match="not empty"):
        put_back(backup, settings)
    put_back(backup, settings, force=True)
    (aside,) = settings.data.parent.glob("desk.before-*")
    assert (aside / "store.db").exists()


def test_a_running_desk_is_not_replaced(backup: Path, settings: Settings) -> None:
    lock = WorkerLock(settings.worker_lock)
    assert lock.take()
    with pytest.raises(FolderTaken, match="is running"):
        put_back(backup, settings, force=True)
    lock.leave()


def test_a_desk_that_somebody_has_open_is_not_replaced(backup: Path, db: Database, settings: Settings) -> None:
    with db.read() as session:
        session.connection()
    with pytest.raises(FolderTaken, match=r"in use by process \d+"):
        put_back(backup, settings, force=True)


def test_a_desk_with_a_damaged_store_is_replaced(backup: Path, db: Database, settings: Settings) -> None:
    db.close()
    (settings.data / "store.db").write_bytes(b"no database" * 500)
    assert put_back(backup, settings, force=True).tickets == TICKETS


def test_a_backup_does_not_write_over_another(backup: Path, settings: Settings) -> None:
    with pytest.raises(FolderTaken, match="exists already"):
        back_up(settings, backup)


def test_on_postgresql_its_own_tools_are_named(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database_url="postgresql+psycopg://desk@localhost/desk")
    with pytest.raises(NotSupported, match="pg_dump"):
        back_up(settings, tmp_path / "backup")


def test_files_are_there_again_where_the_desk_is_put_back(
    settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    before = open_store(settings)
    files = open_files(settings)
    with files.received(io.BytesIO(b"Error 809"), "log.txt") as received:
        ticket_id = opened(before)
        with before.work() as w:
            attachments.add(w, SYSTEM, ticket_id, [attachments.stage(w, SYSTEM, ticket_id, files, received).id])
    before.close()
    back_up(settings, tmp_path / "backup")
    put_back(tmp_path / "backup", elsewhere)
    after = open_store(elsewhere)
    with after.read() as session:
        (row,) = of_ticket(session, SYSTEM, ticket_id)
    after.close()
    assert open_files(elsewhere).path(row.sha256).read_bytes() == b"Error 809"


def test_the_key_of_stored_secrets_is_in_the_backup(settings: Settings, tmp_path: Path, elsewhere: Settings) -> None:
    secret_key.make(settings)
    back_up(settings, tmp_path / "with key")
    put_back(tmp_path / "with key", elsewhere)
    assert secret_key.read(elsewhere) == secret_key.read(settings)
    assert elsewhere.key_file.stat().st_mode & 0o077 == 0
