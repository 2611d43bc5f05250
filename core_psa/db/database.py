"""One database, SQLite or PostgreSQL, and the two kinds of transaction on it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from core_psa.clock import Clock, SystemClock
from core_psa.db.secrets import VAULT, Vault
from core_psa.db.writer_turn import WriterTurn
from core_psa.errors import StoreUnavailable

# Below this, a checkpoint racing a commit on another connection can lose the commit or corrupt the file.
WAL_SAFE_SQLITE = (3, 51, 3)
_WAL_SAFE_BACKPORTS = {(3, 50): 7, (3, 44): 6}
# Without an adapter the driver looks for one in vain at every NULL and every truth value: 1 µs each, more than the rest
# of the row. These are the quickest that say the same.
sqlite.register_adapter(type(None), {None: None}.__getitem__)
sqlite.register_adapter(bool, int)
# Pages in the write-ahead log after which a commit moves them into the file.
_CHECKPOINT_AFTER = 1000
_POSTPONED = "checkpoints postponed"
# FastAPI runs up to 40 plain routes at once; each may hold one connection.
_CONNECTIONS = 40


@dataclass
class Work:
    """One writing transaction: its session, its instant, and what to do once it has been committed."""

    session: Session
    now: datetime
    _after_commit: list[Callable[[], None]] = field(default_factory=list)

    def after_commit(self, call: Callable[[], None]) -> None:
        self._after_commit.append(call)


class Database:
    """Open with `Database.open`; close with `close()`."""

    def __init__(self, engine: Engine, clock: Clock, turn: WriterTurn | None, vault: Vault | None = None) -> None:
        self.engine = engine
        self.clock = clock
        self._info = {VAULT: vault}
        self._readers = engine.execution_options(sqlite_begin="DEFERRED")
        self._turn = turn

    @classmethod
    def open(cls, url: str, clock: Clock | None = None, vault: Vault | None = None) -> "Database":
        """`sqlite:////path/store.db` or `postgresql+psycopg://…`. Creates no tables: see `core_psa.migrations`.

        Without a vault everything works but what needs a stored secret.
        """
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            path = Path(str(parsed.database))
            return cls(_sqlite_engine(url), clock or SystemClock(), WriterTurn(path.with_suffix(".lock")), vault)
        engine = create_engine(url, pool_size=_CONNECTIONS, max_overflow=10, pool_pre_ping=True, hide_parameters=True)
        return cls(engine, clock or SystemClock(), None, vault)

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name

    @contextmanager
    def work(self, *, patient: bool = False) -> Iterator[Work]:
        """One transaction that commits on leaving and rolls back on an error. Raises StoreUnavailable if it cannot begin.

        A patient one, for which nobody waits, lets everybody else go first where there is one writer at a time.
        """
        with self.trial(patient=patient) as w:
            yield w
            w.session.commit()
        for call in w._after_commit:
            call()

    @contextmanager
    def trial(self, *, patient: bool = False) -> Iterator[Work]:
        """A writing transaction that nobody ever hears of: whatever is done in it is rolled back on leaving.

        What would have been done after the commit is not. On PostgreSQL the numbers it gave to new rows stay used.
        """
        turn: AbstractContextManager[None] = self._turn.taken(patient=patient) if self._turn else nullcontext()
        with turn, Session(self.engine, expire_on_commit=False, info=self._info) as session, _explained():
            session.connection()
            yield Work(session, self.clock.now())

    def postpone_checkpoint(self, session: Session) -> None:
        """This transaction's commit will leave the write-ahead log as it is: whoever writes much calls `checkpoint` later,
        when it is nobody's turn."""
        if self.dialect == "sqlite":
            connection = session.connection()
            connection.exec_driver_sql("PRAGMA wal_autocheckpoint=0")
            connection.info[_POSTPONED] = True

    def checkpoint(self) -> None:
        """Moves what it can of SQLite's write-ahead log into the file; waits for nobody, and nobody waits for it."""
        if self.dialect == "sqlite":
            with closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view that never waits for a writer."""
        with Session(self._readers, expire_on_commit=False, autoflush=False, info=self._info) as session, _explained():
            yield session

    def close(self) -> None:
        self.engine.dispose()
        if self._turn:
            self._turn.close()


@contextmanager
def _explained() -> Iterator[None]:
    """Turns what the engine says about a full disk or a locked file into what to do about it."""
    try:
        yield
    except OperationalError as error:
        advice = _advice(str(error.orig))
        if advice is None:
            raise
        raise StoreUnavailable(advice) from error


_ADVICE = {
    "database or disk is full": "the disk is full: free space on the data folder's disk; nothing was half written",
    "database is locked": "another program holds the database: close it, or run 'fifthcall doctor' to see who",
    "disk I/O error": "the disk refuses to read or write: check it and its free space, then run 'fifthcall doctor'",
    "unable to open database file": "the database file cannot be opened: check the path and its permissions",
    "attempt to write a readonly database": "the database file is read-only: check its permissions",
    "database disk image is malformed": "the database file is damaged: stop the server and restore the last backup",
    "no such table": "the database has no tables of this version: run 'fifthcall init'",
    "connection failed": "PostgreSQL does not answer: check FIFTHCALL_DATABASE_URL and that the server runs",
}


def _advice(message: str) -> str | None:
    return next((f"{message}: {advice}" for words, advice in _ADVICE.items() if words in message), None)


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite version has the fix of the write-ahead log's reset race."""
    return version >= WAL_SAFE_SQLITE or version[2] >= _WAL_SAFE_BACKPORTS.get((version[0], version[1]), 10**6)


def _sqlite_engine(url: str) -> Engine:
    journal = "WAL" if wal_is_safe(sqlite.sqlite_version_info) else "DELETE"
    # Parameters are tickets: an error that reaches the log must not carry them.
    engine = create_engine(url, module=sqlite, pool_size=_CONNECTIONS, max_overflow=10, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the begin event below says BEGIN, with the right mode
        # WAL first: the others need no file. A new connection may meet the short lock of a closing one.
        for pragma in (
            "busy_timeout=10000",
            f"journal_mode={journal}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "cache_size=-16000",
            "temp_store=MEMORY",
            f"wal_autocheckpoint={_CHECKPOINT_AFTER}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "checkin")
    def _checkpoint_again(connection: Any, record: Any) -> None:
        if connection is not None and record.info.pop(_POSTPONED, False):
            connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_AFTER}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine
