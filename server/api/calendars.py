"""Business calendars over the API, and arithmetic in their time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from core_psa.db import Work
from core_psa.errors import FieldError, Invalid
from core_psa.retiring.actions import set_active
from core_psa.sla import actions, store
from core_psa.sla.actions import CalendarFields
from core_psa.sla.holidays import OwnHoliday, PublicHolidays, usual_years
from core_psa.sla.icalendar import whole_days
from core_psa.sla.rules import EARLIEST, LATEST, BeyondCalendar, CalendarSpec, CompiledCalendar, compile_calendar
from core_psa.sla.tables import Calendar
from core_psa.viewer import Viewer
from server.api.deps import Api
from server.api.models import (
    DEFAULT,
    MAX_LISTED,
    NOT_GIVEN,
    Body,
    Cursor,
    Key,
    Limit,
    Listed,
    Moment,
    Name,
    Record,
    WeekHours,
    WithInactive,
    Zone,
    hours,
    listed,
    week,
)
from server.api.router import api_router

router = api_router("calendars")

# Nineteen years of real time: longer promises are mistakes.
MAX_MINUTES = 10_000_000
Year = Annotated[int, Field(ge=EARLIEST.year, lt=LATEST.year)]
Countable = Annotated[
    Moment,
    Query(ge=datetime.combine(EARLIEST, time(), UTC), lt=datetime.combine(LATEST, time(), UTC)),
]


class HolidayBody(Body):
    day: date
    name: Name
    yearly: bool = Field(default=False, description="returns on its date in each of the years")


class PublicHolidaysBody(Body):
    country: Annotated[str, Field(max_length=10, description="ISO 3166 code", examples=["DE"])]
    subdivision: Annotated[str, Field(max_length=20, examples=["BY"])] | None = None


class Years(Body):
    first: Year
    last: Year


class CalendarBody(Body):
    """The whole calendar. Without windows, or always open, its time is real time.

    Public and yearly holidays are resolved into days for `years` (from last year to three years ahead) and stored as such.
    """

    name: Name
    timezone: Zone
    always_open: bool = False
    is_default: bool = NOT_GIVEN
    windows: Annotated[list[WeekHours], Field(default_factory=list, max_length=MAX_LISTED)]
    holidays: Annotated[list[HolidayBody], Field(default_factory=list, max_length=MAX_LISTED)]
    public_holidays: PublicHolidaysBody | None = None
    years: Years | None = None


class CalendarChange(CalendarBody):
    """Left out, `active` stays as it is. The default, and one that somebody's hours are, is not retired."""

    active: bool = NOT_GIVEN


class HolidayOut(Record):
    day: date
    name: str


class CalendarFile(Body):
    file: Annotated[str, Field(max_length=1024 * 1024, description="its text, as RFC 5545 has it")]


class DaysOut(BaseModel):
    """`left_out` counts what is no holiday: what has an hour, or repeats otherwise than every year."""

    holidays: list[HolidayOut]
    left_out: int


class CalendarOut(Record):
    """`version` rises with every change."""

    id: int
    name: str
    timezone: str
    always_open: bool
    is_default: bool
    active: bool
    version: int
    windows: list[WeekHours]
    holidays: list[HolidayOut]


class DeadlineOut(Record):
    """`deadline` is the first instant, not before `start`, by which so many minutes of business time have passed."""

    calendar_id: int
    start: datetime
    minutes: float
    deadline: datetime


class ElapsedOut(Record):
    """`minutes` of business time lie between the two instants; negative when `end` comes first."""

    calendar_id: int
    start: datetime
    end: datetime
    minutes: float


@router.get("/calendars")
def list_calendars(
    api: Api, cursor: Cursor = None, limit: Limit = DEFAULT, inactive: WithInactive = False
) -> Listed[CalendarOut]:
    with api.db.read() as session:
        page = store.calendar_page(session, api.viewer, cursor, limit, inactive=inactive)
        shapes = _calendars(session, page.rows)
        return listed(page, lambda calendar: shapes[calendar.id])


@router.post("/calendars", status_code=201)
def create_calendar(api: Api, body: CalendarBody) -> CalendarOut:
    with api.db.work() as w:
        calendar = actions.create_calendar(w, api.viewer, **_own_fields(body))
        return _with_hours(w, api.viewer, calendar.id, body)


