"""One change to one ticket: its fields, its version, its timeline entry, and the word to the indexes."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from core_psa.db import Work
from core_psa.desk import consequences
from core_psa.desk.names import REFERENCES, label
from core_psa.errors import ActionRefused, VersionConflict
from core_psa.tickets import store
from core_psa.tickets.rules import allowed_actions, refusals
from core_psa.tickets.tables import Action, Priority, Status, Ticket
from core_psa.viewer import Viewer

NO_PRIORITY_RANK = 99


def checked(w: Work, viewer: Viewer, ticket_id: int, action: str, expected_version: int | None) -> Ticket:
    """The locked ticket, if the viewer may change it, nobody saved in between, and its state allows the action."""
    ticket = held(w, viewer, ticket_id, expected_version)
    status = status_name(w.session, ticket)
    if reasons := refusals(action, ticket.state, status):
        raise ActionRefused(ticket_id, action, reasons, allowed_actions(ticket.state, status))
    return ticket


def held(w: Work, viewer: Viewer, ticket_id: int, expected_version: int | None = None) -> Ticket:
    """The locked ticket, whatever its state, if the viewer may change it and nobody saved in between."""
    ticket = store.for_change(w.session, viewer, ticket_id)
    if viewer.kind != "user":
        viewer.require("tickets.edit")
    if expected_version is not None and ticket.version != expected_version:
        fields = store.fields_changed_since(w.session, ticket_id, expected_version)
        raise VersionConflict(ticket_id, expected_version, ticket.version, fields)
    return ticket


def status_name(session: Session, ticket: Ticket) -> str:
    return label(session, "status", ticket.status_id) or ""


def apply(
    w: Work,
    viewer: Viewer,
    ticket: Ticket,
    kind: str,
    *,
    values: Mapping[str, Any] | None = None,
    body: str | None = None,
    public: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> Action:
    """Sets the fields named in `values` (ids for references), and writes the timeline entry that tells of it.

    `facts` join the entry's changes without being fields (minutes logged, addresses copied).
    """
    held = {name: _held(ticket, name) for name in values or {}}
    changes = {name: pair for name, value in (values or {}).items() if (pair := _set(w.session, ticket, name, value))}
    before = {name: value for name, value in held.items() if name in changes}
    changes.update(facts or {})
    ticket.version += 1
    ticket.updated_at = w.now
    action = Action(
        ticket_id=ticket.id,
        kind=kind,
        at=w.now,
        actor_kind=viewer.kind,
        actor_id=viewer.id,
        actor_name=viewer.name,
        public=public,
        version=ticket.version,
        changes=changes or None,
        body=body,
    )
    w.session.add(action)
    w.session.flush()
    consequences.follow(w, viewer, ticket, action, before)
    return action


def _held(ticket: Ticket, name: str) -> Any:
    """What the column behind a field holds; tags stand in a table of their own."""
    return getattr(ticket, REFERENCES[name].column if name in REFERENCES else name, None)


def _set(session: Session, ticket: Ticket, name: str, value: Any) -> list[Any] | None:
    """Sets one field; [before, after] as a person and a program read them, or None if nothing changed."""
    if name == "tags":
        before = store.tags_of(session, [ticket.id]).get(ticket.id, [])
        after = store.set_tags(session, ticket.id, value)
        return None if before == after else [before, after]
    column = REFERENCES[name].column if name in REFERENCES else name
    before = getattr(ticket, column)
    if before == value:
        return None
    setattr(ticket, column, value)
    if name == "status":
        ticket.state = _state(session, value)
    elif name == "priority":
        ticket.priority_rank = priority_rank(session, value)
    if name not in REFERENCES:
        return [_plain(before), _plain(value)]
    return [_named(session, name, before), _named(session, name, value)]


def _named(session: Session, field: str, record_id: int | None) -> dict[str, Any] | None:
    return None if record_id is None else {"id": record_id, "name": label(session, field, record_id)}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _state(session: Session, status_id: int) -> str:
    return session.get_one(Status, status_id).state


def priority_rank(session: Session, priority_id: int | None) -> int:
    return NO_PRIORITY_RANK if priority_id is None else session.get_one(Priority, priority_id).rank
