"""What a customer's contact reads who follows the link of an approval: the question, and nothing else of the ticket."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.access.rules import digest
from core_psa.customers.tables import Customer, Site, User
from core_psa.errors import NotFound
from core_psa.organisation.tables import Organisation
from core_psa.tickets.approvals.tables import Approval, ApprovalLink
from core_psa.tickets.tables import Ticket


@dataclass(frozen=True)
class Question:
    """`timezone` is that of whoever is asked."""

    desk: str
    number: str
    subject: str
    question: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    recipient: str
    timezone: str


def question(session: Session, token: str, now: datetime) -> Question:
    """Raises NotFound for a token that is none, was decided by already, or has run out: all alike."""
    zone = func.coalesce(User.timezone, Site.timezone, Customer.timezone)
    query = (
        select(Approval, Ticket, User.name, zone)
        .join(ApprovalLink, ApprovalLink.approval_id == Approval.id)
        .join(Ticket, Ticket.id == Approval.ticket_id)
        .join(User, User.id == Approval.user_id)
        .join(Customer, Customer.id == User.customer_id)
        .outerjoin(Site, Site.id == User.site_id)
    )
    live = (ApprovalLink.token_hash == digest(token), Approval.state == "pending", Approval.expires_at > now)
    theirs = (User.active, User.customer_id == Ticket.customer_id)
    row = session.execute(query.where(*live, *theirs)).one_or_none()
    if row is None:
        raise NotFound("approval", "of this link")
    approval, ticket, recipient, timezone = row
    desk = session.scalar(select(Organisation.name)) or ""
    return Question(
        desk=desk,
        number=ticket.number,
        subject=ticket.subject,
        question=approval.question,
        asked_by=approval.asked_by,
        asked_at=approval.asked_at,
        expires_at=approval.expires_at,
        recipient=recipient,
        timezone=timezone,
    )
