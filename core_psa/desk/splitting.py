"""Moving part of a conversation to a ticket of its own, and taking that back."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from core_psa.attachments import actions as attachments
from core_psa.db import Work
from core_psa.db.records import save
from core_psa.desk import asking, clocks
from core_psa.desk.changes import apply, held
from core_psa.desk.links import link, reference, unlink
from core_psa.desk.merging import merge
from core_psa.errors import Conflict, FieldError, Invalid, NotFound
from core_psa.sla.unwinding import unwind
from core_psa.tickets import store as tickets
from core_psa.tickets.relations import store
from core_psa.tickets.relations.tables import TicketSplit
from core_psa.tickets.search import write_words
from core_psa.tickets.tables import Action, Ticket
from core_psa.viewer import Viewer

# What people said moves; how the ticket went (who had it, which status it was in) is the old one's own story.
_SAID = ("reply", "note", "copy", "attach")


class NotSplit(Conflict):
    """There is no split to take back."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__(f"ticket {ticket_id:07d} is not split off another")
        self.ticket_id = ticket_id


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
    opening = (Action.ticket_id == new.id, Action.kind == "created")
    made = TicketSplit(new_id=new.id, source_id=source_id, action_id=begins.id, began=begins.kind, at=w.now)
    made.first_id, made.actor_name = w.session.scalars(select(Action.id).where(*opening)).one(), viewer.name
    save(w.session, made)
    apply(w, viewer, source, "split", facts={"split_into": [None, reference(new)]})
    # Only now: the number of the newest entry would be given out again.
    w.session.execute(delete(Action).where(*opening))
    moved = _move_said(w, source_id, new, after=begins.id)
    attachments.move_to(w, new.id, [begins.id, *moved])
    begins.ticket_id, begins.kind, begins.version = new.id, "created", new.version
    _owe_no_more(w, source, new)
    write_words(w.session, [source_id, new.id])
    apply(w, viewer, new, "split", facts={"split_from": [None, reference(source)]})
    link(w, viewer, new.id, "relates_to", source_id)


def _owe_no_more(w: Work, source: Ticket, new: Ticket) -> None:
    """An answer is not owed here any more where the question has left."""
    w.session.flush()
    if asking.waits(w.session, source.id):
        return
    for at in asking.asked(w.session, new.id):
        unwind(w.session, source.id, at)
    clocks.hear(w, source, None)


def _move_said(w: Work, from_id: int, to: Ticket, *, after: int) -> Sequence[int]:
    """Moves what was said on a ticket after this entry; the ids of what moved."""
    said = (Action.ticket_id == from_id, Action.kind.in_(_SAID), Action.id > after)
    moved = w.session.scalars(select(Action.id).where(*said)).all()
    w.session.execute(update(Action).where(*said).values(ticket_id=to.id, version=to.version))
    return moved


def undo_split(w: Work, viewer: Viewer, new_id: int) -> int:
    """Takes back that this ticket was split off: its words stand where they stood, and it is merged into where they went.

    What was said on it since goes along. Returns the id of the ticket that has its words again. Raises NotSplit, and Conflict for a ticket that is merged already.
    """
    viewer.require("tickets.edit")
    split = w.session.get(TicketSplit, tickets.get(w.session, viewer, new_id).id)
    if split is None or split.undone_at is not None:
        raise NotSplit(new_id)
    if store.standing_merge(w.session, new_id):
        raise Conflict(f"ticket {new_id:07d} is merged into another: undo that first")
    pair = {i: held(w, viewer, i) for i in sorted((split.new_id, split.source_id))}
    source, new = pair[split.source_id], pair[split.new_id]
    _move_back(w, split, source, new)
    if asking.waits(w.session, source.id):
        clocks.hear(w, source, "customer", asking.since(w.session, source.id))
    write_words(w.session, [source.id, new.id])
    split.undone_at, split.undone_by = w.now, viewer.name
    low, high = sorted(pair)
    if tie := store.find_link(w.session, "relates", low, high):
        unlink(w, viewer, new.id, tie.id)
    apply(w, viewer, source, "undo_split", facts={"split_into": [reference(new), None]})
    apply(w, viewer, new, "undo_split", facts={"split_from": [reference(source), None]})
    merge(w, viewer, new.id, source.id)
    return source.id


def _move_back(w: Work, split: TicketSplit, source: Ticket, new: Ticket) -> None:
    """The other way round; the opening of the split-off ticket is told again, without the words that have left it."""
    begins = w.session.get_one(Action, split.action_id)
    moved = _move_said(w, new.id, source, after=begins.id)
    attachments.move_to(w, source.id, [begins.id, *moved])
    opened_by = {name: getattr(begins, name) for name in ("actor_kind", "actor_id", "actor_name")}
    begins.ticket_id, begins.kind, begins.version = source.id, split.began, source.version
    first = Action(id=split.first_id, ticket_id=new.id, kind="created", at=new.created_at, version=1, **opened_by)
    first.public = True
    w.session.add(first)
    w.session.flush()
