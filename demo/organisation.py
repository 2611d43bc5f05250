"""The made-up service provider: its lists, teams, agents and customers, dated against the end of the generated year."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from demo.customers import customers
from demo.data_files import WEEKDAYS, read
from demo.holidays import holidays
from demo.shapes import Absence, Agent, Calendar, Category, Named, Organisation, Skill, Team, Window

FIRST_EXTENSION = 201


def build(until: datetime) -> Organisation:
    """The desk as it stands on the day of `until` (aware): absences, joiners and leavers are dated back from it."""
    return _build(until.date())


@cache
def _build(until: date) -> Organisation:
    desk = read("desk")
    return Organisation(
        name=desk["name"],
        domain=desk["domain"],
        time_zone=desk["time_zone"],
        desk_phone=desk["desk_phone"],
        departments=tuple(Named(**row) for row in desk["department"]),
        teams=tuple(Team(**row) for row in desk["team"]),
        agents=tuple(_agent(row, index, desk["domain"], until) for index, row in enumerate(read("agents")["agent"])),
        customers=customers(),
        categories=_categories(),
        types=tuple(Named(**row) for row in desk["type"]),
        priorities=tuple(Named(**row) for row in desk["priority"]),
        calendars=tuple(_calendar(row, until) for row in desk["calendar"]),
    )


def windows(by_weekday: dict[str, str]) -> tuple[Window, ...]:
    """`{"mon": "08:00-12:00 13:00-17:00"}` as windows in order."""
    return tuple(
        Window(WEEKDAYS.index(weekday), *(_minutes(edge) for edge in span.split("-")))
        for weekday, spans in by_weekday.items()
        for span in spans.split()
    )


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _calendar(row: dict[str, Any], until: date) -> Calendar:
    days = holidays(row["country"], until.year - 2, until.year + 1)
    return Calendar(row["name"], row["time_zone"], windows(row["windows"]), days)


def _agent(row: dict[str, Any], index: int, domain: str, until: date) -> Agent:
    def ago(days: int) -> date:
        return until - timedelta(days=days)

    return Agent(
        name=row["name"],
        email=f"{row['name'].lower().replace(' ', '.')}@{domain}",
        tier=row["tier"],
        teams=tuple(row["teams"]),
        role=row["role"],
        skills=tuple(Skill(name, level) for name, level in row["skills"].items()),
        shifts=windows(read("agents")["shifts"][row["shift"]]),
        absences=tuple(Absence(ago(first), ago(last), reason) for first, last, reason in row.get("away", ())),
        extension=str(FIRST_EXTENSION + index),
        pace=row["pace"],
        joined=ago(row["joined"]) if "joined" in row else None,
        left=ago(row["left"]) if "left" in row else None,
    )


def _categories() -> tuple[Category, ...]:
    topics = read("topics")
    branches = [_category(path, text, leaf=False) for path, text in topics["branches"].items()]
    return (*branches, *(_category(row["path"], row["description"], leaf=True) for row in topics["leaf"]))


def _category(path: str, description: str, *, leaf: bool) -> Category:
    parent, _, name = path.rpartition(" / ")
    return Category(path, name, parent or None, description, leaf)
