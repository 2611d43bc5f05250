"""The plain values of the made-up desk. Times of day are minutes after local midnight, weekdays count from Monday 0."""

from dataclasses import dataclass
from datetime import date, datetime

Phone = str
"""A number in E.164 with its plus."""


@dataclass(frozen=True, slots=True)
class Window:
    weekday: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Holiday:
    day: date
    name: str


@dataclass(frozen=True, slots=True)
class Calendar:
    name: str
    time_zone: str
    windows: tuple[Window, ...]
    holidays: tuple[Holiday, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A ticket type, a priority or a department: a name and what it means."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Team:
    name: str
    department: str
    description: str


@dataclass(frozen=True, slots=True)
class Skill:
    """Level 1 (knows the words) to 5 (the others ask)."""

    name: str
    level: int


@dataclass(frozen=True, slots=True)
class Absence:
    """Away from the first to the last day, both included."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True, slots=True)
class Agent:
    """`teams` starts with the home team; `joined` and `left` are None for who was there all along."""

    name: str
    email: str
    tier: int
    teams: tuple[str, ...]
    role: str
    skills: tuple[Skill, ...]
    shifts: tuple[Window, ...]
    absences: tuple[Absence, ...]
    extension: str
    pace: float
    joined: date | None
    left: date | None

    def employed(self, day: date) -> bool:
        return (self.joined is None or self.joined <= day) and (self.left is None or day <= self.left)

    def away(self, day: date) -> bool:
        return any(absence.first <= day <= absence.last for absence in self.absences)

    def level(self, skill: str) -> int:
        """0 where the agent does not have the skill."""
        for own in self.skills:
            if own.name == skill:
                return own.level
        return 0


@dataclass(frozen=True, slots=True)
class Site:
    name: str
    city: str
    phone: Phone


@dataclass(frozen=True, slots=True)
class User:
    """The customer's person. `language` is what they write in when they do not write English."""

    name: str
    email: str
    phone: Phone
    site: str
    department: str
    vip: bool
    language: str


@dataclass(frozen=True, slots=True)
class Customer:
    name: str
    domains: tuple[str, ...]
    time_zone: str
    language: str
    vip: bool
    note: str
    calendar: str
    apps: tuple[str, ...]
    lean: tuple[str, ...]
    disclaimer: str
    sites: tuple[Site, ...]
    users: tuple[User, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the tree; `path` is its name with all its parents', parted by " / "."""

    path: str
    name: str
    parent: str | None
    description: str
    leaf: bool


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str
    domain: str
    time_zone: str
    desk_phone: Phone
    departments: tuple[Named, ...]
    teams: tuple[Team, ...]
    agents: tuple[Agent, ...]
    customers: tuple[Customer, ...]
    categories: tuple[Category, ...]
    types: tuple[Named, ...]
    priorities: tuple[Named, ...]
    calendars: tuple[Calendar, ...]


@dataclass(frozen=True, slots=True)
class Outage:
    """What broke for several customers at once. `category` is the cause's leaf, `ends_at` when it worked again."""

    id: str
    title: str
    category: str
    starts_at: datetime
    ends_at: datetime
    customers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A planned window, announced to its customers; `terms` are the words to be quiet about while it lasts."""

    id: str
    title: str
    category: str
    starts_at: datetime
    ends_at: datetime
    customers: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoTicket:
    """A row in the exchange columns. Times are aware UTC.

    A ticket in status New was read by nobody yet: its category, subcategory, priority, assignee and group are None.
    `category` is a leaf's path, `subcategory` its name, `assignee` and `requester` are emails (no requester on alerts).
    `outage` is the id of the outage or the maintenance window it belongs to.
    """

    id: str
    created_at: datetime
    resolved_at: datetime | None
    subject: str
    body: str
    category: str | None
    subcategory: str | None
    priority: str | None
    assignee: str | None
    group: str | None
    customer: str
    requester: str | None
    status: str
    channel: str
    type: str
    site: str
    tags: tuple[str, ...]
    resolution_note: str | None
    duplicate_of: str | None
    outage: str | None
