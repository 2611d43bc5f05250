"""The leaves of the category tree with how they behave, and the problems people report under each."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from demo.data_files import lines, names_in, read
from demo.grammar import Template


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A thing that goes wrong or is wanted, with the many ways of saying it. `alert`: told by a machine."""

    topic: str
    weight: float
    alert: bool
    type: str
    subjects: Template
    says: Template
    more: Template | None
    notes: Template | None
    fixes: Template


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """One leaf: its share of the tickets, who solves it, how long that takes (median business hours at P3).

    `trend` is the share at the end of the year against its start, `appears` the point of the year (0..1) before which
    the topic does not exist, `app` the program only some customers have.
    """

    path: str
    weight: float
    teams: dict[str, float]
    hours: float
    priority: tuple[float, ...]
    near: tuple[str, ...]
    skill: str
    wait: float
    trend: float
    season: str
    app: str
    appears: float
    problems: tuple[Problem, ...]

    @property
    def name(self) -> str:
        return self.path.rpartition(" / ")[2]

    def exists(self, passed: float) -> bool:
        """Whether anybody has heard of it when this share of the year has passed."""
        return passed >= self.appears


@cache
def topics() -> dict[str, Topic]:
    """By path, in the order of `topics.toml`."""
    found = [_problem(row, {}) for name in names_in("problems") for row in read(name)["problem"]]
    return {row["path"]: _topic(row, found) for row in read("topics")["leaf"]}


@cache
def apps_to_come() -> dict[str, float]:
    """Programs introduced during the year, and when (0..1)."""
    return {topic.app: topic.appears for topic in topics().values() if topic.appears}


@cache
def foreign_problems() -> dict[tuple[str, str], Problem]:
    """By language and topic: what people say in their own language."""
    return {
        (name.rpartition("/")[2], row["category"]): _problem(row, {"subjects": row["says"], "fixes": ""})
        for name in names_in("languages")
        for row in read(name)["problem"]
    }


def _topic(row: dict[str, Any], problems: Iterable[Problem]) -> Topic:
    return Topic(
        path=row["path"],
        weight=row["weight"],
        teams=row["teams"],
        hours=row["hours"],
        priority=tuple(row["priority"]),
        near=tuple(row["near"]),
        skill=row["skill"],
        wait=row.get("wait", 0.2),
        trend=row.get("trend", 1.0),
        season=row.get("season", ""),
        app=row.get("app", ""),
        appears=row.get("appears", 0.0),
        problems=tuple(problem for problem in problems if problem.topic == row["path"]),
    )


def _problem(row: dict[str, Any], defaults: dict[str, str]) -> Problem:
    texts = defaults | row
    alert = row.get("kind") == "alert"
    return Problem(
        topic=row["category"],
        weight=row.get("weight", 1.0),
        alert=alert,
        type="Alert" if alert else row.get("type", "Incident"),
        subjects=Template(lines(texts["subjects"])),
        says=Template(lines(texts["says"])),
        more=_optional(texts, "more"),
        notes=_optional(texts, "notes"),
        fixes=Template(lines(texts["fixes"])),
    )


def _optional(texts: dict[str, Any], name: str) -> Template | None:
    return Template(lines(texts[name])) if name in texts else None
