"""Queries on the matrix of priorities."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.customers.tables import Customer, User
from core_psa.tickets.tables import Priority
from core_psa.tickets.urgency.rules import LEVELS, builtin_cells, raised
from core_psa.tickets.urgency.tables import PriorityCell

Cells = dict[tuple[str, str], int]


def matrix(session: Session) -> Cells:
    """The id of a priority for every impact and urgency; cells that nobody has set follow the desk's priorities."""
    own: Cells = {(cell.impact, cell.urgency): cell.priority_id for cell in session.scalars(select(PriorityCell))}
    return own if len(own) == len(LEVELS) ** 2 else {**builtin_cells(offered(session)), **own}


def offered(session: Session) -> list[int]:
    """Ids of the priorities on offer, the most urgent first."""
    return list(session.scalars(select(Priority.id).where(Priority.active).order_by(Priority.rank)))


def priority_for(session: Session, impact: str | None, urgency: str | None, *, steps_up: int) -> int | None:
    """The priority of this impact and urgency, so many steps more urgent; none where either is unknown."""
    if impact is None or urgency is None:
        return None
    return raised(matrix(session)[impact, urgency], offered(session), steps_up)


def vip_steps(session: Session, customer_id: int | None, requester_id: int | None) -> int:
    """One step for a VIP customer or requester."""
    vip = session.scalar(select(Customer.vip).where(Customer.id == customer_id)) if customer_id else False
    if not vip and requester_id:
        vip = session.scalar(select(User.vip).where(User.id == requester_id))
    return int(bool(vip))
