"""What gates and required fields ask of a ticket. Only what a gate in its way asks is looked up."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.checklists import store as checklists
from core_psa.desk.names import REFERENCES
from core_psa.tickets.approvals import store as approvals
from core_psa.tickets.relations import store as relations
from core_psa.tickets.tables import Action, Ticket, TicketDetail
from core_psa.tickets.workflow.gates import Facts
from core_psa.tickets.workflow.tables import Gate
from core_psa.time_tracking.tables import TimeEntry

# What gates and actions may require, besides a type's own fields.
FILLABLE = ("category", "priority", "customer", "requester", "site", "team", "assignee", "impact", "urgency")


def facts_for(
    session: Session, ticket: Ticket, gates: Sequence[Gate], values: Mapping[str, Any], *, resolving: bool
) -> Facts:
    """The facts that these gates need; `values` are about to be set, `resolving` that a resolution is being written."""
    kinds = {gate.kind for gate in gates}
    found = {_LOOKED_UP[kind][0]: _LOOKED_UP[kind][1](session, ticket.id) for kind in kinds & _LOOKED_UP.keys()}
    names = [name for gate in gates for name in gate.fields if gate.kind == "fields"]
    said = Facts(**found, empty=empty_fields(session, ticket, names, values))
    return replace(said, resolved=said.resolved or resolving)


def empty_fields(session: Session, ticket: Ticket, names: Collection[str], values: Mapping[str, Any]) -> list[str]:
    """Those of the named fields that would have no value once these are set."""
    if not names:
        return []
    detail = session.get(TicketDetail, ticket.id)
    columns = {name: getattr(ticket, REFERENCES[name].column) for name in names if name in REFERENCES}
    details = {name: getattr(detail, name, None) for name in ("impact", "urgency")}
    own = {**(detail.own if detail else {}), **values.get("own", {})}
    present = {**own, **details, **columns, **values}
    return [name for name in dict.fromkeys(names) if present.get(name) in (None, "")]


def _resolved(session: Session, ticket_id: int) -> bool:
    """Whether a resolution note was written that nobody has taken back by reopening."""
    ends = select(Action.kind).where(Action.ticket_id == ticket_id, Action.kind.in_(("resolve", "reopen")))
    return session.scalar(ends.order_by(Action.id.desc()).limit(1)) == "resolve"


def _minutes(session: Session, ticket_id: int) -> int:
    return session.scalar(select(func.sum(TimeEntry.minutes)).where(TimeEntry.ticket_id == ticket_id)) or 0


def _approval(session: Session, ticket_id: int) -> str:
    latest = approvals.of_ticket(session, ticket_id)
    return latest[0].state if latest else "none"


# By kind of gate: the name of its fact, and where it is found.
_LOOKED_UP: Mapping[str, tuple[str, Callable[[Session, int], Any]]] = {
    "resolution": ("resolved", _resolved),
    "time": ("minutes", _minutes),
    "approval": ("approval", _approval),
    "children": ("open_children", relations.open_children),
    "checklist": ("unticked", checklists.open_required),
}
