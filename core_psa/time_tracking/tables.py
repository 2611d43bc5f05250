from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class TimeEntry(Base):
    __tablename__ = "time_entry"
    __table_args__ = (CheckConstraint("minutes > 0", name="minutes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)
    started_at: Mapped[datetime]
    minutes: Mapped[int]
    charge_type: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
