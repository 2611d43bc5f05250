from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class BlockedSender(Base):
    """`sender` is an address, or a domain with everything below it, in lower case."""

    __tablename__ = "blocked_sender"

    id: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(unique=True)
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    hits: Mapped[int] = mapped_column(default=0)
    last_hit_at: Mapped[datetime | None]
