"""Queries on approvals."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from core_psa.customers.tables import User
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.organisation.tables import Agent, AgentRole, Role
from core_psa.tickets.approvals.tables import Approval
from core_psa.tickets.store import visible
from core_psa.tickets.tables import Ticket
from core_psa.viewer import Viewer


def of_ticket(session: Session, ticket_id: int) -> Sequence[Approval]:
    """The ticket's approvals, the latest first."""
    return session.scalars(select(Approval).where(Approval.ticket_id == ticket_id).order_by(Approval.id.desc())).all()


def approval_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    mine: bool = False,
    state: str | None = None,
) -> Page[Approval]:
    """Approvals on tickets the viewer may see or is asked about, the latest first; `mine` are those they can answer."""
    asked = _asked_of(viewer)
    seen = asked if mine else or_(asked, visible(viewer))
    query = select(Approval).join(Ticket, Ticket.id == Approval.ticket_id).where(seen)
    if state is not None:
        query = query.where(Approval.state == state)
    return page(session, query, (Approval.id,), cursor, limit, descending=True)


def _asked_of(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.kind == "user":
        return Approval.user_id == viewer.id
    own = AgentRole.agent_id == (viewer.agent_id or -1)
    return or_(Approval.agent_id == (viewer.agent_id or -1), Approval.role_id.in_(select(AgentRole.role_id).where(own)))


def approver_name(session: Session, approval: Approval) -> str:
    """Who was asked, as people read it."""
    if approval.agent_id is not None:
        return session.get_one(Agent, approval.agent_id).name
    if approval.role_id is not None:
        return session.get_one(Role, approval.role_id).name
    return session.get_one(User, approval.user_id).name


def due(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Ids of pending approvals that have expired or are to be reminded of."""
    when = or_(Approval.expires_at <= now, and_(Approval.remind_at.is_not(None), Approval.remind_at <= now))
    query = select(Approval.id).where(Approval.state == "pending", when)
    return session.scalars(query.order_by(Approval.id).limit(limit)).all()
