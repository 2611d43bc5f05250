from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base

_STANDING = text("undone_at IS NULL")


class TicketLink(Base):
    """`from_id` relates to, blocks, is a duplicate of, is caused by, is a child of, or follows `to_id`."""

    __tablename__ = "ticket_link"
    __table_args__ = (
        CheckConstraint("kind IN ('relates', 'blocks', 'duplicate', 'cause', 'parent', 'follow_up')", name="kind"),
        CheckConstraint("from_id <> to_id", name="two_tickets"),
        UniqueConstraint("from_id", "to_id", "kind"),
        Index("ix_ticket_link_to_id", "to_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    from_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    at: Mapped[datetime]
    actor_name: Mapped[str]


class TicketMerge(Base):
    """One ticket that went up in another. `action_id` is the source's entry, which holds what its fields were before."""

    __tablename__ = "ticket_merge"
    __table_args__ = (
        Index("ix_ticket_merge_target_id", "target_id"),
        Index("ix_ticket_merge_standing", "source_id", unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    at: Mapped[datetime]
    actor_name: Mapped[str]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]


class TicketSplit(Base):
    """A ticket that was split off another: `began` is the kind of its first message there, `first_id` the number that the entry
    of its opening had before that message took its place."""

    __tablename__ = "ticket_split"
    __table_args__ = (Index("ix_ticket_split_source_id", "source_id"),)

    new_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    began: Mapped[str]
    first_id: Mapped[int]
    at: Mapped[datetime]
    actor_name: Mapped[str]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]


class MergedCopy(Base):
    """An entry of the target's timeline that a merge copied there."""

    __tablename__ = "merged_copy"

    merge_id: Mapped[int] = mapped_column(ForeignKey("ticket_merge.id"), primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), primary_key=True)
    original_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
