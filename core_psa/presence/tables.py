from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class Presence(Base):
    """One open tab: `topic` is what it shows, `writing` the field its reader is writing in, or nothing."""

    __tablename__ = "presence"

    token: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    writing: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime]
