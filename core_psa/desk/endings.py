"""The statuses to which the desk itself takes tickets, as far as a ticket's type has them."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core_psa.errors import Conflict
from core_psa.tickets.tables import Ticket
from core_psa.tickets.workflow.rules import Stage
from core_psa.tickets.workflow.store import book_of


def put_away(session: Session, ticket: Ticket) -> int:
    """The status of a ticket on which nobody works any more: Closed, else the last that ends the work."""
    return _one(session, ticket, "done", "Closed", last=True)


def taken_up(session: Session, ticket: Ticket) -> int:
    """The status of a ticket that goes on: In Progress, else the first that is open."""
    return _one(session, ticket, "open", "In Progress", last=False)


def _one(session: Session, ticket: Ticket, state: str, usual: str, *, last: bool) -> int:
    stages = [s for s in book_of(session, ticket.type_id).stages.values() if s.state == state and s.active]
    if not stages:
        raise Conflict(f"tickets of this type have no status that is {state}")
    return _named(stages, usual) or stages[-1 if last else 0].id


def _named(stages: Iterable[Stage], name: str) -> int | None:
    return next((stage.id for stage in stages if stage.name == name), None)
