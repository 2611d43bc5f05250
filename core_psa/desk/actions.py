"""What can be done to a ticket, one function per action; each returns the timeline entry it wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from core_psa.db import Work
from core_psa.desk import changes
from core_psa.desk.changes import apply, checked
from core_psa.desk.following import mentioned_in
from core_psa.errors import ActionRefused, FieldError, Invalid
from core_psa.following import actions as followers
from core_psa.organisation.tables import TeamMember
from core_psa.tickets import store
from core_psa.tickets.rules import allowed_actions
from core_psa.tickets.search import write_texts
from core_psa.tickets.tables import Action, Status, Ticket
from core_psa.time_tracking.tables import TimeEntry
from core_psa.vectors.store import tell_indexes
from core_psa.viewer import Viewer

UPDATABLE = (
    "subject",
    "category",
    "priority",
    "type",
    "status",
    "customer",
    "site",
    "requester",
    "team",
    "assignee",
    "tags",
)


@dataclass(frozen=True)
class Opening:
    """A ticket about to be opened. References are ids; `text` is the cleaned text with its version and hash."""

    subject: str
    body: str
    text: str
    text_version: int
    text_hash: str
    channel: str
    type_id: int
    status_id: int
    customer_id: int | None = None
    site_id: int | None = None
    requester_id: int | None = None
    category_id: int | None = None
    priority_id: int | None = None
    team_id: int | None = None
    assignee_id: int | None = None
    tags: tuple[str, ...] = ()


def open_ticket(w: Work, viewer: Viewer, opening: Opening) -> Ticket:
    """Writes the ticket, its first timeline entry and its searchable text."""
    session = w.session
    ticket = Ticket(
        subject=opening.subject,
        state=session.get_one(Status, opening.status_id).state,
        status_id=opening.status_id,
        type_id=opening.type_id,
        channel=opening.channel,
        customer_id=opening.customer_id,
        site_id=opening.site_id,
        requester_id=opening.requester_id,
        category_id=opening.category_id,
        priority_id=opening.priority_id,
        priority_rank=changes.priority_rank(session, opening.priority_id),
        team_id=opening.team_id,
        assignee_id=opening.assignee_id,
        created_at=w.now,
        updated_at=w.now,
        version=0,
    )
    session.add(ticket)
    session.flush()
    apply(w, viewer, ticket, "created", body=opening.body, public=True)
    store.set_tags(session, ticket.id, opening.tags)
    text = {"text": opening.text, "text_version": opening.text_version, "text_hash": opening.text_hash}
    write_texts(session, [{"ticket_id": ticket.id, **text}])
    return ticket


def reply(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    *,
    body: str,
    cc: Sequence[str] = (),
    status_id: int | None = None,
    expected_version: int | None = None,
) -> Action:
    """A message the customer sees; whoever is copied watches from then on. An agent's first reply takes a new ticket into progress unless a status is given."""
    ticket = checked(w, viewer, ticket_id, "reply", expected_version)
    _must_say_something("body", body)
    values = _next_status(w, ticket, status_id)
    if status_id is None and viewer.kind == "agent" and changes.status_name(w.session, ticket) == "New":
        values = {"status": store.status_named(w.session, "In Progress").id}
    facts = {"cc": [None, list(cc)]} if cc else None
    followers.add_addresses(w, ticket.id, cc)
    return apply(w, viewer, ticket, "reply", values=values, body=body, public=True, facts=facts)


def note(w: Work, viewer: Viewer, ticket_id: int, *, body: str, expected_version: int | None = None) -> Action:
    """A message agents alone see. Whoever is mentioned in it (@name) is told."""
    ticket = checked(w, viewer, ticket_id, "note", expected_version)
    _must_say_something("body", body)
    return apply(w, viewer, ticket, "note", body=body, facts=mentioned_in(w, ticket, body))


def assign(
    w: Work, viewer: Viewer, ticket_id: int, *, values: Mapping[str, int | None], expected_version: int | None = None
) -> Action:
    """Gives the ticket to a team, an agent, or both (`team`, `assignee`). Another team drops an assignee who is not in it."""
    ticket = checked(w, viewer, ticket_id, "assign", expected_version)
    return apply(w, viewer, ticket, "assign", values=_with_team_rule(w, ticket, values))


def update(
    w: Work, viewer: Viewer, ticket_id: int, *, values: Mapping[str, Any], expected_version: int | None = None
) -> Action:
    """Changes fields (ids for references). A status that ends or restarts the work goes through resolve, close or reopen."""
    ticket = checked(w, viewer, ticket_id, "update", expected_version)
    if unknown := sorted(set(values) - set(UPDATABLE)):
        raise Invalid(*(FieldError(name, "cannot be changed by update", UPDATABLE) for name in unknown))
    values = {**values, **_next_status(w, ticket, values.get("status"))}
    return apply(w, viewer, ticket, "update", values=_with_team_rule(w, ticket, values))


