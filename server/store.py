"""Opening the desk's store, for commands that need nothing else."""

from pathlib import Path

from core_psa import migrations
from core_psa.clock import Clock
from core_psa.db import Database
from core_psa.errors import StoreUnavailable
from server.secret_key import vault
from server.settings import Settings


def open_store(settings: Settings, clock: Clock | None = None) -> Database:
    """The desk's database. Raises StoreUnavailable, saying what to do, if it is missing or of another version."""
    # A mapped class may point to any other: all of them have to be known before one is written.
    from core_psa import tables  # noqa: F401

    return open_part(settings, clock)


def open_part(settings: Settings, clock: Clock | None = None) -> Database:
    """The same for a command that answers at once: it has imported the tables it touches and maps no others."""
    file = settings.sqlite_file
    if file and not file.exists():
        raise StoreUnavailable(f"there is no desk in {settings.data}: run 'fifthcall init --data {settings.data}'")
    db = Database.open(settings.store_url, clock, vault(settings))
    migrations.require_newest(db)
    return db


def make_folder(folder: Path) -> None:
    """The data folder, readable by its owner alone."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
        folder.chmod(0o700)
