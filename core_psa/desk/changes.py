"""One change to one ticket: its fields, its version, its timeline entry, and the word to the indexes."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from core_psa.db import Work
from core_psa.desk import consequences
from core_psa.desk.entries import entry
from core_psa.desk.names import REFERENCES, label
from core_psa.errors import VersionConflict
from core_psa.tickets import store
from core_psa.tickets.search import write_words
from core_psa.tickets.tables import Action, Priority, Status, Ticket, TicketDetail
from core_psa.tickets.urgency.rules import rank_of
from core_psa.tickets.workflow.rules import ActionRule
from core_psa.vectors.store import tell_indexes
from core_psa.viewer import Viewer

# Fields that stand in a ticket's detail.
DETAILS = ("impact", "urgency", "severity_a", "tier")

Pairs = dict[str, list[Any]]


def held(w: Work, viewer: Viewer, ticket_id: int, expected_version: int | None = None) -> Ticket:
    """The locked ticket, whatever its state, if the viewer may change it and nobody saved in between."""
    ticket = store.for_change(w.session, viewer, ticket_id)
    if viewer.kind != "user":
        viewer.require("tickets.edit")
    if expected_version is not None and ticket.version != expected_version:
        fields = store.fields_changed_since(w.session, ticket_id, expected_version)
        raise VersionConflict(ticket_id, expected_version, ticket.version, fields)
    return ticket


def apply(
    w: Work,
    viewer: Viewer,
    ticket: Ticket,
    kind: str,
    *,
    values: Mapping[str, Any] | None = None,
    body: str | None = None,
    public: bool = False,
    facts: Mapping[str, Any] | None = None,
    rule: ActionRule | None = None,
) -> Action:
    """Sets the fields named in `values` (ids for references), and writes the timeline entry that tells of it.

    `own` in `values` are the type's own fields by name. `facts` join the entry's changes without being fields (minutes
    logged, addresses copied). `rule` is the desk's own action that it was, if it was one. Ending or restarting the work stamps or empties `resolved_at`, unless it is among the values.
    """
    was = {name: _was(ticket, name) for name in values or {}}
    changes = _set_all(w, ticket, values or {})
    before = {name: value for name, value in was.items() if name in changes}
    changes.update(facts or {})
    ticket.version += 1
    ticket.updated_at = w.now
    action = entry(w, viewer, ticket, kind, changes, body=body, public=public)
    if body or "subject" in changes:
        write_words(w.session, [ticket.id])
    consequences.follow(w, viewer, ticket, action, before, rule)
    return action


def begin(
    w: Work, viewer: Viewer, ticket: Ticket, *, values: Mapping[str, Any], tags: Iterable[str], body: str
) -> None:
    """The first entry of a ticket that was just written, with what stands beside its row: details, own fields and tags."""
    changes = _set_all(w, ticket, values)
    if tags:
        store.set_tags(w.session, ticket.id, tags)
    action = entry(w, viewer, ticket, "created", changes, body=body, public=True)
    consequences.follow(w, viewer, ticket, action, {})


def _was(ticket: Ticket, name: str) -> Any:
    """What the column behind a field holds; tags, details and own fields stand in tables of their own."""
    return getattr(ticket, REFERENCES[name].column if name in REFERENCES else name, None)


def _set_all(w: Work, ticket: Ticket, values: Mapping[str, Any]) -> Pairs:
    """Sets every field; [before, after] by name, as a person and a program read them, of those that changed."""
    was_done = ticket.state == "done"
    changes: Pairs = {}
    for name, value in values.items():
        changes.update(_set(w.session, ticket, name, value))
    if was_done != (ticket.state == "done"):
        if "resolved_at" not in values:
            changes.update(_set_column(ticket, "resolved_at", None if was_done else w.now))
        ticket.end_known = True
        tell_indexes(w.session, ticket.id, w.now)
    return changes


def _set(session: Session, ticket: Ticket, name: str, value: Any) -> Pairs:
    if name == "tags":
        return _set_tags(session, ticket, value)
    if name == "own":
        return _set_own(session, ticket, value)
    if name in DETAILS:
        return _set_detail(session, ticket, name, value)
    if name not in REFERENCES:
        return _set_column(ticket, name, value)
    return _set_reference(session, ticket, name, value)


def _set_tags(session: Session, ticket: Ticket, tags: Any) -> Pairs:
    before = store.tags_of(session, [ticket.id]).get(ticket.id, [])
    after = store.set_tags(session, ticket.id, tags)
    return {} if before == after else {"tags": [before, after]}


def _set_column(row: Ticket | TicketDetail, name: str, value: Any) -> Pairs:
    before = getattr(row, name)
    if before == value:
        return {}
    setattr(row, name, value)
    return {name: [_plain(before), _plain(value)]}


def _set_reference(session: Session, ticket: Ticket, name: str, value: int | None) -> Pairs:
    column = REFERENCES[name].column
    before = getattr(ticket, column)
    if before == value:
        return {}
    setattr(ticket, column, value)
    if name == "status":
        ticket.state = session.get_one(Status, value).state
    elif name == "priority":
        ticket.priority_rank = _rank(session, ticket)
    return {name: [_named(session, name, before), _named(session, name, value)]}


def _set_own(session: Session, ticket: Ticket, values: Mapping[str, Any]) -> Pairs:
    detail = _detail(session, ticket)
    changed = {name: [detail.own.get(name), v] for name, v in values.items() if detail.own.get(name) != v}
    if changed:
        detail.own = {**detail.own, **{name: values[name] for name in changed}}
    return changed


def _set_detail(session: Session, ticket: Ticket, name: str, value: Any) -> Pairs:
    changed = _set_column(_detail(session, ticket), name, value)
    if name == "severity_a":
        ticket.priority_rank = _rank(session, ticket)
    return changed


def _detail(session: Session, ticket: Ticket) -> TicketDetail:
    """The ticket's detail, written now if it has none yet."""
    detail = session.get(TicketDetail, ticket.id)
    if detail is None:
        detail = TicketDetail(ticket_id=ticket.id, severity_a=False, own={})
        session.add(detail)
        session.flush()
    return detail


def _named(session: Session, field: str, record_id: int | None) -> dict[str, Any] | None:
    return None if record_id is None else {"id": record_id, "name": label(session, field, record_id)}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _rank(session: Session, ticket: Ticket) -> int:
    detail = session.get(TicketDetail, ticket.id)
    own = None if ticket.priority_id is None else session.get_one(Priority, ticket.priority_id).rank
    return rank_of(own, bool(detail and detail.severity_a))
