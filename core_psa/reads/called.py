"""What records that the audit log tells of are called now: it holds their ids."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from core_psa.audit.tables import AuditEntry
from core_psa.db import Base

_CALLED_BY = ("name", "title", "label", "email")


class Called:
    """The names of records, by table and id; none for what is gone or has no name."""

    def __init__(self, names: Mapping[tuple[str, int], str]) -> None:
        self._names = names

    def record(self, entry: AuditEntry) -> str | None:
        """The record that an entry is about."""
        return self._names.get((_table_name(entry.record_kind), entry.record_id or 0))

    def value(self, entry: AuditEntry, field: str, value: Any) -> str | None:
        """The record that a value before or after a change points to."""
        table = _pointed_to(entry.record_kind, field)
        return self._names.get((table, value)) if table and isinstance(value, int) else None


def called(session: Session, entries: Iterable[AuditEntry]) -> Called:
    """One query for each kind of record among these entries."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        for table, record_id in _mentioned(entry):
            wanted[table].add(record_id)
    return Called({(table, i): name for table, ids in wanted.items() for i, name in _names(session, table, ids)})


def _mentioned(entry: AuditEntry) -> Iterator[tuple[str, int]]:
    if entry.record_id:
        yield _table_name(entry.record_kind), entry.record_id
    for field, pair in entry.changes.items():
        table = _pointed_to(entry.record_kind, field)
        if table and isinstance(pair, list):
            yield from ((table, value) for value in pair if isinstance(value, int))


def _pointed_to(kind: str, field: str) -> str | None:
    table = _table(_table_name(kind))
    column = None if table is None else table.c.get(field)
    keys = () if column is None else column.foreign_keys
    return next((key.column.table.name for key in keys), None)


def _names(session: Session, name: str, ids: Iterable[int]) -> Iterable[tuple[int, str]]:
    table = _table(name)
    by = None if table is None else next((table.c[c] for c in _CALLED_BY if c in table.c), None)
    if table is None or by is None or "id" not in table.c:
        return ()
    rows = session.execute(select(table.c.id, by).where(table.c.id.in_(ids)))
    return [(record_id, called_so) for record_id, called_so in rows if called_so]


def _table(name: str) -> Table | None:
    return Base.metadata.tables.get(name)


def _table_name(kind: str) -> str:
    return kind.replace(" ", "_")
