"""Changing types, statuses and priorities. What a ticket has had once stays; it can only be no longer offered."""

from collections.abc import Mapping
from typing import TypedDict, Unpack, get_args

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.audit.changes import create, update
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.records import get
from core_psa.tickets.rules import State
from core_psa.tickets.tables import Priority, Status, TicketType
from core_psa.tickets.workflow.tables import ActionDefinition, Workflow
from core_psa.viewer import Viewer

LOWEST_RANK = 98
# The actions of `core_psa.desk` find these by name.
_LED_TO = ("New", "In Progress", "Resolved", "Closed")


class TypeFields(TypedDict, total=False):
    name: str
    description: str
    active: bool


class StatusFields(TypedDict, total=False):
    name: str
    position: int
    active: bool
    awaits_reply: bool


class PriorityFields(TypedDict, total=False):
    name: str
    description: str
    active: bool


_TYPE: Mapping[str, fields.Parser] = {"name": fields.name, "description": fields.text, "active": fields.flag}
_STATUS: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "position": fields.whole_number(0, 10_000),
    "active": fields.flag,
    "awaits_reply": fields.flag,
}
_NEW_STATUS: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "state": fields.one_of(*get_args(State)),
    "awaits_reply": fields.flag,
}
_PRIORITY: Mapping[str, fields.Parser] = {"name": fields.name, "description": fields.text}
_NEW_PRIORITY: Mapping[str, fields.Parser] = {**_PRIORITY, "rank": fields.whole_number(1, LOWEST_RANK)}
_PRIORITY_CHANGE: Mapping[str, fields.Parser] = {**_PRIORITY, "active": fields.flag}


def create_type(w: Work, viewer: Viewer, name: str, description: str = "") -> TicketType:
    viewer.require("settings.edit")
    form = Form({"name": name, "description": description}, _TYPE)
    form.unique(w.session, TicketType.name)
    return create(w, viewer, TicketType(**form.accepted()))


def update_type(w: Work, viewer: Viewer, type_id: int, **given: Unpack[TypeFields]) -> TicketType:
    """Renames, describes, retires or brings back a type. One at least is always offered."""
    viewer.require("settings.edit")
    ticket_type = get(w.session, TicketType, type_id, lock=True)
    form = Form(given, _TYPE)
    form.unique(w.session, TicketType.name, but=type_id)
    others = select(TicketType.id).where(TicketType.active, TicketType.id != type_id).limit(1)
    if form.values.get("active") is False and w.session.scalar(others) is None:
        form.refuse("active", "every ticket needs a type: this is the last one that is offered")
    return update(w, viewer, ticket_type, form.accepted())


def create_status(w: Work, viewer: Viewer, name: str, state: str, *, awaits_reply: bool = False) -> Status:
    """A further status, last in the list; its state (open, paused or done) is for good, as tickets are counted by it."""
    viewer.require("settings.edit")
    form = Form({"name": name, "state": state, "awaits_reply": awaits_reply}, _NEW_STATUS)
    form.unique(w.session, Status.name)
    _may_await(form, form.values.get("state"))
    last = w.session.scalar(select(func.max(Status.position)))
    return create(w, viewer, Status(**form.accepted(), position=(last or 0) + 1))


def update_status(w: Work, viewer: Viewer, status_id: int, **given: Unpack[StatusFields]) -> Status:
    """Renames a status, moves it in the list, retires it or brings it back.

    Those that the actions on tickets lead to keep their names, and none is retired that a workflow begins with or an
    action leads to.
    """
    viewer.require("settings.edit")
    status = get(w.session, Status, status_id, lock=True)
    form = Form(given, _STATUS)
    form.unique(w.session, Status.name, but=status_id)
    _may_await(form, status.state)
    if status.name in _LED_TO and form.values.get("name", status.name) != status.name:
        form.refuse("name", f"tickets come to {status.name} by what is done to them, so it keeps its name")
    if form.values.get("active") is False and (needed := _needed(w.session, status)):
        form.refuse("active", needed)
    return update(w, viewer, status, form.accepted())


def _may_await(form: Form, state: str | None) -> None:
    if form.values.get("awaits_reply") and state != "paused":
        form.refuse("awaits_reply", "only a paused status waits for an answer")


def _needed(session: Session, status: Status) -> str:
    """Why this status cannot be retired; empty where it can."""
    if status.name in _LED_TO:
        return f"tickets come to {status.name} by what is done to them"
    led = select(ActionDefinition.label).where(ActionDefinition.active, ActionDefinition.status_id == status.id)
    if label := session.scalar(led.limit(1)):
        return f"{label} leads to it"
    begins = select(TicketType.name).join(Workflow, Workflow.type_id == TicketType.id)
    name = session.scalar(begins.where(Workflow.default_status_id == status.id).limit(1))
    return f"tickets of type {name} begin with it" if name else ""


def create_priority(w: Work, viewer: Viewer, name: str, rank: int, description: str = "") -> Priority:
    """`rank` 1 is the most urgent; it is for good, as queues are sorted by it."""
    viewer.require("settings.edit")
    form = Form({"name": name, "rank": rank, "description": description}, _NEW_PRIORITY)
    form.unique(w.session, Priority.name)
    taken = w.session.scalar(select(Priority.name).where(Priority.rank == form.values.get("rank")))
    if taken is not None:
        form.refuse("rank", f"{rank} is the rank of {taken}")
    return create(w, viewer, Priority(**form.accepted()))


def update_priority(w: Work, viewer: Viewer, priority_id: int, **given: Unpack[PriorityFields]) -> Priority:
    viewer.require("settings.edit")
    priority = get(w.session, Priority, priority_id, lock=True)
    form = Form(given, _PRIORITY_CHANGE)
    form.unique(w.session, Priority.name, but=priority_id)
    others = select(Priority.id).where(Priority.active, Priority.id != priority_id).limit(1)
    if form.values.get("active") is False and w.session.scalar(others) is None:
        form.refuse("active", "this is the last priority that is offered")
    return update(w, viewer, priority, form.accepted())
