from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class Snooze(Base):
    """A ticket put aside. With `woken_at` it has come back, and stands on top of the queue with `woken_by` until seen to."""

    __tablename__ = "snooze"
    __table_args__ = (
        CheckConstraint("until IS NOT NULL OR on_reply OR linked_id IS NOT NULL", name="waits_for_something"),
        Index("ix_snooze_woken_at", "woken_at"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    until: Mapped[datetime | None]
    on_reply: Mapped[bool]
    linked_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    note: Mapped[str]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    set_at: Mapped[datetime]
    woken_at: Mapped[datetime | None]
    woken_by: Mapped[str | None]


class AutoCloseRule(Base):
    """Tickets in `status_id` (of one team or type, if named) close after so many days without activity.

    With `warning_days` the requester is told so long before.
    """

    __tablename__ = "auto_close_rule"
    __table_args__ = (
        CheckConstraint("inactive_days BETWEEN 1 AND 365", name="inactive_days"),
        CheckConstraint("warning_days IS NULL OR warning_days BETWEEN 1 AND inactive_days", name="warning_days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    type_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_type.id"))
    status_id: Mapped[int] = mapped_column(ForeignKey("status.id"))
    inactive_days: Mapped[int]
    warning_days: Mapped[int | None]
    target_status_id: Mapped[int] = mapped_column(ForeignKey("status.id"))
    active: Mapped[bool] = mapped_column(default=True)


class PlannedClose(Base):
    """When a ticket will close by itself. `version` is the ticket's for which this was worked out."""

    __tablename__ = "planned_close"
    __table_args__ = (Index("ix_planned_close_due_at", "due_at"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("auto_close_rule.id"))
    version: Mapped[int]
    active_at: Mapped[datetime]
    due_at: Mapped[datetime]
    close_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
