"""What hit several customers at once during the year: outages nobody planned and maintenance that was announced."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from demo.arrivals import Arrival, a_user
from demo.data_files import lines, read
from demo.grammar import Template
from demo.holidays import weekday_of_month
from demo.rhythm import WEEKDAY
from demo.shapes import Customer, Maintenance, Organisation, Outage
from demo.topics import Problem, topics

OUTAGES_A_YEAR = (6, 8)
MAINTENANCE_A_YEAR = (5, 7)
CUSTOMERS_HIT = (5, 12)
REPORTS_PER_CUSTOMER = (1, 4)
QUESTIONS_PER_WINDOW = 3
FEWEST_DAYS = 7  # a shorter time has no outage that is over
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Plan:
    """In order of time."""

    outages: tuple[Outage, ...]
    maintenance: tuple[Maintenance, ...]


def plan(organisation: Organisation, *, days: int, seed: int, until: datetime) -> Plan:
    """The outages and maintenance windows of the `days` before `until`; about seven of each in a full year."""
    rng = Random(f"outages {seed}")
    outages = sorted(_outages(rng, organisation, days, until), key=lambda outage: outage.starts_at)
    windows = sorted(_windows(rng, organisation, days, until), key=lambda window: window.starts_at)
    return Plan(tuple(outages), tuple(windows))


def reports(rng: Random, organisation: Organisation, events: Plan) -> Iterator[Arrival]:
    """What people wrote because of them, in no order."""
    for outage in events.outages:
        yield from _outage_reports(rng, organisation, outage)
    for window in events.maintenance:
        yield from _questions(rng, organisation, window)


def _rows(rng: Random, kind: str, of_a_year: tuple[int, int], days: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read("outages")[kind]
    least = 1 if days >= FEWEST_DAYS else 0
    count = max(least, round(rng.randint(*of_a_year) * days / 365))
    # Every kind once before any kind again.
    return [row for start in range(0, count, len(rows)) for row in rng.sample(rows, min(len(rows), count - start))]


def _outages(rng: Random, organisation: Organisation, days: int, until: datetime) -> Iterator[Outage]:
    for row in _rows(rng, "outage", OUTAGES_A_YEAR, days):
        day = _working_day(rng, days, until)
        if row.get("patch_day"):
            day = _nearest_patch_day(day, days, until)
        starts = _at(day, time(rng.randint(8, 13), rng.randint(0, 59)))
        ends = starts + timedelta(hours=row["hours"] * rng.uniform(0.7, 1.5))
        hit = _some(rng, organisation, row.get("app", ""), CUSTOMERS_HIT)
        yield Outage(
            f"outage-{starts:%Y-%m-%d}-{_slug(row['title'])}", row["title"], row["category"], starts, ends, hit
        )


def _windows(rng: Random, organisation: Organisation, days: int, until: datetime) -> Iterator[Maintenance]:
    for row in _rows(rng, "maintenance", MAINTENANCE_A_YEAR, days):
        starts = _at(_working_day(rng, days, until), time(rng.choice((18, 19, 20))))
        ends = starts + timedelta(hours=rng.choice((2, 3, 4)))
        identity = f"maintenance-{starts:%Y-%m-%d}-{_slug(row['title'])}"
        hit = _some(rng, organisation, "", (8, 16))
        yield Maintenance(identity, row["title"], row["category"], starts, ends, hit, tuple(row["terms"]))


def _slug(title: str) -> str:
    return "-".join(title.lower().split()[:3])


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LONDON).astimezone(UTC)


def _working_day(rng: Random, days: int, until: datetime) -> date:
    """Not today: what happened then may not have an end yet."""
    while True:
        day = until.date() - timedelta(days=rng.randint(1, days - 1))
        if WEEKDAY[day.weekday()] > 0.5:
            return day


def _nearest_patch_day(day: date, days: int, until: datetime) -> date:
    """The Wednesday after the month's patches, if it lies in the year."""
    patched = weekday_of_month(day.year, day.month, 1, 2) + timedelta(days=1)
    return patched if until.date() - timedelta(days=days - 1) <= patched < until.date() else day


def _some(rng: Random, organisation: Organisation, app: str, count: tuple[int, int]) -> tuple[str, ...]:
    concerned = [customer.name for customer in organisation.customers if not app or app in customer.apps]
    return tuple(sorted(rng.sample(concerned, min(rng.randint(*count), len(concerned)))))


def _outage_reports(rng: Random, organisation: Organisation, outage: Outage) -> Iterator[Arrival]:
    row = next(row for row in read("outages")["outage"] if row["title"] == outage.title)
    problem = _report(row, outage)
    for customer in _named(organisation, outage.customers):
        for _ in range(rng.randint(*REPORTS_PER_CUSTOMER)):
            # Most notice soon: a falling share over the window.
            at = outage.starts_at + timedelta(minutes=row["window"] * rng.random() ** 1.7)
            yield _arrival(rng, at, customer, outage, problem)


def _questions(rng: Random, organisation: Organisation, window: Maintenance) -> Iterator[Arrival]:
    row = next(row for row in read("outages")["maintenance"] if row["title"] == window.title)
    problem = _question(row["what"], window)
    for customer in rng.sample(_named(organisation, window.customers), QUESTIONS_PER_WINDOW):
        at = window.starts_at + (window.ends_at - window.starts_at) * rng.random()
        yield _arrival(rng, at, customer, window, problem)


def _named(organisation: Organisation, names: Sequence[str]) -> list[Customer]:
    return [customer for customer in organisation.customers if customer.name in names]


def _arrival(rng: Random, at: datetime, customer: Customer, event: Outage | Maintenance, problem: Problem) -> Arrival:
    return Arrival(at, customer, a_user(rng, customer), topics()[event.category], problem, event.id)


def _report(row: dict[str, Any], outage: Outage) -> Problem:
    fix = f"[Part of|Linked to] the major incident: {outage.title}. [Service restored|Works again], [user informed|{{first}} confirmed]."
    return _said(outage.category, lines(row["subjects"]), lines(row["says"]), fix)


def _question(what: str, window: Maintenance) -> Problem:
    asked = tuple(line.replace("{what}", what) for line in lines(read("phrases")["maintenance_ask"]))
    fix = f"[Announced maintenance|Planned work]: {window.title}. [Told the user when it ends|Back after the window]."
    return _said(window.category, (f"[{what} down?|is this the maintenance|{what}]",), asked, fix)


def _said(category: str, subjects: tuple[str, ...], says: tuple[str, ...], fix: str) -> Problem:
    return Problem(
        topic=category,
        weight=0.0,
        alert=False,
        type="Incident",
        subjects=Template(subjects),
        says=Template(says),
        more=None,
        notes=None,
        fixes=Template((fix,)),
    )
