from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class SetUpStep(Base):
    """Who sees to one step of the set-up guide, until when, and what was remarked; how far it is, is computed."""

    __tablename__ = "set_up_step"

    step: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    due_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")


class SignOff(Base):
    """Somebody's word on how the acceptance tests went: `results` are {"name", "passed", "words"}."""

    __tablename__ = "sign_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    by: Mapped[str]
    passed: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")
    results: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
