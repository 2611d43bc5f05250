"""Writing the configuration as a document."""

import json
from datetime import date
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from core_psa.configuration.kinds import CALLED, KINDS, NEVER, Kind
from core_psa.configuration.rules import Document
from core_psa.viewer import Viewer

FORMAT = 1


def document(session: Session, viewer: Viewer) -> Document:
    """{"format", "configuration": {table: rows}}; every row a mapping by column, with names where the store has ids."""
    viewer.require("access.edit")
    names = _Names(session)
    return {"format": FORMAT, "configuration": {kind.name: _rows(session, kind, names) for kind in KINDS}}


def _rows(session: Session, kind: Kind, names: "_Names") -> list[dict[str, Any]]:
    query: Any = select(kind.model)
    for column, values in kind.only.items():
        query = query.where(getattr(kind.model, column).in_(values))
    rows = [_plain(kind, row, names) for row in session.scalars(query)]
    return sorted(rows, key=lambda row: json.dumps([row.get(column) for column in kind.key]))


def _plain(kind: Kind, row: Any, names: "_Names") -> dict[str, Any]:
    hidden = NEVER | set(kind.left_out)
    columns = [c for c in inspect(kind.model).columns if c.name not in hidden]
    return {c.name: _value(kind, c, getattr(row, c.name), names) for c in columns}


def _value(kind: Kind, column: Any, value: Any, names: "_Names") -> Any:
    if value is None:
        return None
    if column.name in kind.inside:
        return kind.inside[column.name](value, names.of)
    if column.foreign_keys:
        return names.of(next(iter(column.foreign_keys)).column.table.name, value)
    return value.isoformat() if isinstance(value, date) else value


class _Names:
    """The name of any record that configuration points to, each table read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._models = {model.__tablename__: (model, column) for model, column in CALLED.items()}
        self._models |= {kind.name: (kind.model, kind.key[0]) for kind in KINDS if len(kind.key) == 1}
        self._known: dict[str, dict[int, str]] = {}

    def of(self, table: str, record_id: int) -> str:
        if table not in self._known:
            model, column = self._models[table]
            pairs: Any = self._session.execute(select(model.id, getattr(model, column)))  # type: ignore[attr-defined]
            self._known[table] = {i: name for i, name in pairs}
        return self._known[table].get(record_id, f"#{record_id}")
