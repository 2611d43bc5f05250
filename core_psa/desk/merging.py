"""Merging a ticket into another, and taking that back.

What was said on the source is copied to the target with its author and time; the source is closed with a pointer to the
target, and leaves the solved tickets. A finished target is taken up again for a source that was not. The record names every copy, so that repeating a merge changes nothing and undoing
it removes exactly what it added.
"""

from collections.abc import Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from core_psa.attachments import actions as attachments
from core_psa.customers.tables import User
from core_psa.db import Work
from core_psa.db.records import save
from core_psa.desk import asking, clocks, snooze
from core_psa.desk.changes import apply, held
from core_psa.desk.endings import put_away, taken_up
from core_psa.desk.links import reference
from core_psa.desk.telling import tell_about
from core_psa.desk.undoing import values_before
from core_psa.errors import Conflict, FieldError, Invalid
from core_psa.sla.unwinding import unwind
from core_psa.tickets import store as tickets
from core_psa.tickets.relations import store
from core_psa.tickets.relations.tables import MergedCopy, TicketMerge
from core_psa.tickets.search import write_words
from core_psa.tickets.tables import Action, Ticket
from core_psa.vectors.store import tell_indexes
from core_psa.viewer import Viewer

_ENDS = ("status", "resolved_at")
_FIELDS = (*_ENDS, "duplicate_of_id")


class NotMerged(Conflict):
    """There is no merge of this ticket to take back."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__(f"ticket {ticket_id:07d} is not merged into another")
        self.ticket_id = ticket_id


def merge(w: Work, viewer: Viewer, source_id: int, target_id: int) -> TicketMerge:
    """Merges the source into the target, or into the ticket in which the target lives on. Twice is as good as once.

    Raises Invalid for one and the same ticket or two customers' tickets, Conflict where the source went elsewhere.
    """
    viewer.require("tickets.edit")
    target_id = store.survivor_of(w.session, tickets.get(w.session, viewer, target_id).id)
    standing = store.standing_merge(w.session, source_id)
    if standing and store.survivor_of(w.session, source_id) == target_id:
        tickets.get(w.session, viewer, source_id)
        return standing
    pair = {i: held(w, viewer, i) for i in sorted({source_id, target_id})}
    source, target = pair[source_id], pair[target_id]
    _must_be_mergeable(source, target, standing)
    return _merge(w, viewer, source, target)


def _must_be_mergeable(source: Ticket, target: Ticket, standing: TicketMerge | None) -> None:
    if source.id == target.id:
        raise Invalid(FieldError("into", "a ticket cannot be merged into itself"))
    if standing:
        raise Conflict(f"ticket {source.number} is merged into {standing.target_id:07d} already: undo that first")
    if target.spam:
        raise Invalid(FieldError("into", "is marked as spam, where nobody would hear of it"))
    if source.customer_id and target.customer_id and source.customer_id != target.customer_id:
        raise Invalid(FieldError("into", "belongs to another customer, who would read what is not theirs"))


def _merge(w: Work, viewer: Viewer, source: Ticket, target: Ticket) -> TicketMerge:
    again = source.state != "done" and target.state == "done"
    values = {
        "status": put_away(w.session, source),
        "resolved_at": None,
        "duplicate_of_id": target.id,
    }
    told = apply(w, viewer, source, "merge", values=values, facts={"merged_into": [None, reference(target)]})
    made = TicketMerge(source_id=source.id, target_id=target.id, action_id=told.id, at=w.now, actor_name=viewer.name)
    save(w.session, made)
    onwards = {"status": taken_up(w.session, target)} if again else {}
    apply(w, viewer, target, "merge", values=onwards, facts={"merged_from": [None, reference(source)]})
    copies = [(entry, _copy(w.session, entry, source, target)) for entry in _said(w.session, source.id)]
    w.session.add_all(copy for _, copy in copies)
    w.session.flush()
    write_words(w.session, [target.id])
    w.session.add_all(MergedCopy(merge_id=made.id, action_id=copy.id, original_id=e.id) for e, copy in copies)
    attachments.copy_to(w, target.id, {entry.id: copy.id for entry, copy in copies})
    tell_indexes(w.session, source.id, w.now)
    if asking.waits(w.session, source.id):
        clocks.hear(w, target, "customer")
        snooze.hear(w, target, f"ticket {source.number}, which waits for an answer, was merged into it")
    tell_about(w, "merged", source, {"other": target.number}, users=[source.requester_id], actor=viewer)
    return made


def undo_merge(w: Work, viewer: Viewer, source_id: int) -> None:
    """Takes back where this ticket was merged into: it is as it was, and the copies are gone. Raises NotMerged."""
    viewer.require("tickets.edit")
    merged = store.standing_merge(w.session, tickets.get(w.session, viewer, source_id).id)
    if merged is None:
        raise NotMerged(source_id)
    pair = {i: held(w, viewer, i) for i in sorted((merged.source_id, merged.target_id))}
    source, target = pair[merged.source_id], pair[merged.target_id]
    _remove_copies(w, merged)
    merged.undone_at, merged.undone_by = w.now, viewer.name
    before = values_before(source, w.session.get_one(Action, merged.action_id), _FIELDS)
    apply(w, viewer, source, "undo_merge", values=before, facts={"merged_into": [reference(target), None]})
    _leave(w, viewer, merged, source, target)
    tell_indexes(w.session, source.id, w.now)


def _leave(w: Work, viewer: Viewer, merged: TicketMerge, source: Ticket, target: Ticket) -> None:
    """Has the target go on as if this had not been merged into it, unless the customer has gone on writing there."""
    said = asking.said_since(w.session, merged)
    asked_at = asking.unanswered(said)
    before = (
        {} if "customer" in (who for _, who in said) else values_before(target, _told_target(w.session, merged), _ENDS)
    )
    ends = before if "status" in before else {}
    unwind(w.session, target.id, merged.at, ends.get("resolved_at"))
    apply(w, viewer, target, "undo_merge", values=ends, facts={"merged_from": [reference(source), None]})
    clocks.hear(w, target, "customer" if asked_at else None, asked_at)


def _told_target(session: Session, merged: TicketMerge) -> Action:
    """The target's own entry of a merge, written in the same transaction."""
    entries = select(Action).where(
        Action.ticket_id == merged.target_id, Action.kind == "merge", Action.id > merged.action_id
    )
    return session.scalars(entries.order_by(Action.id).limit(1)).one()


