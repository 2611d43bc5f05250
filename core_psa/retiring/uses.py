"""What hangs on a record so that it cannot be retired, in words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core_psa.access.tables import ApiKey, IdentityProvider
from core_psa.agreements.tables import Agreement
from core_psa.customers.tables import Customer
from core_psa.organisation.tables import Agent, AgentRole, Department, Role, Skill, Team
from core_psa.routing.tables import RoutingRule
from core_psa.sla.tables import Calendar, CustomerPolicy, SlaPolicy, TeamPolicy
from core_psa.tickets.approvals.tables import Approval
from core_psa.tickets.workflow.tables import ActionDefinition

Find = Callable[[Session, Any, datetime], Iterator[str]]

_TOLD = 8


def uses_of(session: Session, row: Any, now: datetime) -> str:
    """Everything that uses it, the first few by name; empty where nothing does."""
    found = list(_FIND[type(row)](session, row, now))
    more = [f"{len(found) - _TOLD} more"] if len(found) > _TOLD else []
    return ", ".join(found[:_TOLD] + more)


def _of_department(session: Session, row: Department, _: datetime) -> Iterator[str]:
    yield from _named(session, "team", select(Team.name).where(Team.active, Team.department_id == row.id))


def _of_skill(session: Session, row: Skill, _: datetime) -> Iterator[str]:
    yield from _rules(session, "skill", row.id)


def _of_role(session: Session, row: Role, now: datetime) -> Iterator[str]:
    holders = select(Agent.name).join(AgentRole, AgentRole.agent_id == Agent.id)
    yield from _named(session, "agent", holders.where(Agent.active, AgentRole.role_id == row.id))
    live = ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now)
    yield from _named(session, "API key", select(ApiKey.name).where(ApiKey.role_id == row.id, *live))
    for provider in session.scalars(select(IdentityProvider).where(IdentityProvider.active)):
        if row.name in provider.role_by_group.values():
            yield f"identity provider {provider.name}"
    for action in session.scalars(select(ActionDefinition).where(ActionDefinition.active)):
        if row.id in action.role_ids or action.settings.get("role_id") == row.id:
            yield f"action {action.label}"
    asked = select(Approval.ticket_id).where(Approval.role_id == row.id, Approval.state == "pending")
    yield from (f"an open approval of ticket {i:07d}" for i in session.scalars(asked.order_by(Approval.id)))


def _of_calendar(session: Session, row: Calendar, now: datetime) -> Iterator[str]:
    if row.is_default:
        yield "the desk itself, as its default"
    yield from _named(session, "team", select(Team.name).where(Team.active, Team.calendar_id == row.id))
    yield from _named(session, "customer", select(Customer.name).where(Customer.active, Customer.calendar_id == row.id))
    yield from _agreements(session, Agreement.calendar_id == row.id, now)
    yield from _rules(session, "hours", row.id)


def _of_policy(session: Session, row: SlaPolicy, now: datetime) -> Iterator[str]:
    if row.is_default:
        yield "the desk itself, as its default"
    teams = select(Team.name).join(TeamPolicy, TeamPolicy.team_id == Team.id)
    yield from _named(session, "team", teams.where(Team.active, TeamPolicy.policy_id == row.id))
    customers = select(Customer.name).join(CustomerPolicy, CustomerPolicy.customer_id == Customer.id)
    yield from _named(session, "customer", customers.where(Customer.active, CustomerPolicy.policy_id == row.id))
    yield from _agreements(session, Agreement.sla_policy_id == row.id, now)


def _agreements(session: Session, uses: Any, now: datetime) -> Iterator[str]:
    """Those that are in force or will be."""
    lasting = or_(Agreement.ends_on.is_(None), Agreement.ends_on >= now.date())
    query = select(Agreement.name, Customer.name).join(Customer, Customer.id == Agreement.customer_id)
    for name, customer in session.execute(query.where(uses, lasting).order_by(Customer.name, Agreement.name)):
        yield f"agreement {name} of {customer}"


def _rules(session: Session, asked: str, record_id: int) -> Iterator[str]:
    rows = session.scalars(select(RoutingRule).where(RoutingRule.active).order_by(RoutingRule.position))
    for rule in rows:
        picks = asked == "skill" and rule.skill_id == record_id
        if picks or any(c["field"] == asked and record_id in c["values"] for c in rule.conditions):
            yield f"routing rule {rule.name}"


def _named(session: Session, what: str, query: Select[Any]) -> Iterable[str]:
    return sorted(f"{what} {name}" for name in session.scalars(query))


_FIND: Mapping[type, Find] = {
    Department: _of_department,
    Skill: _of_skill,
    Role: _of_role,
    Calendar: _of_calendar,
    SlaPolicy: _of_policy,
}
