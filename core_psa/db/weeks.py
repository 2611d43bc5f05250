"""Recurring hours of a week, as shifts and opening windows are written: a weekday (0 = Monday) and two minutes of the day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from core_psa.errors import FieldError

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MINUTES_A_DAY = 1440


class Hours(NamedTuple):
    """From minute `starts` to minute `ends` of one weekday; 1440 is the midnight after. Over midnight is written as two."""

    weekday: int
    starts: int
    ends: int

    def __str__(self) -> str:
        return f"{DAYS[self.weekday]} {clock_face(self.starts)} to {clock_face(self.ends)}"


def clock_face(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def week_errors(field: str, week: Sequence[Hours]) -> list[FieldError]:
    """Everything wrong with these hours; an error names the entry by its position, as in `shifts.2`."""
    errors = [FieldError(f"{field}.{i}", wrong) for i, hours in enumerate(week) if (wrong := _wrong(hours))]
    return errors or [
        FieldError(field, f"{first} and {second} overlap")
        for day in _by_day(week)
        for first, second in pairwise(day)
        if second.starts < first.ends
    ]


def _wrong(hours: Hours) -> str | None:
    if not 0 <= hours.weekday <= 6:
        return f"{hours.weekday} is no weekday: 0 is Monday, 6 is Sunday"
    if not 0 <= hours.starts < hours.ends <= MINUTES_A_DAY:
        return f"needs 0 <= start < end <= {MINUTES_A_DAY} minutes, not {hours.starts} to {hours.ends}"
    return None


def _by_day(week: Iterable[Hours]) -> Iterable[list[Hours]]:
    days: dict[int, list[Hours]] = defaultdict(list)
    for hours in sorted(week):
        days[hours.weekday].append(hours)
    return days.values()
