"""How promises were kept in a period: response, update and resolution apart, by customer, priority, team or agent.

Of tickets opened in the period, with the team and the agent they have now. Merged tickets and spam are left out, imported
history has no clocks to judge.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core_psa.customers.tables import Customer
from core_psa.errors import FieldError, Invalid
from core_psa.organisation.tables import Agent, Team
from core_psa.sla.clocks import KINDS, Kind
from core_psa.sla.tables import SlaClock
from core_psa.sla.verdicts import MISSED, PROMISED, UNFINISHED, Kept, Verdict, judged
from core_psa.tickets import store
from core_psa.tickets.tables import Priority, Ticket
from core_psa.viewer import Viewer

By = Literal["customer", "priority", "team", "assignee"]
BY: tuple[By, ...] = ("customer", "priority", "team", "assignee")
# What is told, by whom it may be read beside those who may see what is promised at all.
_NEEDS: Mapping[By, str] = {"customer": "customers.see", "team": "organisation.see", "assignee": "organisation.see"}
_COLUMNS: Mapping[By, tuple[InstrumentedAttribute[Any], type[Any]]] = {
    "customer": (Ticket.customer_id, Customer),
    "priority": (Ticket.priority_id, Priority),
    "team": (Ticket.team_id, Team),
    "assignee": (Ticket.assignee_id, Agent),
}


@dataclass(frozen=True)
class Line:
    """One customer, priority, team or agent, or the tickets that have none: how many, and how their promises were kept."""

    id: int | None
    name: str | None
    tickets: int
    kept: Mapping[Kind, Kept]


@dataclass(frozen=True)
class SlaReport:
    """Priorities in their order, all else with the most missed promises first; and all lines together."""

    lines: Sequence[Line]
    whole: Line


def sla_report(session: Session, viewer: Viewer, by: str, since: datetime, until: datetime) -> SlaReport:
    """Of the tickets this viewer may see that were opened from `since` to before `until`. Raises Invalid for an unknown `by`."""
    group = _group(viewer, by)
    conditions = [store.visible(viewer), counted(), Ticket.created_at >= since, Ticket.created_at < until]
    column, _ = _COLUMNS[group]
    numbers = {key: n for key, n in session.execute(select(column, func.count()).where(*conditions).group_by(column))}
    kept = _kept(session, column, conditions)
    names = _names(session, group, numbers)
    lines = [Line(key, names.get(key), number, _of_each_kind(kept[key])) for key, number in numbers.items()]
    ranks = _ranks(session) if group == "priority" else {}
    lines.sort(key=lambda line: (ranks.get(line.id, inf), -_missed(line), -line.tickets, line.name or ""))
    return SlaReport(lines, _together(lines))


def counted() -> ColumnElement[bool]:
    """Tickets that are tickets, once each."""
    return ~Ticket.spam & Ticket.duplicate_of_id.is_(None)


def with_verdict(kind: Kind, verdict: Verdict) -> ColumnElement[bool]:
    """The tickets behind a figure of the report."""
    return counted() & judged(Ticket.id, kind, verdict)


def offered(viewer: Viewer) -> list[By]:
    """What this viewer may have the report made by."""
    return [by for by in BY if by not in _NEEDS or viewer.may(_NEEDS[by])]


def _group(viewer: Viewer, by: str) -> By:
    viewer.require("calendars.see")
    if by not in BY:
        raise Invalid(FieldError("by", f"'{by[:100]}' is nothing a report is made by", BY))
    if by in _NEEDS:
        viewer.require(_NEEDS[by])
    return by


def _kept(
    session: Session, column: InstrumentedAttribute[Any], conditions: Sequence[ColumnElement[bool]]
) -> Mapping[int | None, dict[Kind, Kept]]:
    """Verdicts by group and kind: first each ticket's, then how many of each there are."""
    each = (
        select(
            column.label("key"),
            SlaClock.kind,
            func.max(case((MISSED, 1), else_=0)).label("missed"),
            func.max(case((UNFINISHED, 1), else_=0)).label("unfinished"),
        )
        .join(SlaClock, SlaClock.ticket_id == Ticket.id)
        .where(PROMISED, *conditions)
        .group_by(Ticket.id, column, SlaClock.kind)
        .subquery()
    )
    running = (1 - each.c.missed) * each.c.unfinished
    query = select(each.c.key, each.c.kind, func.count(), func.sum(each.c.missed), func.sum(running))
    found: dict[int | None, dict[Kind, Kept]] = defaultdict(dict)
    for key, kind, total, missed, unfinished in session.execute(query.group_by(each.c.key, each.c.kind)):
        found[key][cast("Kind", kind)] = Kept(total - missed - unfinished, int(missed), int(unfinished))
    return found


def _names(session: Session, by: By, keys: Mapping[int | None, int]) -> dict[int | None, str]:
    _, model = _COLUMNS[by]
    query = select(model.id, model.name).where(model.id.in_([key for key in keys if key is not None]))
    return {i: name for i, name in session.execute(query)}


def _ranks(session: Session) -> Mapping[int | None, int]:
    return {i: rank for i, rank in session.execute(select(Priority.id, Priority.rank))}


def _missed(line: Line) -> int:
    return sum(kept.missed for kept in line.kept.values())


def _of_each_kind(kept: Mapping[Kind, Kept]) -> dict[Kind, Kept]:
    return {kind: kept.get(kind, Kept()) for kind in KINDS}


def _together(lines: Sequence[Line]) -> Line:
    whole = {kind: sum((line.kept[kind] for line in lines), Kept()) for kind in KINDS}
    return Line(None, None, sum(line.tickets for line in lines), whole)
