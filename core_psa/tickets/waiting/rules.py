"""When a ticket that waits has waited long enough. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

Step = Literal["wait", "warn", "close"]

# What counts as a sign of life: something said, the ticket moved on, or somebody attending to it.
_ACTIVE = frozenset({"created", "reply", "note", "attach", "approve", "reject", "merge", "snooze", "wake"})


@dataclass(frozen=True)
class Awaited:
    """What a snoozed ticket waits for, and how far that is."""

    until: datetime | None
    answered: bool
    linked_done: str | None


def awake(awaited: Awaited, now: datetime) -> str | None:
    """Why the ticket comes back now, in words; None while it goes on waiting."""
    if awaited.answered:
        return "the customer has answered"
    if awaited.linked_done:
        return f"ticket {awaited.linked_done} is done"
    if awaited.until is not None and awaited.until <= now:
        return "the time has come"
    return None


class Silence(NamedTuple):
    """How long a ticket of this team, type and status may be silent; None for any team or type."""

    rule_id: int
    team_id: int | None
    type_id: int | None
    status_id: int
    inactive: timedelta
    warning: timedelta | None


class Plan(NamedTuple):
    """When something is next due, and when the ticket closes."""

    due_at: datetime
    close_at: datetime


def chosen(rules: Iterable[Silence], status_id: int, team_id: int | None, type_id: int) -> Silence | None:
    """The rule for such a ticket: one for its team and type before one for its team, its type, and all."""
    fitting = [
        r for r in rules if r.status_id == status_id and r.team_id in (None, team_id) and r.type_id in (None, type_id)
    ]
    return max(fitting, key=lambda r: (r.team_id is not None, r.type_id is not None, -r.rule_id), default=None)


def planned(rule: Silence, active_at: datetime, warned_at: datetime | None) -> Plan:
    """Nobody is closed without the warning, and the days of grace, that their rule promises."""
    close_at = active_at + rule.inactive
    if rule.warning is None:
        return Plan(close_at, close_at)
    if warned_at is None:
        return Plan(close_at - rule.warning, close_at)
    close_at = max(close_at, warned_at + rule.warning)
    return Plan(close_at, close_at)


def step(rule: Silence, plan: Plan, warned_at: datetime | None, now: datetime) -> Step:
    if now < plan.due_at:
        return "wait"
    return "warn" if rule.warning is not None and warned_at is None else "close"


def is_activity(kind: str, changes: Mapping[str, Any] | None) -> bool:
    told = changes or {}
    return "status" in told or (kind in _ACTIVE and "automated" not in told)
