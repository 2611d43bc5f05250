"""One clock: a promise, how much of it is used up, and the ledger of how that came about. Pure.

Every move closes the running interval with its exact business time and opens the next, so that no minute is lost or
invented: what a clock has consumed is the sum of its closed intervals, whatever calendar each was counted in. A deadline is
the end of what is left, counted from when the clock last began to run; one that is passed breaches the clock for good.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from core_psa.sla.rules import BeyondCalendar

Kind = Literal["response", "update", "resolution"]
KINDS: tuple[Kind, ...] = ("response", "update", "resolution")
ClockState = Literal["running", "paused", "stopped"]

_NOTHING = timedelta(0)


class BusinessTime(Protocol):
    """What arithmetic needs of a calendar: see `rules.CompiledCalendar`."""

    def elapsed(self, start: datetime, end: datetime) -> timedelta: ...

    def deadline(self, start: datetime, budget: timedelta) -> datetime: ...


@dataclass(frozen=True)
class Terms:
    """How a clock counts: against which budget (None promises nothing), and in which version of which calendar.

    An `always_open` clock counts real time, whatever its calendar says.
    """

    budget: timedelta | None
    calendar_id: int
    calendar_version: int
    always_open: bool = False


TimeOf = Callable[[Terms], BusinessTime]


@dataclass(frozen=True)
class Interval:
    """One stretch in which a clock ran. `total` is what the clock had consumed when it ended."""

    started_at: datetime
    began: str
    terms: Terms
    ended_at: datetime | None = None
    ended: str | None = None
    worked: timedelta | None = None
    total: timedelta | None = None
    id: int | None = None


@dataclass(frozen=True)
class Clock:
    """Running from `running_since`; stopped at `stopped_at`; paused where neither is set.

    `intervals` are those at hand, oldest first: of a stored clock the last one only. `told` is the highest share, in per
    cent, that somebody has been told of. `answered` says that an agent's word has stopped it, not the end of the work.
    """

    kind: Kind
    cycle: int
    started_at: datetime
    terms: Terms
    consumed: timedelta = _NOTHING
    running_since: datetime | None = None
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    told: int = 0
    answered: bool = False
    intervals: tuple[Interval, ...] = ()
    id: int | None = None

    @property
    def state(self) -> ClockState:
        return "stopped" if self.stopped_at else "running" if self.running_since else "paused"


def started(kind: Kind, cycle: int, at: datetime, terms: Terms, why: str, *, running: bool = True) -> Clock:
    """A new clock; one that is not to run waits without an interval."""
    clock = Clock(kind, cycle, at, terms)
    return _opened(clock, at, why) if running else clock


def paused(clock: Clock, at: datetime, why: str, time_of: TimeOf) -> Clock:
    return _closed(clock, at, why, time_of)


def resumed(clock: Clock, at: datetime, why: str) -> Clock:
    """Runs on with what was left, also after it had stopped."""
    return clock if clock.running_since else _opened(replace(clock, stopped_at=None), at, why)


def stopped(clock: Clock, at: datetime, why: str, time_of: TimeOf) -> Clock:
    return replace(_closed(clock, at, why, time_of), stopped_at=_not_before(clock, at))


def recounted(clock: Clock, at: datetime, terms: Terms, why: str, time_of: TimeOf) -> Clock:
    """Goes on under other terms; what was consumed stays. An interval of no length yet simply takes the new terms."""
    if clock.terms == terms:
        return clock
    if clock.running_since is None:
        return replace(clock, terms=terms)
    if clock.running_since >= at:
        anew = replace(clock.intervals[-1], terms=terms)
        return replace(clock, terms=terms, intervals=(*clock.intervals[:-1], anew))
    return _opened(replace(_closed(clock, at, why, time_of), terms=terms), at, why)


def consumed(clock: Clock, at: datetime, time_of: TimeOf) -> timedelta:
    """Business time used up by then."""
    if clock.running_since is None:
        return clock.consumed
    return clock.consumed + time_of(clock.terms).elapsed(clock.running_since, _not_before(clock, at))


def due_at(clock: Clock, time_of: TimeOf) -> datetime | None:
    """When a running clock's budget is used up: never before it began to run, and None where nothing is promised."""
    return reached_at(clock, 100, time_of)


def reached_at(clock: Clock, percent: int, time_of: TimeOf) -> datetime | None:
    """When a running clock has used up this share of its budget: an instant of business time, not a share of the wall clock's."""
    if clock.running_since is None or clock.terms.budget is None:
        return None
    try:
        left = clock.terms.budget * percent / 100 - clock.consumed
        return time_of(clock.terms).deadline(clock.running_since, left)
    except BeyondCalendar:  # a calendar that is hardly ever open: never, as far as anybody living is concerned
        return None


def _opened(clock: Clock, at: datetime, why: str) -> Clock:
    return replace(clock, running_since=at, intervals=(*clock.intervals, Interval(at, why, clock.terms)))


def _closed(clock: Clock, at: datetime, why: str, time_of: TimeOf) -> Clock:
    """Without its running interval, which it now has behind it; breached if that reached beyond the deadline."""
    if clock.running_since is None:
        return clock
    at = _not_before(clock, at)
    total = consumed(clock, at, time_of)
    closed = replace(clock.intervals[-1], ended_at=at, ended=why, worked=total - clock.consumed, total=total)
    return replace(
        with_breach(clock, at, time_of), consumed=total, running_since=None, intervals=(*clock.intervals[:-1], closed)
    )


def with_breach(clock: Clock, at: datetime, time_of: TimeOf) -> Clock:
    """Breached if the deadline lies before `at`, and for good."""
    due = due_at(clock, time_of) if clock.breached_at is None else None
    return replace(clock, breached_at=due) if due and at > due else clock


def _not_before(clock: Clock, at: datetime) -> datetime:
    """A clock never runs backwards, even where two machines disagree about the time."""
    return max(at, clock.running_since or clock.started_at)