def resolve(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    *,
    resolution: str,
    status_id: int | None = None,
    expected_version: int | None = None,
) -> Action:
    """Ends the work with a note of what was done. The ticket joins the solved ones that triage learns from."""
    ticket = checked(w, viewer, ticket_id, "resolve", expected_version)
    _must_say_something("resolution", resolution)
    status_id = status_id or store.status_named(w.session, "Resolved").id
    if w.session.get_one(Status, status_id).state != "done":
        done = tuple(s.name for s in store.statuses(w.session) if s.state == "done")
        raise Invalid(FieldError("status", "resolving needs a status that ends the work", done))
    action = apply(
        w, viewer, ticket, "resolve", values={"status": status_id, "resolved_at": w.now}, body=resolution, public=True
    )
    tell_indexes(w.session, ticket.id, w.now)
    return action


def close(w: Work, viewer: Viewer, ticket_id: int, *, expected_version: int | None = None) -> Action:
    """Closes a resolved ticket. One without a resolution is refused: the next person would not learn what was done."""
    ticket = checked(w, viewer, ticket_id, "close", expected_version)
    if ticket.resolved_at is None:
        reasons = ["no resolution note has been written: resolve it first"]
        allowed = [a for a in allowed_actions(ticket.state, changes.status_name(w.session, ticket)) if a != "close"]
        raise ActionRefused(ticket_id, "close", reasons, allowed)
    return apply(w, viewer, ticket, "close", values={"status": store.status_named(w.session, "Closed").id})


def reopen(w: Work, viewer: Viewer, ticket_id: int, *, reason: str, expected_version: int | None = None) -> Action:
    """Takes a finished ticket up again; it leaves the solved ones."""
    ticket = checked(w, viewer, ticket_id, "reopen", expected_version)
    _must_say_something("reason", reason)
    values = {"status": store.status_named(w.session, "In Progress").id, "resolved_at": None}
    action = apply(w, viewer, ticket, "reopen", values=values, body=reason)
    ticket.end_known = True
    tell_indexes(w.session, ticket.id, w.now)
    return action


def log_time(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    *,
    minutes: int | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    charge_type: str = "billable",
    note: str = "",
    expected_version: int | None = None,
) -> Action:
    """Records work done: minutes, or from start to end (whole minutes, at least one)."""
    ticket = checked(w, viewer, ticket_id, "time", expected_version)
    worked = minutes if minutes is not None else _minutes_between(start, end)
    if not 0 < worked <= 24 * 60:
        raise Invalid(FieldError("minutes", f"{worked} is outside 1 to 1440"))
    entry = TimeEntry(
        ticket_id=ticket.id,
        agent_id=viewer.agent_id,
        started_at=start or w.now,
        minutes=worked,
        charge_type=charge_type,
        note=note,
    )
    w.session.add(entry)
    facts = {"minutes": [None, worked], "charge_type": [None, charge_type]}
    return apply(w, viewer, ticket, "time", body=note or None, facts=facts)


def _minutes_between(start: datetime | None, end: datetime | None) -> int:
    if start is None or end is None:
        raise Invalid(FieldError("minutes", "give minutes, or start and end"))
    if end <= start:
        raise Invalid(FieldError("end", "must be after start"))
    return max(1, int((end - start).total_seconds() // 60))


def _must_say_something(field: str, words: str) -> None:
    if not words.strip():
        raise Invalid(FieldError(field, "must not be empty"))


def _next_status(w: Work, ticket: Ticket, status_id: int | None) -> dict[str, Any]:
    """The status asked for, if it leaves the work as finished or unfinished as it is."""
    if status_id is None:
        return {}
    if (w.session.get_one(Status, status_id).state == "done") != (ticket.state == "done"):
        same = [s.name for s in store.statuses(w.session) if (s.state == "done") == (ticket.state == "done")]
        raise Invalid(FieldError("status", "use resolve, close or reopen to end or restart the work", tuple(same)))
    return {"status": status_id}


def _with_team_rule(w: Work, ticket: Ticket, values: Mapping[str, Any]) -> dict[str, Any]:
    team = values.get("team")
    if team is None or ticket.assignee_id is None or "assignee" in values:
        return dict(values)
    member = exists().where(TeamMember.team_id == team, TeamMember.agent_id == ticket.assignee_id)
    return dict(values) if w.session.scalar(select(member)) else {**values, "assignee": None}
