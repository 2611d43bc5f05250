"""Arranging the desk's actions. One that tickets tell of is retired, never deleted."""

import re
from collections.abc import Collection, Mapping
from typing import Any, TypedDict, Unpack, get_args

from sqlalchemy import func, select

from core_psa.audit.changes import create, update
from core_psa.db import Work, fields
from core_psa.db.fields import Parser, Refused
from core_psa.db.forms import Form
from core_psa.db.records import get
from core_psa.organisation.rules import PERMISSIONS
from core_psa.organisation.tables import Role
from core_psa.tickets.rules import State
from core_psa.tickets.tables import Status
from core_psa.tickets.workflow.rules import KINDS
from core_psa.tickets.workflow.tables import ActionDefinition
from core_psa.viewer import Viewer

TIMES = ("no", "asked", "required")
MAX_ACTIONS = 100
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# What kinds of action can be told beforehand, and what each may hold.
SETTINGS: Mapping[str, Mapping[str, Parser]] = {
    "escalate": {
        "tier": fields.whole_number(1, 3),
        "team_id": fields.record_id,
        "to_manager": fields.flag,
    },
    "request_approval": {
        "agent_id": fields.record_id,
        "role_id": fields.record_id,
        "hours": fields.whole_number(1, 24 * 365),
    },
}


class DefinitionFields(TypedDict, total=False):
    """`states` in which it can be taken; `required` fields; see `ActionDefinition`."""

    label: str
    position: int
    states: list[str]
    required: list[str]
    status_id: int | None
    from_status_ids: list[int]
    permission: str
    role_ids: list[int]
    customers_may: bool
    tells_customer: bool
    time: str
    settings: dict[str, Any]
    active: bool


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise Refused("must be lower case letters, digits and _, beginning with a letter, such as order_part")
    return value


def _some_of(allowed: Collection[str]) -> Parser:
    def parse(value: list[str]) -> list[str]:
        if unknown := [item for item in value if item not in allowed]:
            raise Refused(f"'{unknown[0][:100]}' is not one of these", tuple(allowed))
        return [item for item in allowed if item in value]

    return parse


def _names(value: list[str]) -> list[str]:
    return list(dict.fromkeys(_name(name) for name in value))


def _ids(value: list[int]) -> list[int]:
    return sorted({fields.record_id(i) for i in value})


_CHANGEABLE: Mapping[str, Parser] = {
    "label": fields.name,
    "position": fields.whole_number(0, 10_000),
    "states": _some_of(get_args(State)),
    "required": _names,
    "status_id": fields.optional(fields.record_id),
    "from_status_ids": _ids,
    "permission": fields.one_of(*PERMISSIONS),
    "role_ids": _ids,
    "customers_may": fields.flag,
    "tells_customer": fields.flag,
    "time": fields.one_of(*TIMES),
    "settings": dict,
    "active": fields.flag,
}
_DEFINITION: Mapping[str, Parser] = {**_CHANGEABLE, "name": _name, "kind": fields.one_of(*KINDS)}
_PLAIN: Mapping[str, Any] = {
    "states": ["open", "paused"],
    "required": [],
    "status_id": None,
    "from_status_ids": [],
    "permission": "tickets.edit",
    "role_ids": [],
    "customers_may": False,
    "tells_customer": False,
    "time": "no",
    "settings": {},
    "active": True,
    "builtin": False,
}


def create_definition(
    w: Work, viewer: Viewer, name: str, kind: str, **given: Unpack[DefinitionFields]
) -> ActionDefinition:
    """An action of the desk's own. Its name and kind are for good; types with a workflow of their own are told of it there."""
    viewer.require("settings.edit")
    form = Form({"label": name.replace("_", " ").capitalize(), **given, "name": name, "kind": kind}, _DEFINITION)
    form.unique(w.session, ActionDefinition.name)
    count, last = w.session.execute(select(func.count(), func.max(ActionDefinition.position))).one()
    if count >= MAX_ACTIONS:
        form.refuse("name", f"a desk has at most {MAX_ACTIONS} actions, retired ones included")
    _check(w, form, kind, None)
    return create(w, viewer, ActionDefinition(**{**_PLAIN, "position": (last or 0) + 1, **form.accepted()}))


def update_definition(
    w: Work, viewer: Viewer, definition_id: int, **given: Unpack[DefinitionFields]
) -> ActionDefinition:
    """Changes an action, retires it or brings it back. Those every desk has stay, and lead where they lead."""
    viewer.require("settings.edit")
    row = get(w.session, ActionDefinition, definition_id, lock=True)
    form = Form(given, _CHANGEABLE)
    _check(w, form, row.kind, row)
    if row.builtin and form.values.get("active") is False:
        form.refuse("active", f"{row.label} comes with every desk: leave it out of a type's workflow instead")
    if row.builtin and row.status_id is not None and form.values.get("status_id", row.status_id) is None:
        form.refuse("status_id", f"{row.label} must lead somewhere")
    return update(w, viewer, row, form.accepted())


def _check(w: Work, form: Form, kind: str, row: ActionDefinition | None) -> None:
    _offers_statuses(w, form, row)
    known = SETTINGS.get(kind, {})
    try:
        form.values.update(_settings(form, known))
    except (Refused, TypeError) as refused:
        form.refuse("settings", str(refused), known)
        return
    _offers_roles(w, form, row)


def _offers_statuses(w: Work, form: Form, row: ActionDefinition | None) -> None:
    present = _status_ids(_standing(row))
    wanted = _status_ids({**_standing(row), **form.values})
    known = {i: (name, on) for i, name, on in w.session.execute(select(Status.id, Status.name, Status.active))}
    offered = {i: name for i, (name, on) in known.items() if on}
    if wanted - present - known.keys() or form.use(row).takes_up(wanted, present) - offered.keys():
        form.refuse("status_id", "is not the id of a status on offer", offered.values())


def _offers_roles(w: Work, form: Form, row: ActionDefinition | None) -> None:
    present = _role_ids(_standing(row))
    wanted = _role_ids({**_standing(row), **form.values})
    taken_up = form.use(row).takes_up(wanted, present)
    roles = {role.id: role for role in w.session.scalars(select(Role))}
    for role_id in sorted(wanted - present | taken_up):
        if role_id not in roles:
            form.refuse("role_ids", f"there is no role {role_id}")
        elif role_id in taken_up and not roles[role_id].active:
            form.refuse("role_ids", f"the role {roles[role_id].name} is retired")


def _standing(row: ActionDefinition | None) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in _PLAIN} if row else {}


def _status_ids(values: Mapping[str, Any]) -> set[int]:
    """Those that the action leads from, and the one it leads to."""
    leads_to = values.get("status_id")
    return {*values.get("from_status_ids", ()), *([leads_to] if leads_to is not None else [])}


def _role_ids(values: Mapping[str, Any]) -> set[int]:
    """Those that take the action, and the one that is asked by it."""
    asked = (values.get("settings") or {}).get("role_id")
    return {*values.get("role_ids", ()), *([asked] if asked else [])}


def _settings(form: Form, known: Mapping[str, Parser]) -> dict[str, Any]:
    if "settings" not in form.values:
        return {}
    given = {name: value for name, value in form.values["settings"].items() if value is not None}
    if unknown := [name for name in given if name not in known]:
        raise Refused(f"'{unknown[0][:100]}' means nothing to this kind of action", tuple(known))
    return {"settings": {name: known[name](value) for name, value in given.items()}}
