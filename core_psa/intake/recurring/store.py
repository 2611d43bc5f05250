"""Queries on recurring tickets."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.intake.recurring.tables import RecurringRun, RecurringTicket
from core_psa.viewer import Viewer


def recurring_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT, *, inactive: bool = False
) -> Page[RecurringTicket]:
    viewer.require("settings.see")
    query = select(RecurringTicket) if inactive else select(RecurringTicket).where(RecurringTicket.active)
    return page(session, query, (RecurringTicket.name, RecurringTicket.id), cursor, limit)


def recurring(session: Session, viewer: Viewer, recurring_id: int) -> RecurringTicket:
    viewer.require("settings.see")
    return get(session, RecurringTicket, recurring_id)


def due(session: Session, now: datetime) -> Sequence[int]:
    """Templates whose next occurrence has come."""
    query = select(RecurringTicket.id).where(RecurringTicket.active, RecurringTicket.next_at <= now)
    return session.scalars(query.order_by(RecurringTicket.next_at, RecurringTicket.id)).all()


def run_page(
    session: Session, viewer: Viewer, recurring_id: int, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[RecurringRun]:
    """What a template has opened, the newest first."""
    found = recurring(session, viewer, recurring_id)
    query = select(RecurringRun).where(RecurringRun.recurring_id == found.id)
    return page(session, query, (RecurringRun.occurrence,), cursor, limit, descending=True)


def last_runs(session: Session, recurring_ids: Collection[int]) -> dict[int, RecurringRun]:
    """The newest occurrence opened by each of these templates."""
    newest = (
        select(RecurringRun.recurring_id, func.max(RecurringRun.occurrence).label("at"))
        .where(RecurringRun.recurring_id.in_(recurring_ids))
        .group_by(RecurringRun.recurring_id)
        .subquery()
    )
    same = (RecurringRun.recurring_id == newest.c.recurring_id) & (RecurringRun.occurrence == newest.c.at)
    return {run.recurring_id: run for run in session.scalars(select(RecurringRun).join(newest, same))}
