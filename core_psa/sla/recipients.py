"""Whom a warning reaches."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.organisation import store as organisation
from core_psa.organisation.tables import Agent, TeamMember
from core_psa.sla.policy_rules import Threshold


class Recipients:
    """Who leads, manages and belongs to which team, asked once for all tickets of a transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._members: dict[int, frozenset[int]] = {}
        self._leads: dict[int, frozenset[int]] = {}
        self._managers: frozenset[int] | None = None

    def of(self, thresholds: Iterable[Threshold], assignee_id: int | None, team_id: int | None) -> set[int]:
        """Ids of the agents that these thresholds mean, for a ticket of this assignee and team."""
        found: set[int] = set()
        for threshold in thresholds:
            found |= set(threshold.agent_ids)
            for word in threshold.recipients:
                found |= self._meant(word, assignee_id, team_id)
        return found

    def _meant(self, word: str, assignee_id: int | None, team_id: int | None) -> frozenset[int]:
        """A ticket that nobody has is its whole team's to take, so that no warning is lost."""
        if word == "manager":
            return self._all_managers()
        if word == "assignee" and assignee_id and self._works_here(assignee_id):
            return frozenset([assignee_id])
        if team_id is None:
            return frozenset()
        return self._leads_of(team_id) if word == "team lead" else self._members_of(team_id)

    def _works_here(self, agent_id: int) -> bool:
        return self._session.get_one(Agent, agent_id).active

    def _members_of(self, team_id: int) -> frozenset[int]:
        if team_id not in self._members:
            query = select(TeamMember.agent_id).where(TeamMember.team_id == team_id)
            self._members[team_id] = frozenset(self._session.scalars(query))
        return self._members[team_id]

    def _leads_of(self, team_id: int) -> frozenset[int]:
        if team_id not in self._leads:
            self._leads[team_id] = frozenset(organisation.leads_of(self._session, team_id))
        return self._leads[team_id]

    def _all_managers(self) -> frozenset[int]:
        if self._managers is None:
            self._managers = frozenset(organisation.agents_in_role(self._session, "manager"))
        return self._managers
