"""Giving a type a workflow of its own, and arranging gates."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.db import Work, fields
from core_psa.db.fields import Parser
from core_psa.db.forms import Form
from core_psa.db.records import get, save
from core_psa.errors import FieldError, Invalid
from core_psa.tickets.tables import TicketType
from core_psa.tickets.workflow import store
from core_psa.tickets.workflow.gates import CONDITIONS
from core_psa.tickets.workflow.rules import ActionRule, Stage
from core_psa.tickets.workflow.tables import Gate, Workflow
from core_psa.viewer import Viewer

Transition = tuple[str, int, int]


class GateFields(TypedDict, total=False):
    """`type_id`, `team_id` and `status_id` narrow a gate down; `fields` are what a gate of kind fields asks for."""

    type_id: int | None
    team_id: int | None
    status_id: int | None
    fields: list[str]
    active: bool


def _field_names(value: list[str]) -> list[str]:
    return list(dict.fromkeys(fields.name(name) for name in value))


_CHANGEABLE: Mapping[str, Parser] = {
    "type_id": fields.optional(fields.record_id),
    "team_id": fields.optional(fields.record_id),
    "status_id": fields.optional(fields.record_id),
    "fields": _field_names,
    "active": fields.flag,
}
_GATE: Mapping[str, Parser] = {**_CHANGEABLE, "kind": fields.one_of(*CONDITIONS)}


def save_workflow(
    w: Work,
    viewer: Viewer,
    type_id: int,
    *,
    default_status_id: int,
    status_ids: Sequence[int],
    actions: Sequence[str],
    transitions: Iterable[Transition],
) -> Workflow:
    """Replaces the whole workflow of a type; `transitions` are (action, status before, status after).

    Raises Invalid for what does not fit together. Tickets whose status is left out keep it, and may leave it for any
    status that their next action leads to.
    """
    viewer.require("settings.edit")
    get(w.session, TicketType, type_id, lock=True)
    stages, rules = store.offered(w.session)
    ways = sorted({tuple(way) for way in transitions})
    _check(stages, rules, default_status_id, status_ids, actions, ways)
    before = store.written(store.read_book(w.session, type_id))
    row = w.session.get(Workflow, type_id) or Workflow(type_id=type_id)
    row.default_status_id = default_status_id
    row.status_ids = [i for i in stages if i in status_ids]
    row.actions = [name for name in rules if name in actions]
    row.transitions = [list(way) for way in ways]
    save(w.session, row)
    _record(w, viewer, type_id, before)
    return row


def reset_workflow(w: Work, viewer: Viewer, type_id: int) -> None:
    """The type behaves as built in again."""
    viewer.require("settings.edit")
    get(w.session, TicketType, type_id, lock=True)
    row = w.session.get(Workflow, type_id)
    if row is None:
        return
    before = store.written(store.read_book(w.session, type_id))
    w.session.delete(row)
    w.session.flush()
    _record(w, viewer, type_id, before)


def _record(w: Work, viewer: Viewer, type_id: int, before: Mapping[str, Any]) -> None:
    after = store.written(store.read_book(w.session, type_id))
    changes = {name: [before[name], value] for name, value in after.items() if before[name] != value}
    if changes:
        audit.record(w, viewer, "updated", "workflow", type_id, changes)


def _check(
    stages: Mapping[int, Stage],
    rules: Mapping[str, ActionRule],
    default_status_id: int,
    status_ids: Sequence[int],
    actions: Sequence[str],
    ways: Sequence[tuple[Any, ...]],
) -> None:
    names = tuple(stage.name for stage in stages.values())
    allowed = [stages[i] for i in status_ids if i in stages]
    errors = []
    if len(allowed) < len(set(status_ids)):
        errors.append(FieldError("statuses", "not all are ids of statuses on offer", names))
    if {stage.state for stage in allowed} < {"open", "done"}:
        errors.append(FieldError("statuses", "a ticket must be able to be open and to be done", names))
    if default_status_id not in status_ids or stages.get(default_status_id, _NOWHERE).state != "open":
        choices = tuple(stage.name for stage in allowed if stage.state == "open")
        errors.append(FieldError("default_status", "must be one of the type's statuses, and open", choices))
    if unknown := [name for name in actions if name not in rules]:
        errors.append(FieldError("actions", f"'{unknown[0][:100]}' is not an action", tuple(rules)))
    errors += [_wrong_way(way) for way in ways if not _fits(way, status_ids, actions)]
    ends = {after for _, before, after in ways if _state(stages, before) != "done" and _state(stages, after) == "done"}
    if not errors and not ends:
        errors.append(FieldError("transitions", "nothing leads to a status in which the work is done"))
    if errors:
        raise Invalid(*errors[:50])


_NOWHERE = Stage(0, "", "")


def _state(stages: Mapping[int, Stage], status_id: int) -> str:
    return stages.get(status_id, _NOWHERE).state


def _fits(way: tuple[Any, ...], status_ids: Sequence[int], actions: Sequence[str]) -> bool:
    action, before, after = way
    return action in actions and before in status_ids and after in status_ids and before != after


def _wrong_way(way: tuple[Any, ...]) -> FieldError:
    action, before, after = way
    return FieldError("transitions", f"{str(action)[:100]} from {before} to {after} is not between the type's statuses")


def create_gate(w: Work, viewer: Viewer, kind: str, **given: Unpack[GateFields]) -> Gate:
    """A condition for the tickets of a type, a team, both or all, before a status or before their work ends."""
    viewer.require("settings.edit")
    form = Form({**given, "kind": kind}, _GATE)
    _check_gate(w, form, kind, form.values.get("fields", []))
    return create(w, viewer, Gate(**{"fields": [], "active": True, **form.accepted()}))


def update_gate(w: Work, viewer: Viewer, gate_id: int, **given: Unpack[GateFields]) -> Gate:
    viewer.require("settings.edit")
    gate = get(w.session, Gate, gate_id, lock=True)
    form = Form(given, _CHANGEABLE)
    _check_gate(w, form, gate.kind, form.values.get("fields", gate.fields))
    return update(w, viewer, gate, form.accepted())


def delete_gate(w: Work, viewer: Viewer, gate_id: int) -> None:
    """No ticket points to a gate, so it can go altogether."""
    viewer.require("settings.edit")
    gate = get(w.session, Gate, gate_id, lock=True)
    said = {"kind": gate.kind, "type_id": gate.type_id, "team_id": gate.team_id, "status_id": gate.status_id}
    audit.record(w, viewer, "deleted", "gate", gate_id, {name: [value, None] for name, value in said.items()})
    w.session.delete(gate)
    w.session.flush()


def _check_gate(w: Work, form: Form, kind: str, names: Sequence[str]) -> None:
    for column in (Gate.type_id, Gate.team_id, Gate.status_id):
        form.refers(w.session, column)
    if kind == "fields" and not names:
        form.refuse("fields", "name the fields that must not be empty")
    if kind != "fields" and names:
        form.refuse("fields", "only a gate of kind fields names any")
