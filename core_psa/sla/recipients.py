"""Whom a warning reaches."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.organisation.tables import Agent, AgentRole, Role, TeamMember
from core_psa.sla.policy_rules import Threshold


class Recipients:
    """Who leads, manages and belongs to which team, asked once for all tickets of a transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._teams: dict[int, frozenset[int]] = {}
        self._roles: dict[str, frozenset[int]] = {}

    def of(self, thresholds: Iterable[Threshold], assignee_id: int | None, team_id: int | None) -> set[int]:
        """Ids of the agents that these thresholds mean, for a ticket of this assignee and team."""
        found: set[int] = set()
        for threshold in thresholds:
            found |= set(threshold.agent_ids)
            for word in threshold.recipients:
                found |= self._meant(word, assignee_id, team_id)
        return found

    def _meant(self, word: str, assignee_id: int | None, team_id: int | None) -> frozenset[int]:
        if word == "assignee":
            return frozenset([assignee_id] if assignee_id else [])
        if word == "manager":
            return self._with_role(word)
        members = self._members(team_id) if team_id else frozenset()
        return members if word == "team" else members & self._with_role(word)

    def _members(self, team_id: int) -> frozenset[int]:
        if team_id not in self._teams:
            query = select(TeamMember.agent_id).where(TeamMember.team_id == team_id)
            self._teams[team_id] = frozenset(self._session.scalars(query))
        return self._teams[team_id]

    def _with_role(self, role: str) -> frozenset[int]:
        if role not in self._roles:
            query = select(AgentRole.agent_id).join(Role, Role.id == AgentRole.role_id).join(Agent)
            self._roles[role] = frozenset(self._session.scalars(query.where(Role.name == role, Agent.active)))
        return self._roles[role]
