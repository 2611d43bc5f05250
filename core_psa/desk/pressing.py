"""The priority that follows from how bad and how pressing a ticket is. One that was set by hand stays."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.desk.names import REFERENCES
from core_psa.errors import FieldError, Invalid
from core_psa.tickets.tables import Action, Ticket, TicketDetail
from core_psa.tickets.urgency import store
from core_psa.tickets.urgency.rules import LEVELS


def first_priority(session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """A new ticket's values with the priority that its impact, urgency and severity give it, if nobody gave one.

    `values` go by field: impact, urgency, severity_a, customer, requester, site, type, opened_at, priority.
    """
    _must_be_levels(values)
    if values.get("priority") is not None:
        return dict(values)
    return {**values, "priority": _follows(session, values, None)}


def with_priority(session: Session, ticket: Ticket, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an update with the priority that follows from them, unless it is among them or was set by hand."""
    _must_be_levels(values)
    if "priority" in values or not {"impact", "urgency", "severity_a"} & values.keys():
        return dict(values)
    present = _present(session, ticket)
    if present["severity_a"] and values.get("severity_a") is False:
        return _taken_back(session, ticket, present, values)
    by_hand = ticket.priority_id not in (None, _follows(session, present, None))
    priority_id = _follows(session, {**present, **values}, ticket.priority_id)
    if by_hand and not values.get("severity_a"):
        return dict(values)
    return {**values, "priority": priority_id}


def _taken_back(
    session: Session, ticket: Ticket, present: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, Any]:
    """Without severity A the priority is what it was before; where impact and urgency are others now, what these give."""
    before, given, pressed = _raising(session, ticket)
    if ticket.priority_id != given:  # somebody has set another one since
        return dict(values)
    pressed = pressed or any(values.get(name, present[name]) != present[name] for name in ("impact", "urgency"))
    if before is not None and not pressed:
        return {**values, "priority": before}
    return {**values, "priority": _follows(session, {**present, **values}, before)}


def _raising(session: Session, ticket: Ticket) -> tuple[int | None, int | None, bool]:
    """The priority before the ticket was raised to severity A, the one it has had since, and whether impact or urgency
    have changed meanwhile. A ticket that was opened with it had none before."""
    pressed = False
    entries = select(Action.kind, Action.changes).where(Action.ticket_id == ticket.id).order_by(Action.id.desc())
    for kind, told in session.execute(entries):
        changes = told or {}
        pressed = pressed or not {"impact", "urgency"}.isdisjoint(changes)
        if changes.get("severity_a", [None, None])[1]:
            if kind == "created":
                return None, store.offered(session)[0], True
            if "priority" not in changes:
                return ticket.priority_id, ticket.priority_id, pressed
            before, after = (named["id"] if named else None for named in changes["priority"])
            return before, after, pressed
    return ticket.priority_id, ticket.priority_id, pressed


def _present(session: Session, ticket: Ticket) -> dict[str, Any]:
    detail = session.get(TicketDetail, ticket.id)
    levels = {name: getattr(detail, name, None) for name in ("impact", "urgency", "severity_a")}
    columns = {name: getattr(ticket, REFERENCES[name].column) for name in ("customer", "requester", "site", "type")}
    return {**levels, **columns, "opened_at": ticket.created_at}


def _follows(session: Session, values: Mapping[str, Any], otherwise: int | None) -> int | None:
    if values.get("severity_a"):
        return store.offered(session)[0]
    found = store.priority_for(session, values)
    return otherwise if found is None else found


def _must_be_levels(values: Mapping[str, Any]) -> None:
    wrong = [name for name in ("impact", "urgency") if values.get(name) not in (None, *LEVELS)]
    if wrong:
        raise Invalid(*(FieldError(name, f"'{str(values[name])[:50]}' is not a level", LEVELS) for name in wrong))
