from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class FollowUpSetting(Base):
    """What a reply to a finished ticket of this team does; the row without a team is the desk's own.

    Replies later than `cutoff_hours` after the end open a new ticket; without it there is no cut-off.
    """

    __tablename__ = "follow_up_setting"
    __table_args__ = (
        CheckConstraint("cutoff_hours IS NULL OR cutoff_hours BETWEEN 1 AND 87600", name="cutoff_hours"),
        CheckConstraint("reopens_an_hour BETWEEN 1 AND 100", name="reopens_an_hour"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), unique=True)
    reopening: Mapped[bool] = mapped_column(default=True)
    cutoff_hours: Mapped[int | None]
    reopen_status_id: Mapped[int | None] = mapped_column(ForeignKey("status.id"))
    reopens_an_hour: Mapped[int] = mapped_column(default=3)
