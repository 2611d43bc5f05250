"""A ticket's clocks as people read them: what is left, and the arithmetic that leads there. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core_psa.sla import clocks
from core_psa.sla.clocks import Clock, ClockState, Interval, Kind, Terms, TimeOf

CalendarName = Callable[[int], str]


@dataclass(frozen=True)
class Line:
    """One interval. A running one counts up to now and has no end; `total` is the clock's after it."""

    started_at: datetime
    ended_at: datetime | None
    began: str
    ended: str | None
    worked: timedelta
    total: timedelta
    budget: timedelta | None
    calendar: str
    calendar_version: int
    always_open: bool


@dataclass(frozen=True)
class ClockView:
    """`consumed` is business time, `actual` real time from its start to its end or now. `left` is negative once it is overdue."""

    kind: Kind
    cycle: int
    state: ClockState
    started_at: datetime
    stopped_at: datetime | None
    budget: timedelta | None
    always_open: bool
    consumed: timedelta
    actual: timedelta
    due_at: datetime | None
    breached_at: datetime | None
    lines: Sequence[Line] = ()

    @property
    def left(self) -> timedelta | None:
        return None if self.budget is None else self.budget - self.consumed

    def share(self, of: timedelta) -> float | None:
        """Which part of the budget `of` is; None where nothing is promised."""
        return None if self.budget is None else of / self.budget


def views(every: Sequence[Clock], now: datetime, time_of: TimeOf, name_of: CalendarName) -> list[ClockView]:
    return [_view(clock, now, time_of, name_of) for clock in every]


def _view(clock: Clock, now: datetime, time_of: TimeOf, name_of: CalendarName) -> ClockView:
    end = clock.stopped_at or max(now, clock.started_at)
    return ClockView(
        kind=clock.kind,
        cycle=clock.cycle,
        state=clock.state,
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        budget=clock.terms.budget,
        always_open=clock.terms.always_open,
        consumed=clocks.consumed(clock, now, time_of),
        actual=end - clock.started_at,
        due_at=clocks.due_at(clock, time_of),
        breached_at=clocks.with_breach(clock, now, time_of).breached_at,
        lines=[_line(clock, interval, now, time_of, name_of) for interval in clock.intervals],
    )


def _line(clock: Clock, interval: Interval, now: datetime, time_of: TimeOf, name_of: CalendarName) -> Line:
    total = clocks.consumed(clock, now, time_of) if interval.total is None else interval.total
    terms: Terms = interval.terms
    return Line(
        started_at=interval.started_at,
        ended_at=interval.ended_at,
        began=interval.began,
        ended=interval.ended,
        worked=total - clock.consumed if interval.worked is None else interval.worked,
        total=total,
        budget=terms.budget,
        calendar=name_of(terms.calendar_id),
        calendar_version=terms.calendar_version,
        always_open=terms.always_open,
    )
