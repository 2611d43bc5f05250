"""Opening a ticket: its type's first status and own fields, the priority that follows, and the first timeline entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core_psa.db import Work
from core_psa.desk.changes import begin
from core_psa.desk.pressing import first_priority
from core_psa.desk.routed import by_rules, tell_of_rules
from core_psa.errors import FieldError, Invalid
from core_psa.tickets.own_fields import store as own_fields
from core_psa.tickets.own_fields.rules import OPENING, missing, with_defaults
from core_psa.tickets.search import write_texts
from core_psa.tickets.tables import Priority, Ticket
from core_psa.tickets.urgency.rules import rank_of
from core_psa.tickets.workflow.rules import Book, Stage
from core_psa.tickets.workflow.store import book_of
from core_psa.viewer import Viewer

# What a mailbox or a monitoring system brings cannot be asked to fill in a form; agents are, with their first action.
_UNASKED = ("email", "rmm")


@dataclass(frozen=True)
class Opening:
    """A ticket about to be opened. References are ids; `text` is the cleaned text with its version and hash.

    Without a status it begins where its type begins. `own` are values of the type's own fields as they were given.
    `type_given` is false where nobody chose the type: a routing rule may then set another.
    """

    subject: str
    body: str
    text: str
    text_version: int
    text_hash: str
    channel: str
    type_id: int
    status_id: int | None = None
    customer_id: int | None = None
    site_id: int | None = None
    requester_id: int | None = None
    category_id: int | None = None
    priority_id: int | None = None
    team_id: int | None = None
    assignee_id: int | None = None
    impact: str | None = None
    urgency: str | None = None
    severity_a: bool = False
    own: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    type_given: bool = True
    spam: bool = False


def open_ticket(w: Work, viewer: Viewer, opening: Opening) -> Ticket:
    """Writes the ticket, its first timeline entry and its searchable text. Raises Invalid for own fields that are wrong."""
    session = w.session
    # Spam is nobody's work: no rule hands it out, and nobody's turn is spent on it.
    opening, steps = (opening, ()) if opening.spam else by_rules(w, opening, _priority(w, opening))
    values = _values(w, viewer, opening)
    stage = _first_stage(book_of(session, opening.type_id), opening.status_id)
    ticket = _row(w, opening, stage, _priority(w, opening))
    session.add(ticket)
    session.flush()
    begin(w, viewer, ticket, values=values, tags=opening.tags, body=opening.body)
    tell_of_rules(w, ticket, steps)
    text = {"text": opening.text, "text_version": opening.text_version, "text_hash": opening.text_hash}
    write_texts(session, [{"ticket_id": ticket.id, **text}])
    return ticket


def _row(w: Work, opening: Opening, stage: Stage, priority_id: int | None) -> Ticket:
    priority = None if priority_id is None else w.session.get_one(Priority, priority_id)
    return Ticket(
        subject=opening.subject,
        state=stage.state,
        status_id=stage.id,
        type_id=opening.type_id,
        channel=opening.channel,
        customer_id=opening.customer_id,
        site_id=opening.site_id,
        requester_id=opening.requester_id,
        category_id=opening.category_id,
        priority_id=priority_id,
        priority_rank=rank_of(priority.rank if priority else None, opening.severity_a),
        team_id=opening.team_id,
        assignee_id=opening.assignee_id,
        spam=opening.spam,
        created_at=w.now,
        updated_at=w.now,
        resolved_at=w.now if stage.state == "done" else None,
        version=1,
    )


def _first_stage(book: Book, given: int | None) -> Stage:
    status_id = book.default_status_id if given is None else given
    if status_id not in book.stages:
        names = tuple(stage.name for stage in book.stages.values() if stage.active)
        raise Invalid(FieldError("status", f"is none that a ticket of type {book.type_name} has", names))
    return book.stages[status_id]


def _priority(w: Work, opening: Opening) -> int | None:
    found: int | None = first_priority(w.session, {**_pressing(opening), "opened_at": w.now})["priority"]
    return found


def _pressing(opening: Opening) -> dict[str, Any]:
    return {
        "impact": opening.impact,
        "urgency": opening.urgency,
        "severity_a": opening.severity_a,
        "customer": opening.customer_id,
        "requester": opening.requester_id,
        "site": opening.site_id,
        "type": opening.type_id,
        "priority": opening.priority_id,
    }


def _values(w: Work, viewer: Viewer, opening: Opening) -> dict[str, Any]:
    """What goes into the ticket's detail; nothing where nothing was given."""
    values: dict[str, Any] = {
        "impact": opening.impact,
        "urgency": opening.urgency,
        "severity_a": opening.severity_a or None,
        "own": _own_values(w, viewer, opening) or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def _own_values(w: Work, viewer: Viewer, opening: Opening) -> dict[str, Any]:
    fields = own_fields.fields_of(w.session, opening.type_id)
    if not fields and not opening.own:
        return {}
    read, errors = own_fields.read_values(w.session, fields, opening.own, opening.customer_id)
    values = with_defaults(fields, read)
    if viewer.kind != "system" and opening.channel not in _UNASKED:
        absent = (f.name for f in missing(fields, values, OPENING) if f.name not in opening.own or not errors)
        errors += [FieldError(name, "must be filled in") for name in absent]
    if errors:
        raise Invalid(*errors)
    return {name: value for name, value in values.items() if value is not None}
