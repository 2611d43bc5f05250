"""A consistent copy of a desk, made while it is served, and putting one back.

A backup is a folder: `manifest.json` with every file's length and sha256, and the files as they stand in a data folder.
It is written beside its name and renamed when it is whole.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

from core_psa import migrations
from core_psa.db.locks import users
from core_psa.errors import Conflict
from embeddings.files import sha256
from server.settings import Settings
from server.store import open_store
from server.worker_lock import WorkerLock

MANIFEST = "manifest.json"
_FORMAT = 1
_STORE = "store.db"
# What a desk has learned and holds beside its store. Schedules and progress are not: a worker makes them anew.
_LEARNED, _FILES = "models", "files"
# Without it nobody with a second factor could sign in. Kept elsewhere, it has to be copied there.
_KEY = "secret.key"


class NotSupported(Conflict):
    """This store is backed up with its own tools."""

    def __init__(self) -> None:
        super().__init__(
            "the desk is on PostgreSQL: back up the database with pg_dump, and copy models/, files/ and secret.key of the data folder"
        )


class FolderTaken(Conflict):
    """Something stands where a backup or a desk is to be written."""


class BackupBroken(Conflict):
    """A backup is not what it says it is; the file and what is wrong with it."""

    def __init__(self, file: Path, what: str) -> None:
        super().__init__(f"{file} {what}: nothing was restored; use another backup")
        self.file, self.what = file, what


@dataclass(frozen=True)
class Copied:
    """A file of a backup, relative to its folder."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself. `step` is the store's migration step."""

    format: int
    made_at: str
    program: str
    step: str
    tickets: int
    files: tuple[Copied, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def facts(self) -> dict[str, Any]:
        summary = {name: value for name, value in asdict(self).items() if name not in ("format", "files")}
        return {**summary, "files": len(self.files), "bytes": self.size}


def back_up(settings: Settings, to: Path) -> Manifest:
    """Writes the folder `to`. Raises FolderTaken, NotSupported or StoreUnavailable."""
    store = _store_file(settings)
    if to.exists():
        raise FolderTaken(f"{to} exists already: a backup is a folder of its own")
    open_store(settings).close()  # says what to do where there is no desk
    to.absolute().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{to.name}-", dir=to.absolute().parent) as scratch:
        made = Path(scratch, "backup")
        made.mkdir(mode=0o700)
        # The index first: being older than the store is what it catches up from, being newer is not.
        _copy_folder(settings.data / _LEARNED, made / _LEARNED)
        tickets = _copy_store(store, made / _STORE)
        # Files last: they are never changed, and every one that the copied store names is there by now.
        _copy_folder(settings.files_folder, made / _FILES)
        if settings.key_file == settings.data / _KEY and settings.key_file.exists():
            _copy_file(settings.key_file, made / _KEY)
        manifest = Manifest(_FORMAT, _now(), _program(), migrations.NEWEST, tickets, tuple(_copied(made)))
        _write(made / MANIFEST, json.dumps(asdict(manifest), indent=1))
        made.rename(to)
    return manifest


def put_back(source: Path, settings: Settings, *, force: bool = False) -> Manifest:
    """Puts the backup's desk into the data folder, all of it or nothing.

    With `force` the desk that stands there is put aside as DATA.before-TIME. Raises BackupBroken, FolderTaken, or
    NotSupported.
    """
    store = _store_file(settings)
    manifest = read_checked(source)
    data = settings.data.absolute()
    _check_place(settings, store, force=force)
    data.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{data.name}-", dir=data.parent) as scratch:
        fresh = Path(scratch, "desk")
        fresh.mkdir(mode=0o700)
        for file in manifest.files:
            _copy_file(source / file.path, fresh / file.path)
        _check_files(fresh, manifest)
        if data.exists():
            _put_aside(data)
        fresh.rename(data)
    return manifest


def read_checked(folder: Path) -> Manifest:
    """The manifest of a backup whose files are exactly those that were written. Raises BackupBroken."""
    path = folder / MANIFEST
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(Copied(**file) for file in stored.pop("files"))
        manifest = Manifest(**stored, files=files)
    except FileNotFoundError as error:
        raise BackupBroken(path, "is missing") from error
    except (ValueError, TypeError, KeyError) as error:
        raise BackupBroken(path, f"cannot be read ({error})") from error
    if manifest.format != _FORMAT or manifest.step > migrations.NEWEST:
        raise BackupBroken(path, f"was written by a newer version ({manifest.program})")
    _check_files(folder, manifest)
    return manifest


def _store_file(settings: Settings) -> Path:
    file = settings.sqlite_file
    if file is None:
        raise NotSupported
    return file


def _check_files(folder: Path, manifest: Manifest) -> None:
    for file in manifest.files:
        path = folder / file.path
        if Path(file.path).is_absolute() or ".." in Path(file.path).parts:
            raise BackupBroken(path, "lies outside of the backup")
        if not path.is_file():
            raise BackupBroken(path, "is missing")
        if path.stat().st_size != file.size or sha256(path) != file.sha256:
            raise BackupBroken(path, "is damaged")


def _check_place(settings: Settings, store: Path, *, force: bool) -> None:
    data = settings.data
    if not data.exists():
        return
    if holder := WorkerLock(settings.worker_lock).holder():
        raise FolderTaken(f"the desk in {data} is running ({holder}): stop it first")
    if _is_open(store):
        who = ", ".join(users(store)) or "another program"
        raise FolderTaken(f"the desk in {data} is in use by {who}: stop it first")
    if any(data.iterdir()) and not force:
        raise FolderTaken(f"{data} is not empty: choose another --data, or put the desk there aside with --force")


def _is_open(store: Path) -> bool:
    """Whether somebody has the store open: in write-ahead mode they keep a lock, and nobody else can have it alone."""
    if not store.exists():
        return False
    try:
        with closing(sqlite.connect(f"file:{store.absolute()}?mode=rw", uri=True, timeout=1)) as connection:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
    except sqlite.DatabaseError as error:  # what cannot be read is open nowhere
        return "locked" in str(error)
    return False


def _put_aside(data: Path) -> None:
    if any(data.iterdir()):
        data.rename(data.with_name(f"{data.name}.before-{datetime.now(UTC):%Y%m%d-%H%M%S}"))
    else:
        data.rmdir()


def _copy_store(source: Path, target: Path) -> int:
    """Writes a whole and consistent copy without holding anybody up; returns how many tickets it has."""
    with closing(sqlite.connect(f"file:{source.absolute()}?mode=rw", uri=True)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    with closing(sqlite.connect(str(target))) as connection:
        (tickets,) = connection.execute("SELECT count(*) FROM ticket").fetchone()
    return int(tickets)


def _copy_folder(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        if path.is_file() and path.suffix not in (".part", ".tmp"):
            _copy_file(path, target / path.relative_to(source))


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def _copied(folder: Path) -> Iterator[Copied]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield Copied(path.relative_to(folder).as_posix(), path.stat().st_size, sha256(path))


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _program() -> str:
    try:
        return f"fifthcall {version('fifthcall')}"
    except PackageNotFoundError:
        return "fifthcall, not installed"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
