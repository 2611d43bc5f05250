"""Queries on the matrix of priorities."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.agreements.store import covering
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


def priority_for(session: Session, about: Mapping[str, Any]) -> int | None:
    """The priority that impact and urgency give, more urgent by `steps_up`; none where either is unknown."""
    impact, urgency = about.get("impact"), about.get("urgency")
    if impact is None or urgency is None:
        return None
    return raised(matrix(session)[impact, urgency], offered(session), steps_up(session, about))


def steps_up(session: Session, about: Mapping[str, Any]) -> int:
    """One step for a VIP customer or requester, one for an agreement that raises what it covers.

    `about` goes by field: customer, requester, site, type, opened_at.
    """
    return vip_steps(session, about.get("customer"), about.get("requester")) + _agreed_steps(session, about)


def _agreed_steps(session: Session, about: Mapping[str, Any]) -> int:
    """By the agreement that counts on the day the ticket was opened, by the customer's own clock."""
    customer_id = about.get("customer")
    timezone = session.scalar(select(Customer.timezone).where(Customer.id == customer_id)) if customer_id else None
    if timezone is None:
        return 0
    day = about["opened_at"].astimezone(ZoneInfo(timezone)).date()
    return sum(cover.raises_priority for cover in covering(session, customer_id, day, about["site"], about["type"])[:1])


def vip_steps(session: Session, customer_id: int | None, requester_id: int | None) -> int:
    """One step for a VIP customer or requester."""
    vip = session.scalar(select(Customer.vip).where(Customer.id == customer_id)) if customer_id else False
    if not vip and requester_id:
        vip = session.scalar(select(User.vip).where(User.id == requester_id))
    return int(bool(vip))
