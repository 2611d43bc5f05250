"""Queries on business calendars: their lists, and the compiled ones kept at hand. Which one counts: see `choice`."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.audit.known import Known
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.db.weeks import Hours
from core_psa.errors import NotFound
from core_psa.sla.rules import CalendarSpec, CompiledCalendar, Window, compile_calendar
from core_psa.sla.tables import Calendar, CalendarHoliday, CalendarWindow, PastCalendar
from core_psa.viewer import Viewer

_KEPT = 64
# Under this name a session keeps the ids of the calendars it has changed and not committed yet.
CHANGED = "changed calendars"
# Compiled at first; a calendar asked about other years reaches further by itself.
FIRST_YEARS = date(2020, 1, 1), date(2030, 1, 1)


def calendar_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    inactive: bool = False,
) -> Page[Calendar]:
    """Calendars by name; retired ones only if asked for."""
    viewer.require("calendars.see")
    query = select(Calendar) if inactive else select(Calendar).where(Calendar.active)
    return page(session, query, (Calendar.name, Calendar.id), cursor, limit)


def calendar(session: Session, viewer: Viewer, calendar_id: int) -> Calendar:
    viewer.require("calendars.see")
    return get(session, Calendar, calendar_id)


def windows_of(session: Session, calendar_ids: Collection[int]) -> dict[int, list[Hours]]:
    """Opening windows by calendar, of these calendars, in order."""
    query = select(CalendarWindow).where(CalendarWindow.calendar_id.in_(calendar_ids))
    rows = session.scalars(query.order_by(CalendarWindow.weekday, CalendarWindow.opens))
    return _grouped((row.calendar_id, Hours(row.weekday, row.opens, row.closes)) for row in rows)


def holidays_of(session: Session, calendar_ids: Collection[int]) -> dict[int, list[CalendarHoliday]]:
    """Holidays by calendar, of these calendars, in order."""
    query = select(CalendarHoliday).where(CalendarHoliday.calendar_id.in_(calendar_ids))
    return _grouped((row.calendar_id, row) for row in session.scalars(query.order_by(CalendarHoliday.day)))


def version_of(session: Session, calendar_id: int) -> int:
    """The present version. Raises NotFound."""
    return (_read_version if calendar_id in session.info.get(CHANGED, ()) else _VERSIONS.of)(session, calendar_id)


def _read_version(session: Session, calendar_id: int) -> int:
    version = session.scalar(select(Calendar.version).where(Calendar.id == calendar_id))
    if version is None:
        raise NotFound("calendar", calendar_id)
    return version


_VERSIONS = Known(_read_version)


def changes_since(session: Session, calendar_id: int, version: int) -> list[tuple[datetime, int]]:
    """When this version and those after it were left, and for which: (instant, next version), in order."""
    query = select(PastCalendar.until, PastCalendar.version + 1).where(
        PastCalendar.calendar_id == calendar_id, PastCalendar.version >= version
    )
    return [(until, after) for until, after in session.execute(query.order_by(PastCalendar.version))]


def spec_at(session: Session, calendar_id: int, version: int) -> CalendarSpec:
    """The calendar as it was at this version, past or present. Raises NotFound."""
    past = session.get(PastCalendar, (calendar_id, version))
    return spec_of(session, calendar_id) if past is None else spec_from(past.spec)


def spec_from(plain: Mapping[str, Any]) -> CalendarSpec:
    """What `plain_spec` wrote."""
    return CalendarSpec(
        name=plain["name"],
        timezone=plain["timezone"],
        windows=tuple(Window(*window) for window in plain["windows"]),
        holidays=frozenset(date.fromisoformat(day) for day in plain["holidays"]),
        always_open=plain["always_open"],
    )


def plain_spec(spec: CalendarSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "timezone": spec.timezone,
        "windows": [[w.weekday, w.opens, w.closes] for w in sorted(spec.windows)],
        "holidays": sorted(day.isoformat() for day in spec.holidays),
        "always_open": spec.always_open,
    }


def spec_of(session: Session, calendar_id: int) -> CalendarSpec:
    """The calendar as arithmetic reads it. Raises NotFound."""
    row = get(session, Calendar, calendar_id)
    days = select(CalendarHoliday.day).where(CalendarHoliday.calendar_id == calendar_id)
    return CalendarSpec(
        name=row.name,
        timezone=row.timezone,
        windows=tuple(Window(*hours) for hours in windows_of(session, [calendar_id]).get(calendar_id, ())),
        holidays=frozenset(session.scalars(days)),
        always_open=row.always_open,
    )


class CompiledCalendars:
    """The calendars of one store, compiled, one at a time by id and version, the least recently used forgotten.

    May be shared by threads; two that ask for the same new calendar at once may both compile it.
    """

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._compiled: OrderedDict[tuple[int, int], CompiledCalendar] = OrderedDict()

    def of(self, session: Session, calendar_id: int) -> CompiledCalendar:
        """The present version of this calendar. Raises NotFound."""
        return self.at(session, calendar_id, get(session, Calendar, calendar_id).version)

    def at(self, session: Session, calendar_id: int, version: int) -> CompiledCalendar:
        """This version, past or present. What a transaction has changed itself and may yet take back is not kept."""
        if calendar_id in session.info.get(CHANGED, ()):
            return _compiled_for_now(spec_at(session, calendar_id, version))
        key = calendar_id, version
        with self._lock:
            if key in self._compiled:
                self._compiled.move_to_end(key)
                return self._compiled[key]
        compiled = compile_calendar(spec_at(session, calendar_id, version), *FIRST_YEARS)
        with self._lock:
            self._compiled[key] = compiled
            while len(self._compiled) > self._kept:
                self._compiled.popitem(last=False)
        return compiled


@lru_cache(_KEPT)
def _compiled_for_now(spec: CalendarSpec) -> CompiledCalendar:
    """By what it says instead of its version, which another transaction may yet give to something else."""
    return compile_calendar(spec, *FIRST_YEARS)


# One store's calendars must not be taken for another's, so they are kept by engine, and go with it.
_KEPT_BY_ENGINE: WeakKeyDictionary[Any, CompiledCalendars] = WeakKeyDictionary()


def compiled(session: Session, calendar_id: int, version: int) -> CompiledCalendar:
    """This version of this calendar, compiled once for all who ask."""
    return _KEPT_BY_ENGINE.setdefault(session.get_bind(), CompiledCalendars()).at(session, calendar_id, version)


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
