"""The statuses to which the desk itself takes tickets, as far as a ticket's type has them."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core_psa.errors import Conflict
from core_psa.tickets.relations.store import standing_merge
from core_psa.tickets.tables import Ticket
from core_psa.tickets.workflow.rules import Stage
from core_psa.tickets.workflow.store import book_of


def put_away(session: Session, ticket: Ticket) -> int:
    """The status of a ticket on which nobody works any more: Closed, else the last that ends the work."""
    return _one(session, ticket, "done", "Closed", last=True)


def taken_up(session: Session, ticket: Ticket) -> int:
    """The status of a ticket that goes on: In Progress, else the first that is open."""
    return _one(session, ticket, "open", "In Progress", last=False)


def put_aside_for(session: Session, ticket: Ticket) -> str:
    """Why this finished ticket's work is not simply taken up again; empty where it may be."""
    if ticket.spam:
        return "the ticket is marked as spam: say that it is none instead"
    merged = standing_merge(session, ticket.id)
    return f"the ticket is merged into {merged.target_id:07d}: undo that instead" if merged else ""


def _one(session: Session, ticket: Ticket, state: str, usual: str, *, last: bool) -> int:
    stages = [s for s in book_of(session, ticket.type_id).stages.values() if s.state == state and s.active]
    if not stages:
        raise Conflict(f"tickets of this type have no status that is {state}")
    return _named(stages, usual) or stages[-1 if last else 0].id


def _named(stages: Iterable[Stage], name: str) -> int | None:
    return next((stage.id for stage in stages if stage.name == name), None)
