from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class Approval(Base):
    """One question to one approver: an agent, whoever has a role, or a customer's user.

    A contact answers by a link: see `ApprovalLink`. `remind_at` is when the approver hears of it again.
    """

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'approved', 'rejected', 'expired', 'withdrawn')", name="state"),
        Index("ix_approval_ticket_id", "ticket_id"),
        Index("ix_approval_pending", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    role_id: Mapped[int | None] = mapped_column(ForeignKey("role.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("customer_user.id"))
    question: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    remind_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")


class ApprovalLink(Base):
    """What a contact can answer with: the sha256 of a token. Each reminder has one of its own; all go when one was used."""

    __tablename__ = "approval_link"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"), index=True)