def _remove_copies(w: Work, merged: TicketMerge) -> None:
    """What this merge copied, and what later merges copied from that."""
    session = w.session
    gone: list[int] = []
    level: Sequence[int] = session.scalars(select(MergedCopy.action_id).where(MergedCopy.merge_id == merged.id)).all()
    while level:
        gone += level
        level = session.scalars(select(MergedCopy.action_id).where(MergedCopy.original_id.in_(level))).all()
    attachments.drop(w, gone)
    session.execute(delete(MergedCopy).where(MergedCopy.action_id.in_(gone)))
    changed = set(session.scalars(select(Action.ticket_id).where(Action.id.in_(gone))))
    session.execute(delete(Action).where(Action.id.in_(gone)))
    write_words(session, changed)


def _said(session: Session, ticket_id: int) -> Sequence[Action]:
    """What people said or sent on a ticket, and what earlier merges brought there."""
    query = select(Action).where(Action.ticket_id == ticket_id)
    query = query.where(or_(Action.body.is_not(None), Action.kind == "attach"))
    return session.scalars(query.order_by(Action.id)).all()


def _copy(session: Session, entry: Action, source: Ticket, target: Ticket) -> Action:
    kind, actor_id, name = _author(session, entry, source)
    changes = entry.changes or {}
    kept = {"cc": changes["cc"]} if "cc" in changes else {}
    return Action(
        ticket_id=target.id,
        kind="copy",
        at=entry.at,
        actor_kind=kind,
        actor_id=actor_id,
        actor_name=name,
        public=entry.public,
        version=target.version,
        changes={**kept, "copied_from": changes.get("copied_from") or [None, reference(source)]},
        body=entry.body,
    )


def _author(session: Session, entry: Action, source: Ticket) -> tuple[str, int | None, str]:
    """Whose words these are: a ticket's first message is its requester's, whoever took it down."""
    requester = session.get(User, source.requester_id) if entry.kind == "created" and source.requester_id else None
    if requester is None:
        return entry.actor_kind, entry.actor_id, entry.actor_name
    return "user", requester.id, requester.name
