"""Configuration that every ticket asks for and that hardly ever changes: kept in memory until it does.

Each change of configuration is in the audit log, inside its own transaction. The log's last entry therefore tells which
configuration a transaction sees, whichever process wrote it.
"""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, literal, select
from sqlalchemy.orm import Session

from core_psa.audit.tables import AuditEntry
from core_psa.db.records import table_of

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

# The last entry's number and time; how many of those before it can be seen.
Mark = tuple[int, datetime, int] | None

# In a session's `info`: the mark it has read, or that it has changed configuration itself.
_MARK, CHANGED = "configuration mark", "configuration changed"
_LOG = table_of(AuditEntry).c
_LAST = select(_LOG.id, _LOG.at).order_by(_LOG.id.desc()).limit(1)
_LAST_IN_ORDER = _LAST.add_columns(literal(0))
# PostgreSQL gives out numbers before the commit: an entry can appear behind one that has been seen already.
_ENTRIES = _LAST.subquery()
_BEHIND = select(func.count()).where(_LOG.id > _ENTRIES.c.id - 1_000).scalar_subquery()
_LAST_AND_BEHIND = select(_ENTRIES.c.id, _ENTRIES.c.at, _BEHIND)


class Known(Generic[Key, Value]):
    """What `read` finds for a key, read again after each change of configuration.

    Values are shared by threads and transactions: plain, never mapped rows, and never altered. What a transaction changes
    it sees here only after it has logged that; until then it calls `read` itself.
    """

    def __init__(self, read: Callable[[Session, Key], Value]) -> None:
        self._read = read
        self._values: WeakKeyDictionary[Engine | Connection, tuple[Mark, dict[Key, Value]]] = WeakKeyDictionary()

    def of(self, session: Session, key: Key) -> Value:
        if session.info.get(CHANGED):
            return self._read(session, key)  # it may yet be rolled back
        values = self._at(session.get_bind(), _mark(session))
        if key not in values:
            values[key] = self._read(session, key)
        return values[key]

    def _at(self, engine: Engine | Connection, mark: Mark) -> dict[Key, Value]:
        known = self._values.get(engine)
        if known is None or known[0] != mark:
            known = self._values[engine] = (mark, {})
        return known[1]


def _mark(session: Session) -> Mark:
    """Asked for before what it stands for is read, so that values are never older than their mark."""
    if _MARK not in session.info:
        in_order = session.get_bind().dialect.name == "sqlite"
        last = session.execute(_LAST_IN_ORDER if in_order else _LAST_AND_BEHIND).one_or_none()
        session.info[_MARK] = None if last is None else tuple(last)
    return cast("Mark", session.info[_MARK])
