"""Files on a ticket: sent first, then part of a message, which tells whether customers see them."""

from collections.abc import Collection

from sqlalchemy import select

from core_psa.attachments import actions as attachments
from core_psa.attachments.files import Files, Received
from core_psa.attachments.tables import Attachment
from core_psa.audit import actions as audit
from core_psa.db import Work
from core_psa.desk.remarks import remark, ticket_to_annotate
from core_psa.errors import FieldError, Invalid, NotFound
from core_psa.tickets.tables import Action
from core_psa.viewer import Viewer


def stage(w: Work, viewer: Viewer, ticket_id: int, files: Files, file: Received) -> Attachment:
    """Keeps a file for a message that is still being written; forgotten after a day without one."""
    ticket_to_annotate(w, viewer, ticket_id)
    return attachments.stage(w, viewer, ticket_id, files, file)


def attach(w: Work, viewer: Viewer, action: Action, attachment_ids: Collection[int]) -> None:
    """Makes staged files part of a message that was just written; customers see them where they see the message."""
    if attachment_ids:
        attachments.attach(w, viewer, action.ticket_id, action.id, attachment_ids, public=action.public)


def attach_to_message(w: Work, viewer: Viewer, ticket_id: int, attachment_ids: Collection[int]) -> None:
    """The same for the message that this viewer has written in this very transaction."""
    if not attachment_ids:
        return
    own = (Action.actor_kind == viewer.kind, Action.actor_id == viewer.id, Action.at == w.now)
    message = select(Action).where(Action.ticket_id == ticket_id, Action.body.is_not(None), Action.kind != "time", *own)
    action = w.session.scalar(message.order_by(Action.id.desc()).limit(1))
    if action is None:
        raise Invalid(FieldError("attachments", "files go with a reply, a note or a resolution"))
    attach(w, viewer, action, attachment_ids)


def add(w: Work, viewer: Viewer, ticket_id: int, attachment_ids: Collection[int], *, public: bool = False) -> Action:
    """Staged files as an entry of their own."""
    if not attachment_ids:
        raise Invalid(FieldError("attachments", "name at least one file"))
    ticket = ticket_to_annotate(w, viewer, ticket_id)
    # What a customer's user sends is theirs to see.
    public = public or viewer.kind == "user"
    action = remark(w, viewer, ticket, "attach", {"files": [None, len(set(attachment_ids))]}, public=public)
    attach(w, viewer, action, attachment_ids)
    return action


def remove(w: Work, viewer: Viewer, attachment_id: int) -> Action:
    """Takes a file off its ticket; the content goes when nothing else holds it. Who did it stays on the ticket."""
    row = w.session.scalar(select(Attachment).where(Attachment.id == attachment_id))
    if row is None:
        raise NotFound("attachment", attachment_id)
    ticket = ticket_to_annotate(w, viewer, row.ticket_id)
    w.session.delete(row)
    w.session.flush()
    audit.record(
        w, viewer, "removed", "attachment", attachment_id, {"name": [row.name, None], "ticket": [ticket.id, None]}
    )
    return remark(w, viewer, ticket, "unattach", {"files": [1, None]})
