"""Changing business calendars. Every change raises the version, so that what was computed before can tell that it is old."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypedDict, Unpack

from sqlalchemy import delete, select

from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.records import get, save
from core_psa.db.weeks import Hours, week_errors
from core_psa.errors import Invalid
from core_psa.sla import store
from core_psa.sla.holidays import OwnHoliday, PublicHolidays, resolved, usual_years
from core_psa.sla.ledger_store import recount_all, recount_calendar
from core_psa.sla.rules import EARLIEST, LATEST
from core_psa.sla.tables import Calendar, CalendarHoliday, CalendarWindow, PastCalendar
from core_psa.viewer import Viewer


class CalendarFields(TypedDict, total=False):
    """`is_default` can be given to a calendar and leaves it only with another one's coming."""

    name: str
    timezone: str
    always_open: bool
    is_default: bool


_CALENDAR: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "timezone": fields.timezone,
    "always_open": fields.flag,
    "is_default": fields.flag,
}


def create_calendar(w: Work, viewer: Viewer, **given: Unpack[CalendarFields]) -> Calendar:
    """Needs a name and a time zone. Without windows its time is real time: see `set_windows` and `set_holidays`."""
    viewer.require("calendars.edit")
    form = Form(given, _CALENDAR, ["name", "timezone"])
    form.unique(w.session, Calendar.name)
    values = form.accepted()
    if values.get("is_default"):
        _take_default(w, viewer)
    return create(w, viewer, Calendar(**values))


def update_calendar(w: Work, viewer: Viewer, calendar_id: int, **given: Unpack[CalendarFields]) -> Calendar:
    viewer.require("calendars.edit")
    calendar = get(w.session, Calendar, calendar_id, lock=True)
    form = Form(given, _CALENDAR)
    form.unique(w.session, Calendar.name, but=calendar_id)
    if calendar.is_default and form.values.get("is_default") is False:
        form.refuse("is_default", "make another calendar the default instead")
    if form.values.get("is_default") and not calendar.active:
        form.refuse("is_default", f"the calendar {calendar.name} is retired")
    values = form.accepted()
    if values.get("is_default") and not calendar.is_default:
        _take_default(w, viewer)
    if all(getattr(calendar, name) == value for name, value in values.items()):
        return calendar
    return update(w, viewer, calendar, {**values, "version": _left_behind(w, calendar)})


def set_windows(w: Work, viewer: Viewer, calendar_id: int, week: Sequence[Hours]) -> Calendar:
    """Replaces the opening hours: several windows a day; one over midnight is written as two; none at all is real time."""
    viewer.require("calendars.edit")
    calendar = get(w.session, Calendar, calendar_id, lock=True)
    if errors := week_errors("windows", week):
        raise Invalid(*errors)
    before, after = store.windows_of(w.session, [calendar_id]).get(calendar_id, []), sorted(week)
    if before == after:
        return calendar
    version = _left_behind(w, calendar)
    w.session.execute(delete(CalendarWindow).where(CalendarWindow.calendar_id == calendar_id))
    windows = [CalendarWindow(calendar_id=calendar_id, weekday=d, opens=start, closes=end) for d, start, end in after]
    changes = {"windows": [[str(h) for h in before], [str(h) for h in after]]}
    return _changed(w, viewer, calendar, version, changes, windows)


def set_holidays(
    w: Work,
    viewer: Viewer,
    calendar_id: int,
    own: Sequence[OwnHoliday] = (),
    public: PublicHolidays | None = None,
    years: range | None = None,
) -> Calendar:
    """Replaces the holidays by these, resolved into days for these years (from last year to three years ahead)."""
    viewer.require("calendars.edit")
    calendar = get(w.session, Calendar, calendar_id, lock=True)
    _must_be_holidays(own)
    after = resolved(own, public, usual_years(w.now) if years is None else years)
    before = {row.day: row.name for row in store.holidays_of(w.session, [calendar_id]).get(calendar_id, [])}
    if before == after:
        return calendar
    version = _left_behind(w, calendar)
    w.session.execute(delete(CalendarHoliday).where(CalendarHoliday.calendar_id == calendar_id))
    days = [CalendarHoliday(calendar_id=calendar_id, day=day, name=name) for day, name in sorted(after.items())]
    return _changed(w, viewer, calendar, version, {"holidays": [_in_words(before), _in_words(after)]}, days)


def _must_be_holidays(own: Sequence[OwnHoliday]) -> None:
    names = {f"holidays.{i}.name": holiday.name for i, holiday in enumerate(own)}
    form = Form(names, dict.fromkeys(names, fields.name))
    for i, holiday in enumerate(own):
        if not EARLIEST <= holiday.day < LATEST:
            form.refuse(f"holidays.{i}.day", f"{holiday.day} is outside {EARLIEST} to {LATEST}")
    form.accepted()


def _left_behind(w: Work, calendar: Calendar) -> int:
    """Keeps the calendar as it is until now, and has the tickets counted in it follow. Returns the version to come."""
    spec = store.plain_spec(store.spec_of(w.session, calendar.id))
    w.session.add(PastCalendar(calendar_id=calendar.id, version=calendar.version, until=w.now, spec=spec))
    w.session.info.setdefault(store.CHANGED, set()).add(calendar.id)
    recount_calendar(w.session, calendar.id)
    return calendar.version + 1


def _changed(
    w: Work, viewer: Viewer, calendar: Calendar, version: int, changes: Mapping[str, Any], rows: Sequence[Any]
) -> Calendar:
    calendar.version = version
    save(w.session, *rows)
    audit.record(w, viewer, "updated", "calendar", calendar.id, changes)
    return calendar


def _take_default(w: Work, viewer: Viewer) -> None:
    recount_all(w.session)
    for other in w.session.scalars(select(Calendar).where(Calendar.is_default).with_for_update()):
        update(w, viewer, other, {"is_default": False, "version": _left_behind(w, other)})


def _in_words(days: Mapping[date, str]) -> list[str]:
    return [f"{day.isoformat()} {name}" for day, name in sorted(days.items())]