@router.post("/calendars/days-of-a-file")
def read_file(api: Api, body: CalendarFile) -> DaysOut:
    """The whole days of an iCalendar file, from last year to three years ahead. Nothing is stored."""
    api.viewer.require("calendars.edit")
    found = whole_days(body.file, usual_years(api.now))
    return DaysOut(holidays=[HolidayOut(day=d, name=n) for d, n in found.days.items()], left_out=found.left_out)


@router.get("/calendars/{calendar_id}")
def get_calendar(api: Api, calendar_id: Key) -> CalendarOut:
    with api.db.read() as session:
        return _calendars(session, [store.calendar(session, api.viewer, calendar_id)])[calendar_id]


@router.put("/calendars/{calendar_id}")
def replace_calendar(api: Api, calendar_id: Key, body: CalendarChange) -> CalendarOut:
    """Clocks that count in a calendar go on doing so when it is retired."""
    with api.db.work() as w:
        actions.update_calendar(w, api.viewer, calendar_id, **_own_fields(body))
        if "active" in body.model_fields_set:
            set_active(w, api.viewer, Calendar, calendar_id, body.active)
        return _with_hours(w, api.viewer, calendar_id, body)


@router.get("/calendars/{calendar_id}/deadline")
def deadline(
    api: Api, calendar_id: Key, start: Countable, minutes: Annotated[float, Query(ge=0, le=MAX_MINUTES)]
) -> DeadlineOut:
    """When a budget of business minutes that begins at `start` is used up."""
    with _answerable(), api.db.read() as session:
        due = _calendar(session, api.viewer, calendar_id).deadline(start, timedelta(minutes=minutes))
    return DeadlineOut(calendar_id=calendar_id, start=start, minutes=minutes, deadline=due)


@router.get("/calendars/{calendar_id}/elapsed")
def elapsed(api: Api, calendar_id: Key, start: Countable, end: Countable) -> ElapsedOut:
    """How much business time lies between two instants."""
    with _answerable(), api.db.read() as session:
        passed = _calendar(session, api.viewer, calendar_id).elapsed(start, end)
    return ElapsedOut(calendar_id=calendar_id, start=start, end=end, minutes=passed / timedelta(minutes=1))


@contextmanager
def _answerable() -> Iterator[None]:
    """A time that no calendar knows is the caller's mistake, and the arithmetic cannot tell in which field."""
    try:
        yield
    except BeyondCalendar as beyond:
        raise Invalid(FieldError("start", str(beyond))) from beyond


def _calendar(session: Session, viewer: Viewer, calendar_id: int) -> CompiledCalendar:
    store.calendar(session, viewer, calendar_id)
    return _compiled(store.spec_of(session, calendar_id))


@lru_cache(maxsize=16)
def _compiled(spec: CalendarSpec) -> CompiledCalendar:
    return compile_calendar(spec, *store.FIRST_YEARS)


def _own_fields(body: CalendarBody) -> CalendarFields:
    fields: CalendarFields = {"name": body.name, "timezone": body.timezone, "always_open": body.always_open}
    return {**fields, "is_default": body.is_default} if "is_default" in body.model_fields_set else fields


def _with_hours(w: Work, viewer: Viewer, calendar_id: int, body: CalendarBody) -> CalendarOut:
    public = body.public_holidays
    actions.set_windows(w, viewer, calendar_id, hours(body.windows))
    calendar = actions.set_holidays(
        w,
        viewer,
        calendar_id,
        [OwnHoliday(holiday.day, holiday.name, holiday.yearly) for holiday in body.holidays],
        PublicHolidays(public.country, public.subdivision) if public else None,
        range(body.years.first, body.years.last + 1) if body.years else None,
    )
    return _calendars(w.session, [calendar])[calendar_id]


def _calendars(session: Session, calendars: Sequence[Calendar]) -> dict[int, CalendarOut]:
    ids = [calendar.id for calendar in calendars]
    windows, holidays = store.windows_of(session, ids), store.holidays_of(session, ids)
    return {
        calendar.id: CalendarOut.of(
            calendar,
            windows=week(windows.get(calendar.id, [])),
            holidays=[HolidayOut.of(day) for day in holidays.get(calendar.id, [])],
        )
        for calendar in calendars
    }
