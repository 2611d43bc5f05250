"""Notifications with the tickets they are about, as the pages list them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.db.paging import DEFAULT_LIMIT
from core_psa.notices import notifications
from core_psa.notices.tables import Notification
from core_psa.tickets import store
from core_psa.tickets.tables import Ticket
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class Told:
    """`subject` is None where the viewer may not see the ticket, or not any more."""

    notification: Notification
    subject: str | None


def told_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT, *, unread: bool = False
) -> tuple[Sequence[Told], str | None]:
    """The viewer's own, newest first, and the cursor of the next page."""
    page = notifications.own_page(session, viewer, cursor, limit, unread=unread)
    return _with_subjects(session, viewer, page.rows), page.next_cursor


def unread_mentions(session: Session, viewer: Viewer, limit: int) -> Sequence[Told]:
    if viewer.agent_id is None:
        return ()
    return _with_subjects(session, viewer, notifications.unread_mentions(session, viewer.agent_id, limit))


def _with_subjects(session: Session, viewer: Viewer, rows: Sequence[Notification]) -> Sequence[Told]:
    ids = {row.ticket_id for row in rows}
    query = select(Ticket.id, Ticket.subject).where(Ticket.id.in_(ids), store.visible(viewer))
    subjects = {ticket_id: subject for ticket_id, subject in session.execute(query)}
    return [Told(row, subjects.get(row.ticket_id or 0)) for row in rows]
