from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class Notification(Base):
    """One thing one agent is told on the pages; `line` is in plain words, about the ticket."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_agent", "agent_id", "id"),
        Index(
            "ix_notification_unread",
            "agent_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    event: Mapped[str]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    line: Mapped[str]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class OutgoingMail(Base):
    """A mail to be sent, as it will read. Waiting rows are the queue: `due_at` says from when on, `lease_until` who is at it.

    `message_id` is given before the first attempt and kept for every other, so that a mail sent twice is known as one.
    Held mails wait for a person, who cancels them, or has them `released` to be sent after all.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'held', 'cancelled')", name="state"),
        Index(
            "ix_outgoing_mail_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_outgoing_mail_address", "address", "sent_at"),
        Index("ix_outgoing_mail_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str]
    audience: Mapped[str] = mapped_column(default="agent")
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    address: Mapped[str]
    name: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[str | None] = mapped_column(unique=True)
    error: Mapped[str | None]
    released: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime | None]


class NoticeTemplate(Base):
    """An administrator's own words for one event, audience and language."""

    __tablename__ = "notice_template"
    __table_args__ = (
        UniqueConstraint("event", "audience", "language"),
        CheckConstraint("audience IN ('agent', 'user')", name="audience"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str]
    audience: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]


class NoticePreference(Base):
    """How one agent wants to hear of one event. Without a row the event's own defaults count."""

    __tablename__ = "notice_preference"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    event: Mapped[str] = mapped_column(primary_key=True)
    in_app: Mapped[bool]
    mail: Mapped[bool]


class QuietHours(Base):
    """When one agent gets no mail: minutes of their own day, over midnight where the end comes first; weekends if asked for."""

    __tablename__ = "quiet_hours"
    __table_args__ = (CheckConstraint("starts BETWEEN 0 AND 1439 AND ends BETWEEN 0 AND 1439", name="minutes"),)

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    starts: Mapped[int]
    ends: Mapped[int]
    weekends: Mapped[bool] = mapped_column(default=False)


class MailPolicy(Base):
    """The one row on how this desk sends: `held` keeps everything in the outbox, `site` is the address links begin with."""

    __tablename__ = "mail_policy"

    id: Mapped[int] = mapped_column(primary_key=True)
    held: Mapped[bool] = mapped_column(default=False)
    site: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")


class SilentEvent(Base):
    """An event that this desk's users are sent no mail about."""

    __tablename__ = "silent_event"

    event: Mapped[str] = mapped_column(primary_key=True)
