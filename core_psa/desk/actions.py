"""What can be done to a ticket, one function per action; each returns the timeline entry it wrote.

`extra` is what may go along with any of them: the name of one of the desk's own actions of that kind, values of the
type's own fields, minutes worked, a reason to override gates.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from core_psa.db import Work
from core_psa.desk import whose
from core_psa.desk.following import mentioned_in
from core_psa.desk.names import must_exist
from core_psa.desk.opening import Opening, open_ticket
from core_psa.desk.pressing import with_priority
from core_psa.desk.steps import PLAIN, Extra, begin
from core_psa.desk.taking import take
from core_psa.errors import FieldError, Invalid
from core_psa.following import actions as followers
from core_psa.organisation.tables import TeamMember
from core_psa.tickets.tables import Action, Ticket
from core_psa.time_tracking.actions import record_time
from core_psa.viewer import Viewer

__all__ = [
    "UPDATABLE",
    "Extra",
    "Opening",
    "assign",
    "close",
    "log_time",
    "note",
    "open_ticket",
    "reopen",
    "reply",
    "resolve",
    "update",
]

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
    "impact",
    "urgency",
    "severity_a",
)
_NEVER_EMPTY = ("subject", "type", "status")


def reply(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    *,
    body: str,
    cc: Sequence[str] = (),
    status_id: int | None = None,
    expected_version: int | None = None,
    extra: Extra = PLAIN,
) -> Action:
    """A message the customer sees; whoever is copied watches from then on.

    An agent's first reply takes a new ticket into progress unless a status is given.
    """
    step = begin(w, viewer, ticket_id, "reply", expected_version, extra)
    followers.add_addresses(w, ticket_id, cc)
    facts = {"cc": [None, list(cc)]} if cc else None
    return take(step, values=_status(status_id), body=body, public=True, facts=facts, lacking=_unsaid("body", body))


def note(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    *,
    body: str,
    status_id: int | None = None,
    expected_version: int | None = None,
    extra: Extra = PLAIN,
) -> Action:
    """A message agents alone see. Whoever is mentioned in it (@name) is told."""
    step = begin(w, viewer, ticket_id, "note", expected_version, extra)
    facts = mentioned_in(w, step.ticket, body)
    return take(step, values=_status(status_id), body=body, facts=facts, lacking=_unsaid("body", body))


def assign(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    *,
    values: Mapping[str, int | None],
    expected_version: int | None = None,
    extra: Extra = PLAIN,
) -> Action:
    """Gives the ticket to a team, an agent, or both (`team`, `assignee`). Another team drops an assignee who is not in it."""
    step = begin(w, viewer, ticket_id, "assign", expected_version, extra)
    must_exist(w.session, values)
    return take(step, values=with_team_rule(w, step.ticket, values))


def update(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    *,
    values: Mapping[str, Any],
    body: str = "",
    expected_version: int | None = None,
    extra: Extra = PLAIN,
) -> Action:
    """Changes fields (ids for references), with a word to the other agents if there is one.

    A status that ends or restarts the work goes through resolve, close or reopen.
    """
    step = begin(w, viewer, ticket_id, "update", expected_version, extra)
    if unknown := sorted(set(values) - set(UPDATABLE)):
        raise Invalid(*(FieldError(name, "cannot be changed by update", UPDATABLE) for name in unknown))
    if emptied := [name for name in _NEVER_EMPTY if name in values and not str(values[name] or "").strip()]:
        raise Invalid(*(FieldError(name, "must not be empty") for name in emptied))
    must_exist(w.session, values)
    fitting = whose.fitting(w.session, step.ticket, values)
    pressing = with_priority(w.session, step.ticket, fitting)
    return take(step, values=with_team_rule(w, step.ticket, pressing), body=body or None)


def resolve(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    *,
    resolution: str,
    status_id: int | None = None,
    expected_version: int | None = None,
    extra: Extra = PLAIN,
) -> Action:
    """Ends the work with a note of what was done. The ticket joins the solved ones that triage learns from."""
    step = begin(w, viewer, ticket_id, "resolve", expected_version, extra)
    lacking = _unsaid("resolution", resolution)
    return take(step, values=_status(status_id), body=resolution, public=True, lacking=lacking)


def close(
    w: Work, viewer: Viewer, ticket_id: int, *, expected_version: int | None = None, extra: Extra = PLAIN
) -> Action:
    """Closes a ticket. What its gates ask for must be true, as a rule that a resolution was written."""
    return take(begin(w, viewer, ticket_id, "close", expected_version, extra))


def reopen(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    *,
    reason: str,
    expected_version: int | None = None,
    extra: Extra = PLAIN,
) -> Action:
    """Takes a finished ticket up again; it leaves the solved ones."""
    step = begin(w, viewer, ticket_id, "reopen", expected_version, extra)
    # What a customer says in it is their word, to be read and answered like any other.
    return take(step, body=reason, public=viewer.kind == "user", lacking=_unsaid("reason", reason))


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
    extra: Extra = PLAIN,
) -> Action:
    """Records work done: minutes, or from start to end (whole minutes, at least one)."""
    step = begin(w, viewer, ticket_id, "time", expected_version, extra)
    worked = minutes if minutes is not None else _minutes_between(start, end)
    record_time(w, viewer, ticket_id, worked, start=start, charge_type=charge_type, note=note)
    facts = {"minutes": [None, worked], "charge_type": [None, charge_type]}
    return take(step, body=note or None, facts=facts)


def _minutes_between(start: datetime | None, end: datetime | None) -> int:
    if start is None or end is None:
        raise Invalid(FieldError("minutes", "give minutes, or start and end"))
    if end <= start:
        raise Invalid(FieldError("end", "must be after start"))
    return max(1, int((end - start).total_seconds() // 60))


def _unsaid(field: str, words: str) -> list[FieldError]:
    return [] if words.strip() else [FieldError(field, "must not be empty")]


def _status(status_id: int | None) -> dict[str, Any]:
    return {} if status_id is None else {"status": status_id}


def with_team_rule(w: Work, ticket: Ticket, values: Mapping[str, Any]) -> dict[str, Any]:
    """Another team drops an assignee who is not in it."""
    team = values.get("team")
    if team is None or ticket.assignee_id is None or "assignee" in values:
        return dict(values)
    member = exists().where(TeamMember.team_id == team, TeamMember.agent_id == ticket.assignee_id)
    return dict(values) if w.session.scalar(select(member)) else {**values, "assignee": None}
