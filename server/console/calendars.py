"""Business calendars: their list, and the page one of them is changed on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Path
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.db.weeks import DAYS, Hours, clock_face
from core_psa.errors import Conflict, FieldError, Invalid
from core_psa.retiring.actions import set_active
from core_psa.sla import actions, store
from core_psa.sla.holidays import OwnHoliday, PublicHolidays, usual_years
from core_psa.sla.icalendar import whole_days
from core_psa.sla.tables import Calendar
from server.console.forms import EMPTY, Form, Posted, problems
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/administration/calendars")

CalendarKey = Annotated[int, Path(ge=1, le=2**62)]

_LARGEST = 1024 * 1024
_WINDOW = re.compile(r"(\d{1,2}):(\d{2})\s*(?:-|–|to)\s*(\d{1,2}):(\d{2})")
_HOLIDAY = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(.+)")


@dataclass(frozen=True)
class Read:
    """How many days a file added to the form, and how many of its events are no holidays."""

    added: int
    left_out: int


@router.get("")
def calendars_page(visit: Console, cursor: str | None = None) -> Response:
    with visit.db.read() as session:
        found = store.calendar_page(session, visit.viewer, cursor, inactive=True)
        windows = store.windows_of(session, [calendar.id for calendar in found.rows])
    return page(
        visit, "sla/calendars.html", found=found, windows=windows, first=cursor is None, week_in_words=_in_words
    )


@router.get("/new")
def new_calendar(visit: Console) -> Response:
    visit.viewer.require("calendars.edit")
    return _form(visit, None)


@router.get("/{calendar_id}")
def calendar_page(calendar_id: CalendarKey, visit: Console) -> Response:
    return _form(visit, calendar_id)


@router.post("/new")
def create(visit: Console, form: Posted) -> Response:
    return _save(visit, None, form)


@router.post("/{calendar_id}")
def change(calendar_id: CalendarKey, visit: Console, form: Posted) -> Response:
    return _save(visit, calendar_id, form)


@router.post("/new/read")
def read_for_new(visit: Console, form: Posted) -> Response:
    return _read(visit, None, form)


@router.post("/{calendar_id}/read")
def read(calendar_id: CalendarKey, visit: Console, form: Posted) -> Response:
    return _read(visit, calendar_id, form)


def _read(visit: Visit, calendar_id: int | None, form: Form) -> Response:
    """The form with the days of an iCalendar file among those it has: to be looked at, and saved or not."""
    visit.viewer.require("calendars.edit")
    try:
        own = {holiday.day: holiday.name for holiday in _holidays(form)}
        found = whole_days(_file(form), usual_years(visit.db.clock.now()))
    except Invalid as error:
        return _form(visit, calendar_id, form, problems(error))
    days = sorted((found.days | own).items())
    filled = form.adding("holidays", ["\n".join(f"{day} {name}" for day, name in days)])
    return _form(visit, calendar_id, filled, read=Read(len(days) - len(own), found.left_out))


def _file(form: Form) -> str:
    if not form.files:
        raise Invalid(FieldError("file", "choose the file of a calendar (.ics)"))
    written = form.files[0].file.read(_LARGEST + 1)
    if len(written) > _LARGEST:
        raise Invalid(FieldError("file", f"must stay within {_LARGEST // 1024} KiB"))
    return written.decode("utf-8", "replace")


def _save(visit: Visit, calendar_id: int | None, form: Form) -> Response:
    visit.viewer.require("calendars.edit")
    try:
        with visit.db.work() as w:
            saved = _written(w, visit, calendar_id, form)
    except (Invalid, Conflict) as error:
        return _form(visit, calendar_id, form, problems(error))
    return RedirectResponse(f"/administration/calendars/{saved}?saved=1", 303)


def _written(w: Work, visit: Visit, calendar_id: int | None, form: Form) -> int:
    fields = actions.CalendarFields(
        name=form.text("name"), timezone=form.text("timezone"), always_open="on" in form.texts("always_open")
    )
    if "on" in form.texts("is_default"):
        fields["is_default"] = True
    if calendar_id is None:
        calendar_id = actions.create_calendar(w, visit.viewer, **fields).id
    else:
        actions.update_calendar(w, visit.viewer, calendar_id, **fields)
        if form.given("active"):
            set_active(w, visit.viewer, Calendar, calendar_id, "on" in form.texts("active"))
    actions.set_windows(w, visit.viewer, calendar_id, _week(form))
    country, part = form.text("country").strip().upper(), form.text("subdivision").strip().upper()
    public = PublicHolidays(country, part or None) if country else None
    actions.set_holidays(w, visit.viewer, calendar_id, _holidays(form), public)
    return calendar_id


def _week(form: Form) -> list[Hours]:
    return [hours for day in range(7) for hours in _hours(day, form.text(f"day_{day}"))]


def _hours(day: int, written: str) -> Sequence[Hours]:
    """'09:00-12:00, 13:00-17:00' as a day's windows. Raises Invalid."""
    found = []
    for part in filter(None, (part.strip() for part in written.split(","))):
        match = _WINDOW.fullmatch(part)
        if match is None:
            raise Invalid(FieldError(f"day_{day}", f"'{part[:40]}' is not a time such as 09:00-17:00"))
        hours, minutes, to_hours, to_minutes = map(int, match.groups())
        found.append(Hours(day, hours * 60 + minutes, to_hours * 60 + to_minutes))
    return found


