from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class Triage(Base):
    """One ticket's triage: waiting, ready or failed, and the evidence it showed.

    `neighbours` are the solved tickets shown, `related` the open ones with the same words; `eta` holds hours by quantile.
    `attempts` counts claims; `lease_until` says until when the present claim holds.
    """

    __tablename__ = "triage"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'ready', 'failed')", name="state"),
        Index(
            "ix_triage_waiting",
            "ticket_id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    state: Mapped[str] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None]
    ready_at: Mapped[datetime | None]
    model_version: Mapped[str | None]
    encoder_id: Mapped[str | None]
    text_version: Mapped[int | None]
    neighbours: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    related: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    eta: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Proposal(Base):
    """What one triage said about one field. `value_id` is the id in the field's own list; none means it abstained, with a reason.

    A later triage of the same ticket adds rows and marks these `superseded`; nothing is rewritten.
    """

    __tablename__ = "proposal"
    __table_args__ = (Index("ix_proposal_ticket_id", "ticket_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    field: Mapped[str]
    value_id: Mapped[int | None]
    confidence: Mapped[float]
    method: Mapped[str]
    mode: Mapped[str]
    shown: Mapped[bool]
    applied: Mapped[bool]
    reason: Mapped[str | None]
    alternatives: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    superseded: Mapped[bool] = mapped_column(default=False)


class Decision(Base):
    """What a person decided about a field: the label. Beside, never instead of, the proposal they saw."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    field: Mapped[str]
    kind: Mapped[str]
    proposed_id: Mapped[int | None]
    value_id: Mapped[int | None]
    confidence: Mapped[float | None]
    model_version: Mapped[str | None]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class FieldMode(Base):
    """How far the desk trusts triage with one field: off, monitor, suggest or auto, and from which confidence on."""

    __tablename__ = "field_mode"
    __table_args__ = (CheckConstraint("mode IN ('off', 'monitor', 'suggest', 'auto')", name="mode"),)

    field: Mapped[str] = mapped_column(primary_key=True)
    mode: Mapped[str]
    suggest_from: Mapped[float]
    auto_from: Mapped[float]
