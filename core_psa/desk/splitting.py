"""Moving part of a conversation to a ticket of its own."""

from sqlalchemy import delete, select, update

from core_psa.attachments import actions as attachments
from core_psa.db import Work
from core_psa.desk.changes import apply, held
from core_psa.desk.links import link, reference
from core_psa.errors import FieldError, Invalid, NotFound
from core_psa.tickets.search import write_words
from core_psa.tickets.tables import Action, Ticket
from core_psa.viewer import Viewer

# What people said moves; how the ticket went (who had it, which status it was in) is the old one's own story.
_SAID = ("reply", "note", "copy", "attach")


def first_moved(w: Work, viewer: Viewer, ticket_id: int, action_id: int) -> Action:
    """The message a split begins with. Raises Invalid unless it is one that the customer saw, and not the first."""
    viewer.require("tickets.edit")
    held(w, viewer, ticket_id)
    action = w.session.get(Action, action_id)
    if action is None or action.ticket_id != ticket_id:
        raise NotFound("message", action_id)
    if action.kind not in _SAID or not action.body or not action.public:
        raise Invalid(FieldError("from", "must be a message on this ticket that the customer saw, after the first"))
    return action


def move(w: Work, viewer: Viewer, source_id: int, new: Ticket, begins: Action) -> None:
    """Moves the message and everything said after it to a ticket just opened with that message's words."""
    source = held(w, viewer, source_id)
    w.session.execute(delete(Action).where(Action.ticket_id == new.id, Action.kind == "created"))
    later = (Action.ticket_id == source_id, Action.kind.in_(_SAID), Action.id > begins.id)
    moved = w.session.scalars(select(Action.id).where(*later)).all()
    w.session.execute(update(Action).where(*later).values(ticket_id=new.id, version=new.version))
    attachments.move_to(w, new.id, [begins.id, *moved])
    begins.ticket_id, begins.kind, begins.version = new.id, "created", new.version
    write_words(w.session, [source_id, new.id])
    apply(w, viewer, source, "split", facts={"split_into": [None, reference(new)]})
    apply(w, viewer, new, "split", facts={"split_from": [None, reference(source)]})
    link(w, viewer, new.id, "relates_to", source_id)
