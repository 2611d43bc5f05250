"""Reading appointments and hand-over notes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.dispatch.tables import Appointment, HandOver
from core_psa.viewer import Viewer


def appointment_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    agent_id: int | None = None,
    after: datetime | None = None,
) -> Page[Appointment]:
    """By time; those of one agent, or that end after an instant, if asked."""
    viewer.require("dispatch.see")
    query = select(Appointment)
    if agent_id is not None:
        query = query.where(Appointment.agent_id == agent_id)
    if after is not None:
        query = query.where(Appointment.ends_at > after)
    return page(session, query, (Appointment.starts_at, Appointment.id), cursor, limit)


def appointment(session: Session, viewer: Viewer, appointment_id: int) -> Appointment:
    viewer.require("dispatch.see")
    return get(session, Appointment, appointment_id)


def between(
    session: Session, agent_ids: Collection[int], starts_at: datetime, ends_at: datetime
) -> Sequence[Appointment]:
    """Those of these agents that lie within, or reach into, this time; in order. Who may ask is decided before."""
    within = (Appointment.agent_id.in_(agent_ids), Appointment.starts_at < ends_at, Appointment.ends_at > starts_at)
    return session.scalars(select(Appointment).where(*within).order_by(Appointment.starts_at, Appointment.id)).all()


def hand_overs(session: Session, viewer: Viewer, since: datetime) -> Sequence[HandOver]:
    """What was left since then for everybody and for the viewer's teams, the latest first."""
    viewer.require("dispatch.see")
    query = select(HandOver).where(HandOver.at >= since)
    mine = HandOver.team_id.is_(None) | HandOver.team_id.in_(viewer.team_ids)
    return session.scalars(query.where(mine).order_by(HandOver.id.desc()).limit(DEFAULT_LIMIT)).all()
