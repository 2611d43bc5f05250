"""The desk while its year passes: who takes each need, how busy they are, when it is solved."""

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from demo import labels, lifecycle, resolution
from demo.arrivals import Arrival
from demo.business_time import BusinessTime
from demo.outages import Plan
from demo.randomness import Weighted
from demo.resolution import Ending
from demo.shapes import Agent, DemoTicket, Organisation
from demo.staffing import Staff
from demo.topics import Problem, topics

CHANNELS = Weighted(("email", "phone", "portal", "api"), (56, 25, 18, 1))
SECOND_PROBLEM_SHARE = 0.06
CHASER_SHARE = 0.03
REMEMBERED = 400
PATIENCE = timedelta(hours=6)
LONGEST_RESOLUTION = timedelta(days=400)
DESK_CALENDAR = "Extended hours UK"


@dataclass(frozen=True, slots=True)
class Case:
    """An arrival with all that was decided about it.

    `passed` is the share of the year before it, `reminder_of` the earlier ticket it asks about.
    """

    arrival: Arrival
    passed: float
    channel: str
    severity: str
    second: Problem | None
    team: str
    agent: Agent
    end: Ending
    status: str
    reminder_of: DemoTicket | None


class DeskYear:
    """Takes arrivals in time order; `usual_a_day` is what the desk is used to, against which its load is measured."""

    def __init__(
        self, rng: Random, organisation: Organisation, events: Plan, *, days: int, until: datetime, usual_a_day: float
    ) -> None:
        self._rng = rng
        self._start, self._until = until - timedelta(days=days), until
        self._staff = Staff(organisation)
        self._hours = _desk_hours(organisation, self._start, until)
        self._outages = {outage.id: outage for outage in events.outages}
        self._load = _Load(usual_a_day)
        self._recent: deque[tuple[Case, DemoTicket]] = deque(maxlen=REMEMBERED)

    def take(self, arrival: Arrival) -> Case:
        """What becomes of an arrival: some are reminders of an earlier ticket and change into that."""
        earlier = self._to_remind(arrival)
        if earlier:
            arrival = replace(earlier[0].arrival, at=arrival.at)
        load = self._load.after(arrival.at)
        severity = labels.severity(self._rng, arrival)
        team, agent = self._staff.assign(self._rng, arrival)
        end = self._ending(arrival, severity, agent, load)
        passed = (arrival.at - self._start) / (self._until - self._start)
        return Case(
            arrival=arrival,
            passed=passed,
            channel="email" if earlier else self._channel(arrival),
            severity=severity,
            second=self._second(arrival, passed),
            team=team,
            agent=agent,
            end=end,
            status=self._status(arrival, severity, end),
            reminder_of=earlier[1] if earlier else None,
        )

    def remember(self, case: Case, row: DemoTicket) -> None:
        """Somebody may ask about it later."""
        if case.channel == "email" and not (case.reminder_of or case.arrival.outage):
            self._recent.append((case, row))

    def _to_remind(self, arrival: Arrival) -> tuple[Case, DemoTicket] | None:
        if not self._recent or arrival.problem.alert or arrival.outage or self._rng.random() >= CHASER_SHARE:
            return None
        case, row = self._recent[int(self._rng.random() * len(self._recent))]
        return (case, row) if row.created_at + PATIENCE < arrival.at < case.end.at else None

    def _channel(self, arrival: Arrival) -> str:
        return "rmm" if arrival.problem.alert else CHANNELS.draw(self._rng)

    def _second(self, arrival: Arrival, passed: float) -> Problem | None:
        """Another problem of a neighbouring topic that the same person has at the same time."""
        if arrival.problem.alert or arrival.outage or self._rng.random() >= SECOND_PROBLEM_SHARE:
            return None
        near = topics()[self._rng.choice(arrival.topic.near)]
        told = [problem for problem in near.problems if not problem.alert]
        usable = told and near.exists(passed) and (not near.app or near.app in arrival.customer.apps)
        return self._rng.choice(told) if usable else None

    def _status(self, arrival: Arrival, severity: str, end: Ending) -> str:
        return lifecycle.status(
            self._rng, self._hours, created_at=arrival.at, severity=severity, end=end, until=self._until
        )

    def _ending(self, arrival: Arrival, severity: str, agent: Agent, load: float) -> Ending:
        outage = self._outages.get(arrival.outage or "")
        if outage:
            return Ending(max(outage.ends_at, arrival.at) + timedelta(minutes=self._rng.uniform(5, 90)), waited=False)
        return resolution.ending(
            self._rng,
            self._hours,
            topic=arrival.topic,
            priority=severity,
            agent=agent,
            created_at=arrival.at,
            load=load,
        )


class _Load:
    """Arrivals of the last 24 hours against the usual number."""

    def __init__(self, usual_a_day: float) -> None:
        self._usual = usual_a_day
        self._latest: deque[datetime] = deque()

    def after(self, at: datetime) -> float:
        """Between a half and twice the usual, an arrival at `at` included."""
        self._latest.append(at)
        while self._latest[0] < at - timedelta(days=1):
            self._latest.popleft()
        return min(max(len(self._latest) / self._usual, 0.5), 2.0)


def _desk_hours(organisation: Organisation, first: datetime, last: datetime) -> BusinessTime:
    calendar = next(calendar for calendar in organisation.calendars if calendar.name == DESK_CALENDAR)
    return BusinessTime(calendar, first.date() - timedelta(days=7), (last + LONGEST_RESOLUTION).date())
