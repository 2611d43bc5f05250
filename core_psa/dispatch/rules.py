"""When an agent has time, decided over plain values."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core_psa.db.weeks import Hours

USUAL_LENGTH = timedelta(hours=1)
LONGEST = timedelta(days=14)
# Where nobody keeps shifts for an agent.
_USUAL_START = 9 * 60


class Span(NamedTuple):
    """From its first instant up to its last, which is not part of it."""

    starts_at: datetime
    ends_at: datetime


def day_of(day: date, zone: ZoneInfo) -> Span:
    """A day by the clock of a zone; 23 or 25 hours long where the clock is changed."""
    return Span(midnight(day, zone), midnight(day + timedelta(days=1), zone))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def overlap(one: Span, other: Span) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def first_free(
    day: date, zone: ZoneInfo, shifts: Collection[Hours], taken: Sequence[Span], length: timedelta = USUAL_LENGTH
) -> Span:
    """The first span of this length on the day that nothing takes, from the beginning of the shift on."""
    begins = min((shift.starts for shift in shifts if shift.weekday == day.weekday()), default=_USUAL_START)
    at = datetime.combine(day, time(begins // 60, begins % 60), zone)
    for busy in sorted(taken):
        if overlap(Span(at, at + length), busy):
            at = max(at, busy.ends_at)
    return Span(at, at + length)
