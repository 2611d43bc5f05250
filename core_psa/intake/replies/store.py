"""Queries on what replies to finished tickets do."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core_psa.intake.replies.rules import FollowUp
from core_psa.intake.replies.tables import FollowUpSetting
from core_psa.tickets.tables import Action
from core_psa.viewer import Viewer

_HOUR = timedelta(hours=1)


def settings(session: Session, viewer: Viewer) -> Sequence[FollowUpSetting]:
    """The desk's own setting first, if it has one, then those of single teams."""
    viewer.require("settings.see")
    order = (FollowUpSetting.team_id.is_not(None), FollowUpSetting.team_id)
    return session.scalars(select(FollowUpSetting).order_by(*order)).all()


def setting_for(session: Session, team_id: int | None) -> FollowUpSetting | None:
    """The team's setting, else the desk's; none where nothing was set up, and the defaults count."""
    own = or_(FollowUpSetting.team_id == team_id, FollowUpSetting.team_id.is_(None))
    query = select(FollowUpSetting).where(own).order_by(FollowUpSetting.team_id.is_(None)).limit(1)
    return session.scalar(query)


def rule_of(setting: FollowUpSetting | None) -> FollowUp:
    if setting is None:
        return FollowUp()
    cutoff = None if setting.cutoff_hours is None else timedelta(hours=setting.cutoff_hours)
    return FollowUp(setting.reopening, cutoff, setting.reopens_an_hour)


def reopened_last_hour(session: Session, ticket_id: int, now: datetime) -> int:
    query = select(func.count()).select_from(Action).where(Action.ticket_id == ticket_id, Action.kind == "reopen")
    return session.scalar(query.where(Action.at > now - _HOUR)) or 0
