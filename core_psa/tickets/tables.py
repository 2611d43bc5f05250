from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base

_NOT_DONE = text("state <> 'done'")
_QUEUE = ("state", "created_at", "customer_id", "team_id", "assignee_id", "priority_id", "category_id")
# The deadline of a ticket that has none, so that a queue sorted by it ends with these.
NEVER = datetime(2200, 1, 1, tzinfo=UTC)


class TicketType(Base):
    __tablename__ = "ticket_type"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)


class Status(Base):
    """`state` is the category every rule tests: open, paused (waiting for somebody else) or done.

    From one that `awaits_reply` a customer's answer takes the ticket on.
    """

    __tablename__ = "status"
    __table_args__ = (CheckConstraint("state IN ('open', 'paused', 'done')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
    awaits_reply: Mapped[bool] = mapped_column(default=False)


class Priority(Base):
    """`rank` 1 is the most urgent."""

    __tablename__ = "priority"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")
    rank: Mapped[int] = mapped_column(unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class Category(Base):
    """A node of the category tree; `path` is the names from the root, joined by " / "."""

    __tablename__ = "category"
    __table_args__ = (Index("ix_category_parent_id", "parent_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    name: Mapped[str]
    path: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")
    retired: Mapped[bool] = mapped_column(default=False)


class Ticket(Base):
    """One row per ticket, narrow on purpose: messages are actions, the cleaned text has its own table.

    The number people quote is the id, written with seven digits. `state` repeats the status's category and
    `priority_rank` the priority's rank (0 for severity A), so that a queue of a million tickets can be filtered and
    sorted by an index.
    `version` rises with every change. `due_at` is the soonest deadline of its clocks that is still to be met, or NEVER.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        # Only of what is not done: history, which is most of a desk, costs it nothing. See `store.unsolved`.
        # With all that its tabs are counted by, so that counting reads no ticket.
        Index("ix_ticket_queue", *_QUEUE, sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE),
        Index("ix_ticket_priority", "priority_rank", "created_at"),
        Index("ix_ticket_customer", "customer_id", "created_at", "state"),
        Index("ix_ticket_team", "team_id", "state", "created_at"),
        Index("ix_ticket_assignee", "assignee_id", "state", "created_at"),
        Index("ix_ticket_category", "category_id", "created_at", "state"),
        Index("ix_ticket_created", "created_at"),
        Index("ix_ticket_updated", "updated_at"),
        Index("ix_ticket_requester", "requester_id", "created_at"),
        Index("ix_ticket_due", "due_at", "id", sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE),
        UniqueConstraint("source", "external_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    state: Mapped[str]
    status_id: Mapped[int] = mapped_column(ForeignKey("status.id"))
    type_id: Mapped[int] = mapped_column(ForeignKey("ticket_type.id"))
    channel: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    requester_id: Mapped[int | None] = mapped_column(ForeignKey("customer_user.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    priority_id: Mapped[int | None] = mapped_column(ForeignKey("priority.id"))
    priority_rank: Mapped[int] = mapped_column(default=99)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    spam: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    due_at: Mapped[datetime] = mapped_column(default=NEVER)
    end_known: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    source: Mapped[str | None]
    external_id: Mapped[str | None]

    @property
    def number(self) -> str:
        return f"{self.id:07d}"


class TicketDetail(Base):
    """What few tickets have or no list shows: how bad and how pressing it is, its tier, and its type's own fields by name."""

    __tablename__ = "ticket_detail"
    __table_args__ = (
        CheckConstraint("impact IN ('high', 'medium', 'low')", name="impact"),
        CheckConstraint("urgency IN ('high', 'medium', 'low')", name="urgency"),
        CheckConstraint("tier BETWEEN 1 AND 3", name="tier"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    impact: Mapped[str | None]
    urgency: Mapped[str | None]
    severity_a: Mapped[bool] = mapped_column(default=False)
    tier: Mapped[int | None]
    own: Mapped[dict[str, Any]] = mapped_column(JSON)


class Action(Base):
    """One entry of a ticket's timeline. The first is always `created` and holds the message as it came.

    `changes` maps a field to [before, after]; `version` is the ticket's version that this action made.
    """

    __tablename__ = "action"
    __table_args__ = (Index("ix_action_ticket_id", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]
    public: Mapped[bool]
    version: Mapped[int]
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    body: Mapped[str | None]


class TicketTag(Base):
    __tablename__ = "ticket_tag"

    tag: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, index=True)


class TicketText(Base):
    """The ticket's text as search and triage read it: cleaned once, with the version of the cleaning.

    A ticket without a row here waits for the background to prepare it (imported history).
    """

    __tablename__ = "ticket_text"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    text: Mapped[str]
    text_version: Mapped[int]
    text_hash: Mapped[str]
