"""Who needs what, when: the year's tickets before anybody has written a word."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from demo import rhythm
from demo.randomness import Weighted, tilt
from demo.shapes import Customer, Organisation, User
from demo.topics import Problem, Topic, topics

LEANING = 2.6
GROWTH = 0.18
ACTIVITY = 1.6  # above 1 the first people of a customer call more often than the last
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One need of one person; `outage` names the outage or maintenance window behind it."""

    at: datetime
    customer: Customer
    user: User
    topic: Topic
    problem: Problem
    outage: str | None = None


def everyday(rng: Random, organisation: Organisation, *, tickets: int, days: int, until: datetime) -> Iterator[Arrival]:
    """Everything but outages, in no order: first what people report, then what machines report."""
    year = _Year(organisation, days, until)
    by_machine = round(tickets * _machine_share())
    yield from year.stream(rng, tickets - by_machine, alerts=False)
    yield from year.stream(rng, by_machine, alerts=True)


def a_user(rng: Random, customer: Customer) -> User:
    return customer.users[int(len(customer.users) * rng.random() ** ACTIVITY)]


def _machine_share() -> float:
    by_machine = sum(_weight(topic, problem) for topic, problem in _pairs(alerts=True))
    return by_machine / (by_machine + sum(_weight(topic, problem) for topic, problem in _pairs(alerts=False)))


def _pairs(*, alerts: bool) -> list[tuple[Topic, Problem]]:
    return [(topic, problem) for topic in topics().values() for problem in topic.problems if problem.alert == alerts]


def _weight(topic: Topic, problem: Problem) -> float:
    return topic.weight * problem.weight / sum(other.weight for other in topic.problems)


class _Year:
    def __init__(self, organisation: Organisation, days: int, until: datetime) -> None:
        self._until = until
        self._start = until - timedelta(days=days)
        self._away = min(WEEK, timedelta(days=days))
        self._days = [until.date() - timedelta(days=ago) for ago in range(days - 1, -1, -1)]
        self._customers = {topic.path: _customers(organisation, topic) for topic in topics().values()}
        self._zones = {customer.name: ZoneInfo(customer.time_zone) for customer in organisation.customers}

    def stream(self, rng: Random, count: int, *, alerts: bool) -> Iterator[Arrival]:
        days = self._by_day(rng, rhythm.machines if alerts else rhythm.people)
        needs = [self._needs(day, alerts=alerts) for day in self._days]
        hours = _hours(alerts=alerts)
        for _ in range(count):
            index = days.draw(rng)
            topic, problem = needs[index].draw(rng)
            customer = self._customers[topic.path].draw(rng)
            at = self._instant(rng, self._days[index], hours, self._zones[customer.name])
            yield Arrival(at, customer, a_user(rng, customer), topic, problem)

    def _by_day(self, rng: Random, weigh: Callable[[date], float]) -> Weighted[int]:
        count = len(self._days)
        noise = [rng.lognormvariate(0, 0.13) for _ in self._days]
        weights = [weigh(day) * noise[i] * (1 + GROWTH * i / count) for i, day in enumerate(self._days)]
        return Weighted(range(count), weights)

    def _needs(self, day: date, *, alerts: bool) -> Weighted[tuple[Topic, Problem]]:
        pairs = _pairs(alerts=alerts)
        return Weighted(pairs, [_weight(topic, problem) * self._phase(topic, day) for topic, problem in pairs])

    def _phase(self, topic: Topic, day: date) -> float:
        """How much of a topic there is on a day, by its trend, its season and whether it exists yet."""
        passed = (day - self._days[0]).days / len(self._days)
        return topic.exists(passed) * (1 + (topic.trend - 1) * passed) * rhythm.boost(topic.season, day)

    def _instant(self, rng: Random, day: date, hours: list[Weighted[int]], zone: ZoneInfo) -> datetime:
        hour = hours[day.weekday()].draw(rng)
        second = rng.random() * 3600
        local = datetime(day.year, day.month, day.day, hour, int(second // 60), int(second % 60), tzinfo=zone)
        at = local.astimezone(UTC)
        # The edges of the year cut through a day: what falls outside happened on that weekday a week away.
        if at > self._until:
            return at - self._away
        return at if at >= self._start else at + self._away


def _customers(organisation: Organisation, topic: Topic) -> Weighted[Customer]:
    users = [customer for customer in organisation.customers if not topic.app or topic.app in customer.apps]
    return Weighted(users, [_appetite(customer, topic) for customer in users])


def _appetite(customer: Customer, topic: Topic) -> float:
    leaning = LEANING if topic.path in customer.lean else 1.0
    return len(customer.users) * leaning * tilt(f"{customer.name} for {topic.path}", 0.35)


def _hours(*, alerts: bool) -> list[Weighted[int]]:
    """By weekday."""
    usual = Weighted(range(24), rhythm.NIGHTLY_HOUR if alerts else rhythm.HOUR)
    monday = usual if alerts else Weighted(range(24), rhythm.MONDAY_HOUR)
    return [monday, *[usual] * 6]
