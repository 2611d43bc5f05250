"""Planning appointments and leaving hand-over notes."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypedDict, Unpack
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.records import get, save
from core_psa.desk import actions as desk
from core_psa.dispatch import rules, store
from core_psa.dispatch.tables import Appointment, HandOver
from core_psa.errors import FieldError, Invalid
from core_psa.organisation import store as organisation
from core_psa.organisation.tables import Agent
from core_psa.tickets import store as tickets
from core_psa.viewer import Viewer


class AppointmentFields(TypedDict, total=False):
    """`starts_at` and `ends_at` are aware. Either a ticket or a text says what it is for."""

    agent_id: int
    ticket_id: int | None
    text: str
    starts_at: datetime
    ends_at: datetime
    on_site: bool
    site_id: int | None


_APPOINTMENT: Mapping[str, fields.Parser] = {
    "agent_id": fields.record_id,
    "ticket_id": fields.optional(fields.record_id),
    "text": fields.text,
    "starts_at": fields.instant,
    "ends_at": fields.instant,
    "on_site": fields.flag,
    "site_id": fields.optional(fields.record_id),
}


def plan(w: Work, viewer: Viewer, **given: Unpack[AppointmentFields]) -> Appointment:
    """Needs an agent, a start and an end; a ticket is assigned to the agent. Raises Invalid, NotFound beyond the wall."""
    viewer.require("dispatch.edit")
    form = Form(given, _APPOINTMENT, ["agent_id", "starts_at", "ends_at"])
    values = _accepted(w.session, form, {"ticket_id": None, "text": ""})
    _assign(w, viewer, values.get("ticket_id"), values["agent_id"])
    return create(w, viewer, Appointment(**values))


def plan_on(w: Work, viewer: Viewer, ticket_id: int, agent_id: int, day: date) -> Appointment:
    """Plans a ticket for the agent's first free hour of a day."""
    viewer.require("dispatch.edit")
    agent = get(w.session, Agent, agent_id)
    zone = ZoneInfo(agent.timezone)
    whole = rules.day_of(day, zone)
    taken = [
        *(rules.Span(a.starts_at, a.ends_at) for a in store.between(w.session, [agent_id], *whole)),
        *(
            rules.Span(a.starts_at, a.ends_at)
            for a in organisation.absences_of(w.session, [agent_id]).get(agent_id, ())
        ),
    ]
    free = rules.first_free(day, zone, organisation.shifts_of(w.session, [agent_id]).get(agent_id, ()), taken)
    return plan(w, viewer, agent_id=agent_id, ticket_id=ticket_id, starts_at=free.starts_at, ends_at=free.ends_at)


def change(w: Work, viewer: Viewer, appointment_id: int, **given: Unpack[AppointmentFields]) -> Appointment:
    """Changes what was given; with another agent the ticket goes to them too."""
    viewer.require("dispatch.edit")
    row = get(w.session, Appointment, appointment_id, lock=True)
    standing = {name: getattr(row, name) for name in ("agent_id", "ticket_id", "text", "starts_at", "ends_at")}
    values = _accepted(w.session, Form(given, _APPOINTMENT), standing)
    if values.get("agent_id", row.agent_id) != row.agent_id:
        _assign(w, viewer, values.get("ticket_id", row.ticket_id), values["agent_id"])
    return update(w, viewer, row, values)


def move(w: Work, viewer: Viewer, appointment_id: int, agent_id: int, day: date, zone: ZoneInfo) -> Appointment:
    """To another agent or day, at the same time of day by the clock of `zone`."""
    row = store.appointment(w.session, viewer, appointment_id)
    starts_at = datetime.combine(day, row.starts_at.astimezone(zone).time(), zone)
    length = row.ends_at - row.starts_at
    return change(w, viewer, appointment_id, agent_id=agent_id, starts_at=starts_at, ends_at=starts_at + length)


def cancel(w: Work, viewer: Viewer, appointment_id: int) -> None:
    """The ticket stays with whom it is assigned to."""
    viewer.require("dispatch.edit")
    row = get(w.session, Appointment, appointment_id, lock=True)
    w.session.delete(row)
    audit.record(w, viewer, "deleted", "appointment", appointment_id, {"starts_at": [row.starts_at.isoformat(), None]})


def hand_over(w: Work, viewer: Viewer, text: str, team_id: int | None = None) -> HandOver:
    """A note to the next shift, of everybody or of one of the agent's own teams."""
    viewer.require("dispatch.see")
    viewer.require("tickets.edit")
    if viewer.agent_id is None:
        raise Invalid(FieldError("agent", "only an agent ends a shift"))
    if team_id is not None and team_id not in viewer.team_ids:
        raise Invalid(FieldError("team_id", "must be one of your own teams"))
    said = Form({"text": text.strip()}, {"text": fields.text}).accepted()["text"]
    if not said:
        raise Invalid(FieldError("text", "must not be empty"))
    row = HandOver(agent_id=viewer.agent_id, team_id=team_id, at=w.now, text=said)
    save(w.session, row)
    return row


def _accepted(session: Session, form: Form, standing: Mapping[str, Any]) -> dict[str, Any]:
    """The values, if together with what stands they make an appointment."""
    form.offers(session, Appointment.agent_id, standing.get("agent_id"))
    form.refers(session, Appointment.site_id)
    whole = {**standing, **form.values}
    if not whole.get("ticket_id") and not whole.get("text", "").strip():
        form.refuse("text", "say what it is for, or give a ticket")
    starts_at, ends_at = whole.get("starts_at"), whole.get("ends_at")
    if starts_at and ends_at and not starts_at < ends_at <= starts_at + rules.LONGEST:
        form.refuse("ends_at", f"must be after the start, and within {rules.LONGEST.days} days of it")
    return form.accepted()


def _assign(w: Work, viewer: Viewer, ticket_id: int | None, agent_id: int) -> None:
    if ticket_id is not None and tickets.get(w.session, viewer, ticket_id).assignee_id != agent_id:
        desk.assign(w, viewer, ticket_id, values={"assignee": agent_id})
