"""Arranging recurring tickets, and opening what has come due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.audit.changes import create, update
from core_psa.customers.tables import Site, User
from core_psa.db import Database, Work, fields
from core_psa.db.fields import Refused
from core_psa.db.forms import Form
from core_psa.db.records import get
from core_psa.desk.telling import team_of, tell_about
from core_psa.errors import DomainError
from core_psa.intake.inheriting import no_longer_offered
from core_psa.intake.receive import NewTicket, receive
from core_psa.intake.recurring import store
from core_psa.intake.recurring.rules import Recurrence
from core_psa.intake.recurring.tables import RecurringRun, RecurringTicket
from core_psa.viewer import SYSTEM, Viewer

CHANNEL = "schedule"
_SPARED = ("type", "category", "priority", "team", "assignee")
_REFERENCES = ("customer", "site", "requester", "type", "category", "priority", "team", "assignee")


class RecurringFields(TypedDict, total=False):
    """`rule` as in RFC 5545, `starts` by the clock on the wall in `timezone`, references as ids."""

    name: str
    rule: str
    starts: datetime
    timezone: str
    subject: str
    body: str
    customer_id: int | None
    site_id: int | None
    requester_id: int | None
    type_id: int | None
    category_id: int | None
    priority_id: int | None
    team_id: int | None
    assignee_id: int | None
    tags: Sequence[str]
    active: bool


def _wall_clock(value: datetime) -> datetime:
    if value.tzinfo is not None:
        raise Refused("is meant by the clock on the wall: give it without a zone")
    return value.replace(microsecond=0)


_RECURRING: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "rule": lambda value: fields.name(value).upper().removeprefix("RRULE:"),
    "starts": _wall_clock,
    "timezone": fields.timezone,
    "subject": fields.name,
    "body": fields.text,
    **{f"{name}_id": fields.optional(fields.record_id) for name in _REFERENCES},
    "tags": fields.tags,
    "active": fields.flag,
}
_REQUIRED = ("name", "rule", "starts", "timezone", "subject")


def create_recurring(w: Work, viewer: Viewer, **given: Unpack[RecurringFields]) -> RecurringTicket:
    """The first ticket comes with the first occurrence that lies in the future."""
    viewer.require("settings.edit")
    values = _accepted(w.session, Form({"tags": [], **given}, _RECURRING, _REQUIRED), {}, None)
    return create(w, viewer, RecurringTicket(**values, next_at=_next(values, w.now)))


def update_recurring(w: Work, viewer: Viewer, recurring_id: int, **given: Unpack[RecurringFields]) -> RecurringTicket:
    """Another rhythm, or being taken up again, begins with the next occurrence from now on."""
    viewer.require("settings.edit")
    row = get(w.session, RecurringTicket, recurring_id, lock=True)
    now = {name: getattr(row, name) for name in _RECURRING}
    values = _accepted(w.session, Form(given, _RECURRING), now, recurring_id)
    begins_anew = any(name in values and values[name] != now[name] for name in ("rule", "starts", "timezone", "active"))
    update(w, viewer, row, values)
    row.trouble = None
    if begins_anew:
        row.next_at = _next({**now, **values}, w.now)
    return row


def _accepted(session: Session, form: Form, now: Mapping[str, Any], recurring_id: int | None) -> dict[str, Any]:
    form.unique(session, RecurringTicket.name, but=recurring_id)
    for name in _REFERENCES:
        form.refers(session, getattr(RecurringTicket, f"{name}_id"))
    values = {**now, **form.values}
    _must_recur(form, values)
    _must_be_one_customers(session, form, values)
    return form.accepted()


def _must_recur(form: Form, values: Mapping[str, Any]) -> None:
    if all(name in values for name in ("rule", "starts", "timezone")):
        try:
            Recurrence(values["rule"], values["starts"], values["timezone"])
        except Refused as refused:
            form.refuse("rule", str(refused), refused.allowed)


def _must_be_one_customers(session: Session, form: Form, values: Mapping[str, Any]) -> None:
    for name, model in (("requester_id", User), ("site_id", Site)):
        if values.get(name) is None or values.get("customer_id") is None:
            continue
        own = select(model.id).where(model.id == values[name], model.customer_id == values["customer_id"])
        if session.scalar(own) is None:
            form.refuse(name, "belongs to another customer")


def _next(values: Mapping[str, Any], now: datetime) -> datetime | None:
    if not values.get("active", True):
        return None
    return Recurrence(values["rule"], values["starts"], values["timezone"]).first(now)


@dataclass
class Opened:
    """What one run did: ticket ids by template, and the templates that failed with the reason."""

    tickets: dict[int, int] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)


def open_due(db: Database) -> Opened:
    """Opens what has come due, each occurrence once, however often this runs. One template that fails holds up no other."""
    done = Opened()
    with db.read() as session:
        due = store.due(session, db.clock.now())
    for recurring_id in due:
        try:
            with db.work() as w:
                ticket_id = _open(w, recurring_id)
        except Exception as error:
            why = str(error) if isinstance(error, DomainError) else f"{type(error).__name__}: {error}"
            done.failed[recurring_id] = why
            with db.work() as w:
                get(w.session, RecurringTicket, recurring_id, lock=True).trouble = why
        else:
            if ticket_id is not None:
                done.tickets[recurring_id] = ticket_id
    return done


def _open(w: Work, recurring_id: int) -> int | None:
    row = get(w.session, RecurringTicket, recurring_id, lock=True)
    if not row.active or row.next_at is None:
        return None
    due = Recurrence(row.rule, row.starts, row.timezone).due(row.next_at, w.now)
    if due is None:
        return None
    row.next_at = due.next_at
    new, row.trouble = _new_ticket(w, row)
    if w.session.get(RecurringRun, (recurring_id, due.occurrence)) is not None:
        return None
    ticket = receive(w, SYSTEM, new)
    doers = [ticket.assignee_id] if ticket.assignee_id else team_of(w.session, ticket)
    tell_about(w, "recurring_opened", ticket, {"schedule": row.name}, agents=doers)
    w.session.add(
        RecurringRun(
            recurring_id=row.id,
            occurrence=due.occurrence,
            ticket_id=ticket.id,
            opened_at=w.now,
            missed=due.missed,
        )
    )
    return ticket.id


def _new_ticket(w: Work, row: RecurringTicket) -> tuple[NewTicket, str | None]:
    """The ticket, and what it has to do without: work is not left undone because somebody left."""
    references = {name: getattr(row, f"{name}_id") for name in _REFERENCES}
    gone = no_longer_offered(w.session, references, _SPARED)
    references |= dict.fromkeys(gone)
    new = NewTicket(subject=row.subject, body=row.body, channel=CHANNEL, tags=tuple(row.tags), **references)
    return new, f"opened without its {' and '.join(gone)}, no longer on offer" if gone else None
