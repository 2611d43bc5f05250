"""What an agent has been told on the pages: how much of it is unread, and reading it. Everybody sees their own alone."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from core_psa.db import Work
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.errors import Forbidden, NotFound
from core_psa.notices.tables import Notification
from core_psa.viewer import Viewer


def own_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT, *, unread: bool = False
) -> Page[Notification]:
    """The viewer's notifications, newest first; the unread ones alone if asked."""
    query = select(Notification).where(Notification.agent_id == _agent(viewer))
    if unread:
        query = query.where(Notification.read_at.is_(None))
    return page(session, query, (Notification.id,), cursor, limit, descending=True)


def standing(session: Session, agent_id: int) -> tuple[int, int]:
    """How many this agent has not read, and the number of the latest one (0 where there is none)."""
    unread, newest = session.execute(_STANDING, {"agent": agent_id}).one()
    return unread, newest or 0


_MINE = Notification.agent_id == bindparam("agent")
# Written once: every page asks, and building a statement costs more than running it.
_STANDING = select(
    select(func.count()).where(_MINE, Notification.read_at.is_(None)).scalar_subquery(),
    select(func.max(Notification.id)).where(_MINE).scalar_subquery(),
)


def unread_mentions(session: Session, agent_id: int, limit: int) -> Sequence[Notification]:
    query = select(Notification).where(Notification.agent_id == agent_id, Notification.read_at.is_(None))
    query = query.where(Notification.event == "mentioned").order_by(Notification.id.desc()).limit(limit)
    return session.scalars(query).all()


def read(w: Work, viewer: Viewer, notification_id: int, *, again: bool = False) -> Notification:
    """Marks one as read, or as unread `again`."""
    row = w.session.get(Notification, notification_id)
    if row is None or row.agent_id != _agent(viewer):
        raise NotFound("notification", notification_id)
    row.read_at = None if again else row.read_at or w.now
    return row


def read_all(w: Work, viewer: Viewer, up_to: int | None = None) -> None:
    """Marks everything as read that was there when the viewer looked: up to this notification."""
    mine = (Notification.agent_id == _agent(viewer), Notification.read_at.is_(None))
    query = update(Notification).where(*mine)
    w.session.execute((query if up_to is None else query.where(Notification.id <= up_to)).values(read_at=w.now))


def is_unread_about(session: Session, viewer: Viewer, ticket_id: int) -> bool:
    return session.scalar(select(Notification.id).where(*_unread_about(viewer, ticket_id)).limit(1)) is not None


def read_about(w: Work, viewer: Viewer, ticket_id: int) -> None:
    """Marks what was told of a ticket as read, for it is open before the viewer."""
    w.session.execute(update(Notification).where(*_unread_about(viewer, ticket_id)).values(read_at=w.now))


def _unread_about(viewer: Viewer, ticket_id: int) -> tuple[ColumnElement[bool], ...]:
    mine = Notification.agent_id == viewer.agent_id
    return mine, Notification.read_at.is_(None), Notification.ticket_id == ticket_id


def forget(w: Work, kept: timedelta) -> None:
    """Drops what was read so long ago that nobody looks for it."""
    w.session.execute(delete(Notification).where(Notification.read_at < w.now - kept))


def _agent(viewer: Viewer) -> int:
    if viewer.agent_id is None:
        raise Forbidden("being an agent")
    return viewer.agent_id
