"""Queries on routing rules, and the facts they ask for."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core_psa.audit.known import Known
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.organisation import store as organisation
from core_psa.organisation.availability import is_available
from core_psa.organisation.tables import Agent, AgentSkill, Team, TeamMember
from core_psa.routing.rules import SETS, Condition, Rule, Value
from core_psa.routing.tables import RoutingRule
from core_psa.sla.store import compiled, version_of
from core_psa.tickets.store import unsolved
from core_psa.tickets.tables import Category, Priority, Ticket, TicketType
from core_psa.viewer import Viewer

# What is no longer offered is no longer set, without the rule being touched.
_OFFERED: tuple[tuple[Any, Any, Any], ...] = (
    (TicketType, RoutingRule.type_id, TicketType.active),
    (Category, RoutingRule.category_id, ~Category.retired),
    (Priority, RoutingRule.priority_id, Priority.active),
    (Team, RoutingRule.team_id, Team.active),
    (Agent, RoutingRule.assignee_id, Agent.active),
)


def rule_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[RoutingRule]:
    """All rules in the order they are asked."""
    viewer.require("settings.see")
    return page(session, select(RoutingRule), (RoutingRule.position, RoutingRule.id), cursor, limit)


def all_rules(session: Session) -> list[RoutingRule]:
    """In order, those switched off too; a desk has a few hundred at most."""
    return list(session.scalars(select(RoutingRule).order_by(RoutingRule.position, RoutingRule.id)))


def rule(session: Session, viewer: Viewer, rule_id: int) -> RoutingRule:
    viewer.require("settings.see")
    return get(session, RoutingRule, rule_id)


def active_rules(session: Session) -> Sequence[Rule]:
    """The rules in use, in order."""
    return _ACTIVE.of(session, None)


def _read_active(session: Session, _: None) -> Sequence[Rule]:
    query = select(RoutingRule, *(case((offered, column)) for _, column, offered in _OFFERED))
    for model, column, _ in _OFFERED:
        query = query.outerjoin(model, model.id == column)
    rows = session.execute(query.where(RoutingRule.active).order_by(RoutingRule.position, RoutingRule.id))
    return tuple(_rule(row, dict(zip(SETS, ids, strict=True))) for row, *ids in rows)


_ACTIVE = Known(_read_active)


def _rule(row: RoutingRule, sets: Mapping[str, int | None]) -> Rule:
    return Rule(
        id=row.id,
        name=row.name,
        conditions=tuple(Condition(c["field"], tuple(c["values"]), c["negated"]) for c in row.conditions),
        match_all=row.match_all,
        go_on=row.go_on,
        sets={name: value for name, value in sets.items() if value is not None},
        tags=tuple(row.tags),
        pick=row.pick,
        skill_id=row.skill_id,
    )


def asked(rules: Iterable[Rule], field: str) -> frozenset[Value]:
    """The values any of the rules asks for in this field."""
    return frozenset(v for rule in rules for c in rule.conditions if c.field == field for v in c.values)


def open_calendars(session: Session, calendar_ids: Collection[Value], at: datetime) -> frozenset[Value]:
    """Those of these calendars that are open at this instant."""
    return frozenset(i for i in calendar_ids if _is_open(session, int(i), at))


def _is_open(session: Session, calendar_id: int, at: datetime) -> bool:
    calendar = compiled(session, calendar_id, version_of(session, calendar_id))
    return calendar.elapsed(at, at + timedelta(seconds=1)) > timedelta(0)


def above(session: Session) -> dict[int, frozenset[int]]:
    """The ids over each category that has any."""
    parents: dict[int, int | None] = {i: p for i, p in session.execute(select(Category.id, Category.parent_id))}
    return {i: frozenset(_chain(parents, parent)) for i, parent in parents.items() if parent is not None}


def _chain(parents: Mapping[int, int | None], at: int | None) -> Iterable[int]:
    while at is not None:
        yield at
        at = parents[at]


def at_work(session: Session, agent_ids: Collection[int], at: datetime) -> list[int]:
    """Those of these agents who are active, not absent and on shift."""
    schedules = organisation.schedules(session, agent_ids)
    return sorted(i for i, schedule in schedules.items() if is_available(schedule, at).available)


def skills_at_work(session: Session, skill_ids: Collection[Value], at: datetime) -> frozenset[Value]:
    """Those of these skills that somebody at work has."""
    query = select(AgentSkill.skill_id, AgentSkill.agent_id).where(AgentSkill.skill_id.in_(skill_ids))
    holders = [(skill_id, agent_id) for skill_id, agent_id in session.execute(query)]
    present = set(at_work(session, {agent_id for _, agent_id in holders}, at))
    return frozenset(skill_id for skill_id, agent_id in holders if agent_id in present)


def candidates(session: Session, team_id: int, skill_id: int | None, at: datetime) -> list[int]:
    """Who of the team can take a ticket now."""
    query = select(TeamMember.agent_id).where(TeamMember.team_id == team_id)
    if skill_id is not None:
        query = query.where(TeamMember.agent_id.in_(select(AgentSkill.agent_id).where(AgentSkill.skill_id == skill_id)))
    return at_work(session, session.scalars(query).all(), at)


def loads(session: Session, agent_ids: Collection[int]) -> dict[int, int]:
    """How many unsolved tickets each of these agents has."""
    query = select(Ticket.assignee_id, func.count()).where(Ticket.assignee_id.in_(agent_ids), unsolved())
    counted = {agent_id: number for agent_id, number in session.execute(query.group_by(Ticket.assignee_id))}
    return {agent_id: counted.get(agent_id, 0) for agent_id in agent_ids}
