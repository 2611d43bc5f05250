"""Queries on agents, teams and roles."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.errors import Unauthenticated
from core_psa.organisation.tables import Agent, AgentRole, Role, Team, TeamMember
from core_psa.viewer import Viewer


def viewer_of(session: Session, agent_id: int) -> Viewer:
    """The agent as a viewer: permissions of all their roles, and their teams. Raises Unauthenticated if no longer active."""
    agent = session.get(Agent, agent_id)
    if agent is None or not agent.active:
        raise Unauthenticated("this agent is not active")
    roles = session.scalars(
        select(Role.permissions).join(AgentRole, AgentRole.role_id == Role.id).where(AgentRole.agent_id == agent_id)
    )
    permissions = frozenset(name for names in roles for name in names)
    teams = frozenset(session.scalars(select(TeamMember.team_id).where(TeamMember.agent_id == agent_id)))
    return Viewer("agent", agent.id, agent.name, permissions, teams)


def teams(session: Session) -> Sequence[Team]:
    return session.scalars(select(Team).where(Team.active).order_by(Team.name)).all()


def agents(session: Session) -> Sequence[Agent]:
    return session.scalars(select(Agent).where(Agent.active).order_by(Agent.name)).all()


def members(session: Session) -> dict[int, frozenset[int]]:
    """Agent ids by team."""
    found: dict[int, set[int]] = {}
    for team_id, agent_id in session.execute(select(TeamMember.team_id, TeamMember.agent_id)):
        found.setdefault(team_id, set()).add(agent_id)
    return {team_id: frozenset(ids) for team_id, ids in found.items()}
