from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class ChecklistTemplate(Base):
    """`items` are {"text", "required"} in their order. With a type it is offered on tickets of that type alone."""

    __tablename__ = "checklist_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")
    type_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_type.id"))
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=True)


class Checklist(Base):
    """A template as it was when it was copied onto this ticket."""

    __tablename__ = "checklist"
    __table_args__ = (UniqueConstraint("ticket_id", "template_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    template_id: Mapped[int] = mapped_column(ForeignKey("checklist_template.id"))
    name: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class ChecklistItem(Base):
    """One thing to do; who did it and when, once it is done."""

    __tablename__ = "checklist_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklist.id"), index=True)
    position: Mapped[int]
    text: Mapped[str]
    required: Mapped[bool]
    done_by_id: Mapped[int | None]
    done_by: Mapped[str | None]
    done_at: Mapped[datetime | None]
