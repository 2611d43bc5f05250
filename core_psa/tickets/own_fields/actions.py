"""Arranging the fields of ticket types. A field that tickets have values in is retired, never deleted."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, Unpack

from sqlalchemy import func, select

from core_psa.audit.changes import create, update
from core_psa.db import Work, fields
from core_psa.db.fields import Refused
from core_psa.db.forms import Form
from core_psa.db.records import get
from core_psa.errors import NotFound
from core_psa.tickets.own_fields.rules import CUSTOMERS_OWN, KINDS, OPENING, RESERVED, read
from core_psa.tickets.own_fields.tables import TypeField
from core_psa.tickets.tables import TicketType
from core_psa.tickets.workflow.tables import ActionDefinition
from core_psa.viewer import Viewer

MAX_CHOICES = 200
MAX_FIELDS = 60
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class FieldFields(TypedDict, total=False):
    label: str
    choices: list[str]
    default: Any
    required_at: list[str]
    help: str
    position: int
    active: bool


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise Refused("must be lower case letters, digits and _, beginning with a letter, such as serial_number")
    return value


def _choices(value: Iterable[str]) -> list[str]:
    listed = [fields.name(choice) for choice in value]
    if len(listed) > MAX_CHOICES or len(set(listed)) < len(listed):
        raise Refused(f"must be at most {MAX_CHOICES} different choices")
    return listed


_CHANGEABLE: Mapping[str, fields.Parser] = {
    "label": fields.name,
    "choices": _choices,
    "default": lambda value: value,
    "required_at": list,
    "help": fields.text,
    "position": fields.whole_number(0, 10_000),
    "active": fields.flag,
}
_FIELD: Mapping[str, fields.Parser] = {**_CHANGEABLE, "name": _name, "kind": fields.one_of(*KINDS)}


def create_field(
    w: Work, viewer: Viewer, type_id: int, name: str, kind: str, **given: Unpack[FieldFields]
) -> TypeField:
    """A further field of a type, last in its order unless a position is given. Its name and kind are for good."""
    viewer.require("settings.edit")
    get(w.session, TicketType, type_id, lock=True)
    own = TypeField.type_id == type_id
    form = Form({"label": name, **given, "name": name, "kind": kind}, _FIELD)
    form.unique(w.session, TypeField.name, own)
    if name in RESERVED:
        form.refuse("name", f"'{name}' is what every ticket has: choose another name")
    count, last = w.session.execute(select(func.count(), func.max(TypeField.position)).where(own)).one()
    if count >= MAX_FIELDS:
        form.refuse("name", f"a type has at most {MAX_FIELDS} fields, retired ones included")
    row = TypeField(type_id=type_id, choices=[], required_at=[], position=(last or 0) + 1, help="", active=True)
    return create(w, viewer, _filled(w, form, row))


def update_field(w: Work, viewer: Viewer, type_id: int, field_id: int, **given: Unpack[FieldFields]) -> TypeField:
    """Changes how a field is called, offered or required; retires it or brings it back."""
    viewer.require("settings.edit")
    row = get(w.session, TypeField, field_id, lock=True)
    if row.type_id != type_id:
        raise NotFound("type field", field_id)
    form = Form(given, _CHANGEABLE)
    _check(w, form, row.kind, row.choices)
    return update(w, viewer, row, form.accepted())


def _filled(w: Work, form: Form, row: TypeField) -> TypeField:
    _check(w, form, form.values.get("kind", "text"), [])
    for name, value in form.accepted().items():
        setattr(row, name, value)
    return row


def _check(w: Work, form: Form, kind: str, present_choices: list[str]) -> None:
    choices = form.values.get("choices", present_choices)
    if kind == "choice" and not choices:
        form.refuse("choices", "a choice needs something to choose from")
    if kind != "choice" and choices:
        form.refuse("choices", "only a field of kind choice has choices")
    known = (OPENING, *w.session.scalars(select(ActionDefinition.name)))
    if unknown := [name for name in form.values.get("required_at", ()) if name not in known]:
        form.refuse("required_at", f"there is no action {', '.join(unknown)}"[:200], known)
    try:
        form.values.update({"default": read(kind, choices, form.values["default"])} if "default" in form.values else {})
    except Refused as refused:
        form.refuse("default", str(refused), refused.allowed)
    if kind in CUSTOMERS_OWN and form.values.get("default") is not None:
        form.refuse("default", "what belongs to one customer cannot be the default for all")
