from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class StoredFile(Base):
    """A content in the folder of files. `wanted_at` is when somebody last sent it: a fresh one is no orphan yet."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    wanted_at: Mapped[datetime]


class Attachment(Base):
    """A file under the name it was sent by. Without an action it is staged: sent, but not yet part of a message."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("look IN ('image', 'text', 'other')", name="look"),
        Index("ix_attachment_ticket", "ticket_id", "id"),
        Index(
            "ix_attachment_staged",
            "at",
            sqlite_where=text("action_id IS NULL"),
            postgresql_where=text("action_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    action_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"))
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    name: Mapped[str]
    size: Mapped[int]
    look: Mapped[str]
    media_type: Mapped[str]
    public: Mapped[bool] = mapped_column(default=False)
    by_kind: Mapped[str]
    by_id: Mapped[int | None]
    by: Mapped[str]
    at: Mapped[datetime]
