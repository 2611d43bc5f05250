"""Business-time arithmetic: how much working time lies between two instants, and when a budget of it is used up.

A calendar is written in wall-clock terms (weekdays, minutes of the day, holidays, a time zone) and compiled once into
sorted, disjoint UTC intervals with the open time that lies before each. Elapsed time and deadline are then two bisections
over the same lists and inverses of each other. Everything inside is whole microseconds since 1970; nothing is rounded.

Conventions:

- Lengths are real: a window that daylight saving shortens by an hour gives an hour less.
- A window's edge is the first instant at which a clock on the wall shows that time or later. An edge that the clock skips
  is the moment it jumps; of an hour that is shown twice, the first counts, and until it is over for the second time
  the calendar stays as it was when the clock was set back.
- A deadline that uses up the last of a window is the window's closing, not the next opening.
- A budget of nothing, or less, is due at its start, open or not.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core_psa.errors import DomainError, FieldError, Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

MINUTES_A_DAY = 1440
# Calendars answer for these days and no others: a mistyped year must not compile a thousand years of windows.
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_MINUTE_MICROS = 60_000_000
_DAY_MICROS = MINUTES_A_DAY * _MINUTE_MICROS


class CalendarInvalid(Invalid):
    """A calendar that cannot be compiled."""


class UnknownTimezone(CalendarInvalid):
    def __init__(self, timezone: str) -> None:
        super().__init__(FieldError("timezone", f"there is no time zone called {timezone!r}"))
        self.timezone = timezone


class WindowInvalid(CalendarInvalid):
    def __init__(self, window: Window) -> None:
        rule = f"a window needs a weekday 0-6 and 0 <= opens < closes <= {MINUTES_A_DAY} minutes"
        super().__init__(FieldError("windows", f"{rule}, not {window}"))
        self.window = window


class WindowsOverlap(CalendarInvalid):
    def __init__(self, first: Window, second: Window) -> None:
        super().__init__(FieldError("windows", f"{first} and {second} overlap"))
        self.first, self.second = first, second


class BeyondCalendar(DomainError):
    """The answer lies outside the years for which calendars are compiled."""

    def __init__(self, calendar: str) -> None:
        super().__init__(f"calendar {calendar!r} answers only for {EARLIEST} to {LATEST}")
        self.calendar = calendar


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Open from minute `opens` to minute `closes` of the day, on `weekday` (0 is Monday); 1440 is the midnight after."""

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (0 <= self.weekday <= 6 and 0 <= self.opens < self.closes <= MINUTES_A_DAY):
            raise WindowInvalid(self)


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """A business calendar as people write it. Without windows, or when `always_open`, its time is real time.

    Raises UnknownTimezone or WindowsOverlap. A window over midnight is written as two.
    """

    name: str
    timezone: str
    windows: tuple[Window, ...] = ()
    holidays: frozenset[date] = frozenset()
    always_open: bool = False

    def __post_init__(self) -> None:
        _zone(self.timezone)
        for first, second in pairwise(sorted(self.windows)):
            if first.weekday == second.weekday and second.opens < first.closes:
                raise WindowsOverlap(first, second)

    @property
    def is_real_time(self) -> bool:
        return self.always_open or not self.windows


class CompiledCalendar:
    """Answers for one calendar. Reaches further by whole decades when asked about a time it has not compiled yet.

    Instants are aware datetimes in any zone (a naive one raises TypeError); answers are in UTC. May be shared by threads.
    Raises BeyondCalendar when the answer lies outside EARLIEST to LATEST.
    """

    def __init__(self, spec: CalendarSpec, start: date, end: date) -> None:
        self.spec = spec
        self._open = _compile(spec, start, end)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Business time from `start` to `end`; negative when `end` comes first."""
        return timedelta(microseconds=self.elapsed_micros(to_micros(start), to_micros(end)))

    def deadline(self, start: datetime, budget: timedelta) -> datetime:
        """The first instant, not before `start`, by which `budget` of business time has passed."""
        return from_micros(self.deadline_micros(to_micros(start), budget_micros(budget)))

    def elapsed_micros(self, start: int, end: int) -> int:
        """`elapsed` in microseconds, between instants in microseconds since 1970."""
        intervals = self._open
        if not (intervals.first <= start <= intervals.last and intervals.first <= end <= intervals.last):
            intervals = self._reaching(min(start, end), max(start, end))
        return intervals.worked(end) - intervals.worked(start)

    def deadline_micros(self, start: int, budget: int) -> int:
        """`deadline` in microseconds since 1970, of a budget in microseconds."""
        intervals = self._open
        if not intervals.first <= start <= intervals.last:
            intervals = self._reaching(start, start)
        target = intervals.worked(start) + budget
        while target > intervals.total:
            # What is missing needs at least as much real time.
            intervals = self._reaching(start, intervals.last + target - intervals.total)
            target = intervals.worked(start) + budget
        return max(start, intervals.reached(target))

    def elapsed_many(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
        """`elapsed_micros` of each pair; both arrays of one shape, microseconds since 1970, and so is the answer."""
        if not starts.size:
            return starts.copy()
        low = min(int(starts.min()), int(ends.min()))
        high = max(int(starts.max()), int(ends.max()))
        intervals = self._reaching(low, high)
        return intervals.worked_many(ends) - intervals.worked_many(starts)

    def _reaching(self, low: int, high: int) -> _Intervals:
        """The intervals of a span that holds `low` and `high`, compiling further decades where they are missing.

        The finished intervals replace the old in one assignment, so that another thread sees either, never a mixture.
        """
        intervals = self._open
        if intervals.first <= low and high <= intervals.last:
            return intervals
        try:
            # A day either side, as days begin at other instants in the calendar's own zone.
            start = from_micros(min(low, intervals.first)).date() - _DAY
            end = from_micros(max(high, intervals.last)).date() + _DAY
            decades = date(start.year // 10 * 10, 1, 1), date(end.year // 10 * 10 + 10, 1, 1)
        except (OverflowError, ValueError):
            raise BeyondCalendar(self.spec.name) from None
        intervals = _compile(self.spec, max(decades[0], EARLIEST), min(decades[1], LATEST))
        if low < intervals.first or high > intervals.last:
            raise BeyondCalendar(self.spec.name)
        self._open = intervals
        return intervals


def compile_calendar(spec: CalendarSpec, start: date, end: date) -> CompiledCalendar:
    """The calendar ready to answer for the days from `start` up to `end`, and lazily for others."""
    return CompiledCalendar(spec, start, end)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 of an aware datetime."""
    return budget_micros(instant - _EPOCH)


