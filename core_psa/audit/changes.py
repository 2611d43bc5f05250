"""Saving a record together with its audit entry."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import inspect

from core_psa.audit.actions import record
from core_psa.db import Base, Work
from core_psa.db.records import kind_of, save
from core_psa.viewer import Viewer

R = TypeVar("R", bound=Base)


def create(w: Work, viewer: Viewer, row: R) -> R:
    """Writes a new record; the entry tells every value it starts with."""
    save(w.session, row)
    names = [attribute.key for attribute in inspect(row).mapper.column_attrs if attribute.key != "id"]
    values = {name: getattr(row, name) for name in names}
    changes = {name: [None, _plain(value)] for name, value in values.items() if value not in (None, "")}
    record(w, viewer, "created", kind_of(row), getattr(row, "id", None), changes)
    return row


def update(w: Work, viewer: Viewer, row: R, values: Mapping[str, Any]) -> R:
    """Sets the values that differ. Nothing is written, and nothing logged, where none does."""
    changes = {name: [_plain(getattr(row, name)), _plain(v)] for name, v in values.items() if getattr(row, name) != v}
    if not changes:
        return row
    for name in changes:
        setattr(row, name, values[name])
    save(w.session, row)
    record(w, viewer, "updated", kind_of(row), getattr(row, "id", None), changes)
    return row


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
