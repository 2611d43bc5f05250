"""What an SLA policy may hold, and which of several counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from core_psa.db import fields
from core_psa.errors import FieldError
from core_psa.sla.clocks import KINDS, Kind, Terms
from core_psa.sla.promises import BREACH, Conduct

# Whom a warning may reach: the ticket's assignee (its team, while nobody has it), everybody of its team, who leads that,
# the desk's managers.
RECIPIENTS = ("assignee", "team", "team lead", "manager")
REOPENING = ("continue", "restart")
UPDATES = ("when_asked", "always")
LEVELS = (1, 2, 3)
MAX_PERCENT = 1000
# Ten years of real time: longer promises are mistakes.
MAX_MINUTES = 5_256_000

Source = Literal["agreement", "customer", "team", "desk"]

POLICY: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "description": fields.text,
    "is_default": fields.flag,
    "pauses": fields.flag,
    "reopening": fields.one_of(*REOPENING),
    "updates": fields.one_of(*UPDATES),
    "at_risk_from": fields.whole_number(1, 99),
    "presumed_priority_id": fields.optional(fields.record_id),
}


@dataclass(frozen=True, order=True)
class Target:
    """So many minutes for one clock at one priority, of business time or, where `always_open`, of real time."""

    priority_id: int
    kind: Kind
    minutes: int
    always_open: bool = False


@dataclass(frozen=True, order=True)
class Threshold:
    """Who is told when `percent` of a budget is used up. With a `level` the ticket is escalated to it."""

    percent: int
    recipients: tuple[str, ...] = ()
    agent_ids: tuple[int, ...] = ()
    level: int | None = None


@dataclass(frozen=True)
class Policy:
    """A policy as the clocks read it; `targets` by priority and kind of clock."""

    id: int
    name: str
    conduct: Conduct
    targets: Mapping[tuple[int, Kind], Target] = field(default_factory=dict)
    warnings: Sequence[Threshold] = ()
    presumed_priority_id: int | None = None

    def terms(self, priority_id: int | None, calendar_id: int, calendar_version: int) -> dict[Kind, Terms]:
        """How each clock counts for a ticket of this priority, in this calendar."""
        priority = priority_id or self.presumed_priority_id or 0
        return {kind: _terms(self.targets.get((priority, kind)), calendar_id, calendar_version) for kind in KINDS}

    def warned(self, percents: Sequence[int]) -> list[Threshold]:
        return [warning for warning in self.warnings if warning.percent in percents]


def _terms(target: Target | None, calendar_id: int, calendar_version: int) -> Terms:
    if target is None:
        return Terms(None, calendar_id, calendar_version)
    return Terms(timedelta(minutes=target.minutes), calendar_id, calendar_version, target.always_open)


def shares(warnings: Sequence[Threshold]) -> tuple[int, ...]:
    """Every per cent at which something is told; a breach always is."""
    return tuple(sorted({BREACH, *(warning.percent for warning in warnings)}))


def target_errors(targets: Sequence[Target]) -> list[FieldError]:
    """Everything wrong with these targets, each named by its position."""
    errors, seen = [], set()
    for i, target in enumerate(targets):
        if target.kind not in KINDS:
            errors.append(FieldError(f"targets.{i}.kind", f"'{target.kind}' is not a clock", KINDS))
        if not 0 < target.minutes <= MAX_MINUTES:
            errors.append(FieldError(f"targets.{i}.minutes", f"{target.minutes} is outside 1 to {MAX_MINUTES}"))
        if (target.priority_id, target.kind) in seen:
            errors.append(FieldError(f"targets.{i}", "this priority has a target for this clock already"))
        seen.add((target.priority_id, target.kind))
    return errors


def warning_errors(warnings: Sequence[Threshold]) -> list[FieldError]:
    """Everything wrong with these warnings, each named by its position."""
    errors: list[FieldError] = []
    for i, warning in enumerate(warnings):
        if not 1 <= warning.percent <= MAX_PERCENT:
            errors.append(FieldError(f"warnings.{i}.percent", f"{warning.percent} is outside 1 to {MAX_PERCENT}"))
        if warning.percent in {before.percent for before in warnings[:i]}:
            errors.append(FieldError(f"warnings.{i}.percent", f"{warning.percent} % is there already"))
        if unknown := sorted(set(warning.recipients) - set(RECIPIENTS)):
            errors.append(FieldError(f"warnings.{i}.recipients", f"'{unknown[0][:100]}' is nobody", RECIPIENTS))
        if warning.level not in (None, *LEVELS):
            errors.append(FieldError(f"warnings.{i}.level", f"{warning.level} is outside 1 to {LEVELS[-1]}"))
    return errors


def plain(record: Target | Threshold) -> dict[str, Any]:
    """As the audit log tells it."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(record).items()}
