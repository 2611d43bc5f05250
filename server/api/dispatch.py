"""Appointments, the dispatch board and hand-over notes over the API."""

from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query
from pydantic import AwareDatetime, Field

from core_psa.db.fields import FIRST_DAY, LAST_DAY, MAX_KEY
from core_psa.dispatch import actions, store
from core_psa.errors import FieldError, Invalid
from core_psa.organisation.store import desk_timezone
from core_psa.reads.board import board
from server.api.deps import Api
from server.api.models import (
    DEFAULT,
    NOT_GIVEN,
    Body,
    Cursor,
    Key,
    Limit,
    Listed,
    Moment,
    Record,
    RecordId,
    Text,
    listed,
)
from server.api.router import api_router

router = api_router("dispatch")


class AppointmentChange(Body):
    """Fields left out stay as they are."""

    agent_id: RecordId = NOT_GIVEN
    ticket_id: RecordId | None = NOT_GIVEN
    text: Text = NOT_GIVEN
    starts_at: Moment = NOT_GIVEN
    ends_at: Moment = NOT_GIVEN
    on_site: bool = NOT_GIVEN
    site_id: RecordId | None = NOT_GIVEN


class NewAppointment(AppointmentChange):
    """With a ticket, or a text that says what it is for. The ticket is assigned to the agent."""

    agent_id: RecordId
    starts_at: Moment
    ends_at: Moment


class AppointmentOut(Record):
    id: int
    agent_id: int
    ticket_id: int | None
    text: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    on_site: bool
    site_id: int | None


class LoadOut(Record):
    """An agent's week: minutes planned in it, and unsolved tickets."""

    agent_id: int
    name: str
    minutes_planned: int
    unsolved: int


class BoardOut(Record):
    monday: date
    agents: list[LoadOut]
    appointments: list[AppointmentOut]
    unassigned: list[int]
    unassigned_total: int


class NewHandOver(Body):
    text: Annotated[Text, Field(min_length=1)]
    team_id: RecordId | None = None


class HandOverOut(Record):
    id: int
    agent_id: int
    team_id: int | None
    at: AwareDatetime
    text: str


@router.get("/appointments")
def list_appointments(
    api: Api,
    agent: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None,
    after: Moment | None = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT,
) -> Listed[AppointmentOut]:
    """By time; `after` leaves out what was over by then."""
    with api.db.read() as session:
        page = store.appointment_page(session, api.viewer, cursor, limit, agent_id=agent, after=after)
        return listed(page, AppointmentOut.of)


@router.post("/appointments", status_code=201)
def plan(api: Api, body: NewAppointment) -> AppointmentOut:
    with api.db.work() as w:
        return AppointmentOut.of(actions.plan(w, api.viewer, **body.given()))


@router.patch("/appointments/{appointment_id}")
def change(api: Api, appointment_id: Key, body: AppointmentChange) -> AppointmentOut:
    with api.db.work() as w:
        return AppointmentOut.of(actions.change(w, api.viewer, appointment_id, **body.given()))


@router.delete("/appointments/{appointment_id}", status_code=204)
def cancel(api: Api, appointment_id: Key) -> None:
    with api.db.work() as w:
        actions.cancel(w, api.viewer, appointment_id)


def _within_reach(day: date) -> date:
    """Raises Invalid for a day whose week no calendar shows."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(FieldError("week", f"must lie between {FIRST_DAY} and {LAST_DAY}"))
    return day


@router.get("/dispatch")
def get_board(
    api: Api, week: date | None = None, team: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None
) -> BoardOut:
    """The week that holds this day, today's unless given, by the clock of the desk."""
    with api.db.read() as session:
        zone = ZoneInfo(desk_timezone(session))
        day = _within_reach(week) if week else api.now.astimezone(zone).date()
        monday = day - timedelta(days=day.weekday())
        shown = board(session, api.viewer, monday, zone, api.now, team)
    planned = {p.row.id: p.row for line in shown.lines for day in line.days for p in day.planned}
    return BoardOut(
        monday=monday,
        agents=[
            LoadOut(
                agent_id=line.agent.id,
                name=line.agent.name,
                minutes_planned=line.minutes_planned,
                unsolved=line.unsolved,
            )
            for line in shown.lines
        ],
        appointments=[AppointmentOut.of(row) for row in planned.values()],
        unassigned=[row.id for row in shown.unassigned],
        unassigned_total=shown.unassigned_total,
    )


@router.post("/hand-overs", status_code=201)
def hand_over(api: Api, body: NewHandOver) -> HandOverOut:
    """Leaves a note to the next shift. Only an agent ends a shift: a key is refused."""
    with api.db.work() as w:
        return HandOverOut.of(actions.hand_over(w, api.viewer, body.text, body.team_id))