def from_micros(instant: int) -> datetime:
    """The UTC datetime of so many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=instant)


def budget_micros(budget: timedelta) -> int:
    return (budget.days * 86_400 + budget.seconds) * 1_000_000 + budget.microseconds


@dataclass(frozen=True, slots=True)
class _Intervals:
    """Open intervals [opens, closes), sorted and apart, and the open time that lies before each.

    Good for instants from `first` to `last`. `opens` and `before` start with a sentinel of no length, so that
    every instant has an interval at or before it.
    """

    first: int
    last: int
    opens: list[int]
    closes: list[int]
    before: list[int]
    total: int

    def worked(self, instant: int) -> int:
        """Open time from the beginning of the span to `instant`."""
        at = bisect_right(self.opens, instant) - 1
        return self.before[at] + min(instant, self.closes[at]) - self.opens[at]

    def reached(self, target: int) -> int:
        """The first instant at which `worked` is `target`, which is at most `total`."""
        at = max(bisect_left(self.before, target) - 1, 0)
        return self.opens[at] + target - self.before[at]

    def worked_many(self, instants: NDArray[np.int64]) -> NDArray[np.int64]:
        import numpy as np

        opens, closes, before = (np.array(edges, dtype=np.int64) for edges in (self.opens, self.closes, self.before))
        at = np.searchsorted(opens, instants, side="right") - 1
        return before[at] + np.minimum(instants, closes[at]) - opens[at]


def _compile(spec: CalendarSpec, start: date, end: date) -> _Intervals:
    zone = _zone(spec.timezone)
    first, last = _first_showing(start, 0, zone), _first_showing(end, 0, zone)
    edges = [(first, last)] if spec.is_real_time else _open_edges(spec, zone, start, end)
    opens, closes, before, total = [first], [first], [0], 0
    for opening, closing in edges:
        if opening == closes[-1]:
            closes[-1] = closing
        else:
            opens.append(opening)
            closes.append(closing)
            before.append(total)
        total += closing - opening
    return _Intervals(first, last, opens, closes, before, total)


def _open_edges(spec: CalendarSpec, zone: ZoneInfo, start: date, end: date) -> Iterator[tuple[int, int]]:
    """Each window of each day in order, but for those that the clock skips altogether."""
    windows = defaultdict(list)
    for window in sorted(spec.windows):
        windows[window.weekday].append(window)
    midnight = _first_showing(start, 0, zone)
    for ordinal in range(start.toordinal(), end.toordinal()):
        day, begun = date.fromordinal(ordinal), midnight
        midnight = _first_showing(day, MINUTES_A_DAY, zone)
        if day in spec.holidays:
            continue
        for window in windows[day.weekday()]:
            if midnight - begun == _DAY_MICROS:  # no jump today: save two conversions
                yield begun + window.opens * _MINUTE_MICROS, begun + window.closes * _MINUTE_MICROS
                continue
            opening, closing = _first_showing(day, window.opens, zone), _first_showing(day, window.closes, zone)
            if opening < closing:
                yield opening, closing


def _first_showing(day: date, minute: int, zone: ZoneInfo) -> int:
    """The first instant at which a clock in `zone` shows that minute of the day, or later."""
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
    before, after = zone.utcoffset(wall), zone.utcoffset(wall.replace(fold=1))
    skipped = before is not None and after is not None and before < after
    return to_micros(_jump(wall) if skipped else wall)


def _jump(wall: datetime) -> datetime:
    """The instant, to the second, at which the clock jumps over `wall`: it reads less before and more from then on."""
    before, after = wall.replace(fold=1).astimezone(UTC), wall.astimezone(UTC)
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(wall.tzinfo).replace(tzinfo=None) < wall.replace(tzinfo=None):
            before = middle
        else:
            after = middle
    return after


def _zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownTimezone(timezone) from None
