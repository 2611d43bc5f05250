from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class PriorityCell(Base):
    """The priority of one impact and urgency."""

    __tablename__ = "priority_cell"
    __table_args__ = (
        CheckConstraint("impact IN ('high', 'medium', 'low')", name="impact"),
        CheckConstraint("urgency IN ('high', 'medium', 'low')", name="urgency"),
    )

    impact: Mapped[str] = mapped_column(primary_key=True)
    urgency: Mapped[str] = mapped_column(primary_key=True)
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"))
