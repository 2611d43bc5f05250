"""A ticket's clocks without a store: one calendar, one policy, and words for what happens."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from core_psa.sla import clocks, promises
from core_psa.sla.clocks import KINDS, BusinessTime, Clock, Kind, Terms
from core_psa.sla.promises import Conduct, Happening, Speaker, State
from core_psa.sla.rules import CalendarSpec, Window, compile_calendar

YEARS = date(2025, 12, 1), date(2026, 12, 31)
OFFICE = compile_calendar(CalendarSpec("Office", "UTC", tuple(Window(day, 540, 1020) for day in range(5))), *YEARS)
ALWAYS = compile_calendar(CalendarSpec("24x7", "UTC", always_open=True), *YEARS)
NIGHT = compile_calendar(CalendarSpec("Nights", "UTC", tuple(Window(day, 0, 480) for day in range(7))), *YEARS)
CALENDARS = {1: OFFICE, 2: NIGHT}

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def time_of(terms: Terms) -> BusinessTime:
    return ALWAYS if terms.always_open else CALENDARS[terms.calendar_id]


def at(clock_face: str, day: int = 0) -> datetime:
    """A time of the day, so many days after a certain Monday; the office is open from nine to five."""
    hours, minutes = clock_face.split(":")
    return MONDAY.replace(hour=int(hours), minute=int(minutes)) + timedelta(days=day)


@dataclass
class Life:
    """One ticket. Budgets in minutes: response, update, resolution."""

    budgets: tuple[int | None, int | None, int | None] = (60, 120, 480)
    conduct: Conduct = field(default_factory=Conduct)
    calendar_id: int = 1
    always_open: bool = False
    state: State = "open"
    now: dict[Kind, Clock] = field(default_factory=dict)
    every: dict[tuple[Kind, int], Clock] = field(default_factory=dict)

    def opened(self, when: datetime, state: State = "open", created_at: datetime | None = None) -> "Life":
        self.state = state
        return self._happens(Happening(when, "opened", state, created_at=created_at or when))

    def happens(self, when: datetime, why: str, state: State | None = None, said: Speaker | None = None) -> "Life":
        self.state = state or self.state
        return self._happens(Happening(when, why, self.state, said))

    def replied(self, when: datetime, state: State | None = None) -> "Life":
        return self.happens(when, "agent replied", state, "agent")

    def asked(self, when: datetime, state: State | None = None) -> "Life":
        return self.happens(when, "customer wrote", state, "customer")

    def promised(self, when: datetime, why: str = "priority changed", **changes: object) -> "Life":
        """From now on other budgets, another calendar, or another conduct count."""
        for name, value in changes.items():
            setattr(self, name, value)
        return self.happens(when, why)

    def _happens(self, happening: Happening) -> "Life":
        moved = promises.after(self.now, happening, self._terms(), self.conduct, time_of)
        for clock in (clock for each in moved.values() for clock in each):
            self.every[clock.kind, clock.cycle] = clock
        self.now = promises.latest(self.now, moved)
        return self

    def _terms(self) -> dict[Kind, Terms]:
        budgets = zip(KINDS, self.budgets, strict=True)
        return {
            kind: Terms(None if b is None else timedelta(minutes=b), self.calendar_id, 1, self.always_open)
            for kind, b in budgets
        }

    def due(self, kind: Kind) -> datetime | None:
        return clocks.due_at(self.now[kind], time_of)

    def used(self, kind: Kind, when: datetime) -> int:
        """Minutes."""
        return int(clocks.consumed(self.now[kind], when, time_of) / timedelta(minutes=1))

    def standing(self, when: datetime) -> str:
        known = [clocks.with_breach(clock, when, time_of) for clock in self.now.values()]
        return promises.standing(known, when, self.conduct, time_of)


def ledger(clock: Clock) -> list[tuple[str, str | None, int | None]]:
    """What began and ended each interval, and the minutes it added."""
    return [
        (i.began, i.ended, None if i.worked is None else int(i.worked / timedelta(minutes=1))) for i in clock.intervals
    ]


def told(clock: Clock, percent: int) -> Clock:
    return replace(clock, told=percent)
