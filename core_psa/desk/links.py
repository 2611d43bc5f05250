"""Linking tickets. Both timelines tell of a link, each in its own words."""

from core_psa.db import Work
from core_psa.db.records import save
from core_psa.desk.changes import apply, held
from core_psa.errors import FieldError, Invalid
from core_psa.tickets.relations import store
from core_psa.tickets.relations.rules import NAMES, RELATIONS, SINGLE, leads_back, seen_from
from core_psa.tickets.relations.tables import TicketLink
from core_psa.tickets.tables import Ticket
from core_psa.viewer import Viewer


def link(w: Work, viewer: Viewer, ticket_id: int, relation: str, other_id: int) -> TicketLink:
    """Says how this ticket stands to another one, such as `child_of` or `blocks`. Saying it twice changes nothing.

    Raises Invalid for a second parent, a circle of parents or followers, or the opposite of what already stands.
    """
    viewer.require("tickets.edit")
    kind, from_id, to_id = _placed(ticket_id, relation, other_id)
    tickets = {i: held(w, viewer, i) for i in sorted((ticket_id, other_id))}
    if standing := store.find_link(w.session, kind, from_id, to_id):
        return standing
    _must_fit(w, kind, from_id, to_id)
    made = TicketLink(kind=kind, from_id=from_id, to_id=to_id, at=w.now, actor_name=viewer.name)
    save(w.session, made)
    _tell(w, viewer, "link", made, tickets)
    return made


def unlink(w: Work, viewer: Viewer, ticket_id: int, link_id: int) -> None:
    """Takes one of this ticket's links away. Raises NotFound where it has no such link."""
    viewer.require("tickets.edit")
    gone = store.link_of(w.session, ticket_id, link_id)
    tickets = {i: held(w, viewer, i) for i in sorted((gone.from_id, gone.to_id))}
    w.session.delete(gone)
    w.session.flush()
    _tell(w, viewer, "unlink", gone, tickets)


def reference(ticket: Ticket) -> dict[str, object]:
    """A ticket as timelines name it."""
    return {"id": ticket.id, "name": ticket.number}


def _placed(ticket_id: int, relation: str, other_id: int) -> tuple[str, int, int]:
    if relation not in RELATIONS:
        raise Invalid(FieldError("relation", f"'{relation[:100]}' is not a relation", NAMES))
    if ticket_id == other_id:
        raise Invalid(FieldError("ticket", "a ticket is not linked to itself"))
    known = RELATIONS[relation]
    if known.kind == "relates":
        return known.kind, min(ticket_id, other_id), max(ticket_id, other_id)
    return (known.kind, ticket_id, other_id) if known.forward else (known.kind, other_id, ticket_id)


def _must_fit(w: Work, kind: str, from_id: int, to_id: int) -> None:
    if store.find_link(w.session, kind, to_id, from_id):
        raise Invalid(FieldError("relation", "the opposite is said already: take that link away first"))
    if kind not in SINGLE:
        return
    if (held_by := store.above(w.session, kind, from_id)) is not None:
        words = RELATIONS[seen_from(kind, forward=True)].words
        raise Invalid(FieldError("relation", f"ticket {from_id:07d} {words} {held_by:07d} already"))
    if leads_back(lambda i: store.above(w.session, kind, i), from_id, to_id):
        raise Invalid(FieldError("ticket", "this would lead in a circle"))


def _tell(w: Work, viewer: Viewer, event: str, told: TicketLink, tickets: dict[int, Ticket]) -> None:
    lower, upper = tickets[told.from_id], tickets[told.to_id]
    for ticket, other, forward in ((lower, upper, True), (upper, lower, False)):
        pair = [None, reference(other)] if event == "link" else [reference(other), None]
        values = _duplicate(told, event) if forward else {}
        apply(w, viewer, ticket, event, values=values, facts={seen_from(told.kind, forward=forward): pair})


def _duplicate(told: TicketLink, event: str) -> dict[str, int | None]:
    """The ticket's own pointer goes along with the link, as triage counts duplicates as one."""
    if told.kind != "duplicate":
        return {}
    return {"duplicate_of_id": told.to_id if event == "link" else None}
