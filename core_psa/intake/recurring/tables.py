from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class RecurringTicket(Base):
    """A template. `starts` is the first occurrence by the clock on the wall in `timezone`; `next_at` the next instant.

    `trouble` is why the last occurrence could not be opened, or what it had to do without.
    """

    __tablename__ = "recurring_ticket"
    __table_args__ = (Index("ix_recurring_ticket_next_at", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    rule: Mapped[str]
    starts: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    timezone: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(default="")
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    requester_id: Mapped[int | None] = mapped_column(ForeignKey("customer_user.id"))
    type_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_type.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    priority_id: Mapped[int | None] = mapped_column(ForeignKey("priority.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    tags: Mapped[list[Any]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=True)
    next_at: Mapped[datetime | None]
    trouble: Mapped[str | None]


class RecurringRun(Base):
    """One occurrence that was opened; `missed` counts earlier ones that a standstill swallowed."""

    __tablename__ = "recurring_run"

    recurring_id: Mapped[int] = mapped_column(ForeignKey("recurring_ticket.id"), primary_key=True)
    occurrence: Mapped[datetime] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    opened_at: Mapped[datetime]
    missed: Mapped[int] = mapped_column(default=0)
