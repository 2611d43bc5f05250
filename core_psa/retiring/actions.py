"""Retiring a record of the configuration, and bringing it back."""

from collections.abc import Mapping
from typing import TypeVar

from core_psa.audit.changes import update
from core_psa.db import Base, Work
from core_psa.db.records import get, kind_of
from core_psa.errors import Conflict, FieldError, Invalid
from core_psa.organisation.tables import Department, Role, Skill
from core_psa.retiring.uses import uses_of
from core_psa.sla.tables import Calendar, SlaPolicy
from core_psa.viewer import Viewer

R = TypeVar("R", Department, Skill, Role, Calendar, SlaPolicy)

_NEEDS: Mapping[type[Base], str] = {
    Department: "organisation.edit",
    Skill: "organisation.edit",
    Role: "access.edit",
    Calendar: "calendars.edit",
    SlaPolicy: "calendars.edit",
}


def set_active(w: Work, viewer: Viewer, model: type[R], record_id: int, active: bool) -> R:
    """Retires the record, or offers it again. Raises Invalid listing what uses it, and Conflict for a role every desk has."""
    viewer.require(_NEEDS[model])
    row = get(w.session, model, record_id, lock=True)
    if row.active and not active:
        _must_be_free(w, row)
    return update(w, viewer, row, {"active": active})


def _must_be_free(w: Work, row: Department | Skill | Role | Calendar | SlaPolicy) -> None:
    if isinstance(row, Role) and row.builtin:
        raise Conflict(f"the role {row.name} comes with every desk: it stays")
    if used := uses_of(w.session, row, w.now):
        raise Invalid(FieldError("active", f"the {kind_of(row)} {row.name} is used by {used}: give them another first"))
