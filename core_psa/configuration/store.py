"""Writing the configuration as a document."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from core_psa.configuration.kinds import KINDS, Kind
from core_psa.configuration.names import Names
from core_psa.configuration.renaming import Standing
from core_psa.configuration.rules import FORMAT, Document, written_key
from core_psa.viewer import Viewer


def document(session: Session, viewer: Viewer) -> Document:
    """{"format", "configuration": {table: rows}}; every row a mapping by column, with names where the store has ids."""
    return standing(session, viewer)[0]


def standing(session: Session, viewer: Viewer) -> Standing:
    """The document, and the ids of its rows."""
    viewer.require("access.edit")
    names = Names(session)
    tables, ids = {}, {}
    for kind in KINDS:
        rows = present(session, kind, names)
        tables[kind.name] = sorted((plain for _, plain in rows), key=lambda row: written_key(kind, row))
        if hasattr(kind.model, "id"):
            ids[kind.name] = {written_key(kind, plain): row.id for row, plain in rows}
    return {"format": FORMAT, "configuration": tables}, ids


def present(session: Session, kind: Kind, names: Names) -> list[tuple[Any, dict[str, Any]]]:
    """Every row of the kind, as it is and as a document has it."""
    query: Any = select(kind.model)
    for column, values in kind.only.items():
        query = query.where(getattr(kind.model, column).in_(values))
    if kind.ranked:
        query = query.order_by(getattr(kind.model, kind.ranked), kind.model.id)  # type: ignore[attr-defined]
    more = {name: read(session) for name, read in kind.more.items()}
    return [
        (row, _plain(kind, row, names) | _ranked(kind, rank) | _more(more, row))
        for rank, row in enumerate(session.scalars(query).all(), 1)
    ]


def _plain(kind: Kind, row: Any, names: Names) -> dict[str, Any]:
    columns = [c for c in inspect(kind.model).columns if c.name not in kind.hidden]
    return {c.name: _value(kind, c, getattr(row, c.name), names) for c in columns}


def _value(kind: Kind, column: Any, value: Any, names: Names) -> Any:
    if value is None:
        return None
    if column.name in kind.inside:
        return kind.inside[column.name](value, names.of)
    if column.name in kind.points_to:
        return names.of(kind.points_to[column.name], value)
    return value.isoformat() if isinstance(value, date) else value


def _ranked(kind: Kind, rank: int) -> dict[str, Any]:
    return {kind.ranked: rank} if kind.ranked else {}


def _more(more: Mapping[str, Mapping[int, Any]], row: Any) -> dict[str, Any]:
    return {name: found.get(row.id) for name, found in more.items()}
