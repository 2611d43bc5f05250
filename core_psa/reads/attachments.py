"""Files of tickets within the viewer's wall: their tickets, and of those what they may read."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.attachments import store
from core_psa.attachments.tables import Attachment
from core_psa.db.fields import MAX_KEY
from core_psa.errors import NotFound
from core_psa.tickets import store as tickets
from core_psa.tickets.tables import Ticket
from core_psa.viewer import Viewer


def attachment(session: Session, viewer: Viewer, attachment_id: int) -> Attachment:
    """A file that is part of a message, or that this viewer has staged. Raises NotFound beyond the viewer's wall."""
    query = select(Attachment).join(Ticket, Ticket.id == Attachment.ticket_id)
    here = (Attachment.id == attachment_id, tickets.visible(viewer))
    row = session.scalar(query.where(*here)) if attachment_id <= MAX_KEY else None
    if row is None or not _may_read(row, viewer):
        raise NotFound("attachment", attachment_id)
    return row


def _may_read(row: Attachment, viewer: Viewer) -> bool:
    """The wall within a ticket: a staged file is its sender's alone, any other is read by whoever may read its message."""
    if row.action_id is None:
        return (row.by_kind, row.by_id) == (viewer.kind, viewer.id)
    return row.public or (viewer.kind != "user" and viewer.may("tickets.see_notes"))


def of_ticket(session: Session, viewer: Viewer, ticket_id: int) -> Sequence[Attachment]:
    """Every file of one ticket that the viewer may read, the oldest first."""
    tickets.get(session, viewer, ticket_id)
    return [row for row in store.of_ticket(session, ticket_id) if _may_read(row, viewer)]


def staged(session: Session, viewer: Viewer, ticket_id: int, attachment_ids: Sequence[int]) -> Sequence[Attachment]:
    """What the viewer has sent for a message that is not written yet."""
    tickets.get(session, viewer, ticket_id)
    return store.staged(session, viewer, ticket_id, attachment_ids)
