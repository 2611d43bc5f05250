"""Whom a warning reaches."""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.organisation.tables import Agent, AgentRole, Role, TeamMember
from core_psa.sla.policy_rules import Threshold


def recipients(
    session: Session, thresholds: Iterable[Threshold], assignee_id: int | None, team_id: int | None
) -> set[int]:
    """Ids of the active agents that these thresholds mean, for a ticket of this assignee and team."""
    thresholds = list(thresholds)
    words = {word for threshold in thresholds for word in threshold.recipients}
    found = {agent_id for threshold in thresholds for agent_id in threshold.agent_ids}
    if "assignee" in words and assignee_id:
        found.add(assignee_id)
    if words & {"team", "team lead"} and team_id:
        members = set(session.scalars(select(TeamMember.agent_id).where(TeamMember.team_id == team_id)))
        found |= members if "team" in words else members & _with_role(session, "team lead")
    if "manager" in words:
        found |= _with_role(session, "manager")
    return _active(session, found) if found else set()


def _with_role(session: Session, role: str) -> set[int]:
    query = select(AgentRole.agent_id).join(Role, Role.id == AgentRole.role_id).where(Role.name == role)
    return set(session.scalars(query))


def _active(session: Session, agent_ids: Collection[int]) -> set[int]:
    return set(session.scalars(select(Agent.id).where(Agent.id.in_(agent_ids), Agent.active)))
