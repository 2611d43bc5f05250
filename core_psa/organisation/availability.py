"""Whether an agent is at work at an instant, by their shifts, their absences and the clock of their own zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core_psa.db.weeks import DAYS, Hours, clock_face


class Away(NamedTuple):
    """An absence, from its first instant up to its last, which is not part of it."""

    starts_at: datetime
    ends_at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Schedule:
    """When an agent works. Without any shift the desk keeps none for them, and only absences count."""

    timezone: str
    shifts: Sequence[Hours] = ()
    absences: Sequence[Away] = ()
    active: bool = True


class Availability(NamedTuple):
    available: bool
    reason: str


def is_available(schedule: Schedule, at: datetime) -> Availability:
    """Whether the agent works at this instant, and why or why not, in words. `at` is aware."""
    if not schedule.active:
        return Availability(False, "no longer works here")
    local = at.astimezone(ZoneInfo(schedule.timezone))
    for away in schedule.absences:
        if away.starts_at <= at < away.ends_at:
            return Availability(False, _away(away, schedule.timezone))
    if not schedule.shifts:
        return Availability(True, "available, no shifts kept")
    minute = local.hour * 60 + local.minute
    for shift in schedule.shifts:
        if shift.weekday == local.weekday() and shift.starts <= minute < shift.ends:
            return Availability(True, f"on shift until {clock_face(shift.ends)}")
    return Availability(False, f"off shift until {_next(schedule.shifts, local.weekday(), minute)}")


def _away(away: Away, timezone: str) -> str:
    ends = away.ends_at.astimezone(ZoneInfo(timezone))
    day = f"{ends:%A} {ends.day} {ends:%B}"
    back = f"away until {day} {ends:%H:%M}" if ends.time() != time.min else f"away, back on {day}"
    return f"{back}: {away.reason}" if away.reason else back


def _next(shifts: Sequence[Hours], weekday: int, minute: int) -> str:
    """The shift that begins soonest after this minute of the week."""
    coming = min(shifts, key=lambda shift: _week_minute(shift.weekday - weekday, shift.starts - minute))
    return f"{DAYS[coming.weekday]} {clock_face(coming.starts)}"


def _week_minute(days: int, minutes: int) -> int:
    return (days * 1440 + minutes) % (7 * 1440)
