"""Which files hang on which message. The caller has asked whether the viewer may see the ticket."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.attachments.tables import Attachment
from core_psa.viewer import Viewer


def of_ticket(session: Session, ticket_id: int) -> Sequence[Attachment]:
    """Every file that is part of a message, the oldest first."""
    query = select(Attachment).where(Attachment.ticket_id == ticket_id, Attachment.action_id.is_not(None))
    return session.scalars(query.order_by(Attachment.id)).all()


def of_messages(session: Session, action_ids: Collection[int]) -> Sequence[Attachment]:
    """The files of these messages."""
    query = select(Attachment).where(Attachment.action_id.in_(action_ids))
    return session.scalars(query.order_by(Attachment.id)).all()


def staged(session: Session, viewer: Viewer, ticket_id: int, attachment_ids: Collection[int]) -> Sequence[Attachment]:
    """Of these, those that this viewer has sent for this ticket and that are no part of a message yet."""
    mine = (Attachment.by_kind == viewer.kind, Attachment.by_id == viewer.id, Attachment.action_id.is_(None))
    query = select(Attachment).where(Attachment.ticket_id == ticket_id, Attachment.id.in_(attachment_ids), *mine)
    return session.scalars(query.order_by(Attachment.id)).all()
