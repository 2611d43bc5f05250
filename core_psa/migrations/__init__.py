"""The schema, one numbered step per change, on both engines. `upgrade` brings a store to the newest step."""

from pathlib import Path

from sqlalchemy import inspect, text

from core_psa.db import Database
from core_psa.errors import StoreUnavailable

NEWEST = "0038"


def version_of(db: Database) -> str | None:
    """The step this store is at, or None when it has no tables."""
    with db.engine.execution_options(sqlite_begin="DEFERRED").connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version


def require_newest(db: Database) -> None:
    """Raises StoreUnavailable, saying what to do, unless the store is at the step this program knows."""
    version = version_of(db)
    if version is None:
        raise StoreUnavailable("this data folder has no desk yet: run 'fifthcall init'")
    if version < NEWEST:
        raise StoreUnavailable(f"the store is at step {version}, this program needs {NEWEST}: run 'fifthcall init'")
    if version > NEWEST:
        raise StoreUnavailable(f"the store is at step {version}, newer than this program ({NEWEST}): use a newer one")


def upgrade(db: Database) -> None:
    """Runs the missing steps, all in one transaction."""
    if version_of(db) == NEWEST:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
