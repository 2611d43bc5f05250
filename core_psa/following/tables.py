from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class Watcher(Base):
    """Somebody who is told what happens to a ticket: an agent, a customer's user, or an address that belongs to nobody known."""

    __tablename__ = "watcher"
    __table_args__ = (
        CheckConstraint(
            "(agent_id IS NOT NULL AND user_id IS NULL AND address IS NULL)"
            " OR (agent_id IS NULL AND user_id IS NOT NULL AND address IS NULL)"
            " OR (agent_id IS NULL AND user_id IS NULL AND address IS NOT NULL)",
            name="one_person",
        ),
        UniqueConstraint("agent_id", "ticket_id"),
        UniqueConstraint("user_id", "ticket_id"),
        UniqueConstraint("address", "ticket_id"),
        Index("ix_watcher_ticket", "ticket_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("customer_user.id"))
    address: Mapped[str | None]
    since: Mapped[datetime]


class Favourite(Base):
    """A ticket an agent keeps at hand."""

    __tablename__ = "favourite"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, index=True)
    since: Mapped[datetime]