def _holidays(form: Form) -> list[OwnHoliday]:
    """One a line, as '2026-12-24 Christmas Eve'. Raises Invalid."""
    found = []
    for line in filter(None, (line.strip() for line in form.text("holidays").splitlines())):
        match = _HOLIDAY.fullmatch(line)
        try:
            found.append(OwnHoliday(date.fromisoformat(match[1]), match[2]))  # type: ignore[index]
        except (ValueError, TypeError):
            raise Invalid(FieldError("holidays", f"'{line[:60]}' is not a day and a name")) from None
    return found


def _form(
    visit: Visit,
    calendar_id: int | None,
    form: Form = EMPTY,
    errors: dict[str, str] | None = None,
    read: Read | None = None,
) -> Response:
    with visit.db.read() as session:
        calendar = store.calendar(session, visit.viewer, calendar_id) if calendar_id else None
        week, holidays = _stored(session, calendar)
    return page(
        visit,
        "sla/calendar.html",
        status=422 if errors else 200,
        calendar=calendar,
        week=[(name, week.get(day, "")) for day, name in enumerate(DAYS)],
        holidays=form.text("holidays").splitlines() if form.given("holidays") else holidays,
        read=read,
        may_edit=visit.viewer.may("calendars.edit"),
        form=form,
        errors=errors or {},
    )


def _stored(session: Session, calendar: Calendar | None) -> tuple[dict[int, str], list[str]]:
    """The hours of each day and the holidays, as the form writes them."""
    if calendar is None:
        return dict.fromkeys(range(5), "09:00-17:00"), []
    week: dict[int, list[str]] = {}
    for hours in store.windows_of(session, [calendar.id]).get(calendar.id, []):
        week.setdefault(hours.weekday, []).append(f"{clock_face(hours.starts)}-{clock_face(hours.ends)}")
    days = store.holidays_of(session, [calendar.id]).get(calendar.id, [])
    return {day: ", ".join(each) for day, each in week.items()}, [f"{row.day} {row.name}" for row in days]


def _in_words(week: Sequence[Hours]) -> str:
    """'Mon–Fri 08:00–18:00' where days are alike, else each kind of day."""
    by_day: dict[int, str] = {}
    for hours in week:
        written = f"{clock_face(hours.starts)}–{clock_face(hours.ends)}"
        by_day[hours.weekday] = f"{by_day[hours.weekday]}, {written}" if hours.weekday in by_day else written
    runs: list[list[int]] = []
    for day in sorted(by_day):
        if runs and runs[-1][-1] == day - 1 and by_day[runs[-1][-1]] == by_day[day]:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "; ".join(
        f"{DAYS[run[0]][:3]}{'–' + DAYS[run[-1]][:3] if len(run) > 1 else ''} {by_day[run[0]]}" for run in runs
    )
