"""Queries on watchers and favourites."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core_psa.customers.tables import User
from core_psa.following.rules import Person
from core_psa.following.tables import Favourite, Watcher
from core_psa.organisation.tables import Agent


@dataclass(frozen=True)
class Watching:
    """One watcher as people read it; exactly one of the ids and `address` is what it is known by."""

    id: int
    name: str
    agent_id: int | None
    user_id: int | None
    address: str | None

    @property
    def kind(self) -> str:
        return "agent" if self.agent_id else "user" if self.user_id else "address"


def watchers(session: Session, ticket_id: int) -> Sequence[Watching]:
    """Agents first, then the customer's people, each in the order they joined."""
    query = (
        select(Watcher, Agent.name, User.name)
        .outerjoin(Agent, Agent.id == Watcher.agent_id)
        .outerjoin(User, User.id == Watcher.user_id)
        .where(Watcher.ticket_id == ticket_id)
        .order_by(Watcher.id)
    )
    found = [
        Watching(w.id, agent or user or w.address or "", w.agent_id, w.user_id, w.address)
        for w, agent, user in session.execute(query)
    ]
    return sorted(found, key=lambda watching: watching.agent_id is None)


def watched_by(agent_id: int) -> Select[int]:
    """The ids of the tickets this agent watches, for a query of tickets."""
    return select(Watcher.ticket_id).where(Watcher.agent_id == agent_id)


def kept_by(agent_id: int) -> Select[int]:
    """The same of their favourites."""
    return select(Favourite.ticket_id).where(Favourite.agent_id == agent_id)


def is_favourite(session: Session, agent_id: int, ticket_id: int) -> bool:
    return session.get(Favourite, (agent_id, ticket_id)) is not None


def people(session: Session) -> list[Person]:
    """Every active agent, as they may be mentioned."""
    return [Person(*row) for row in session.execute(select(Agent.id, Agent.name, Agent.email).where(Agent.active))]


def owners_of(session: Session, addresses: Collection[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Active agents and users by address, of these addresses."""
    agents = select(Agent.email, Agent.id).where(Agent.email.in_(addresses), Agent.active)
    users = select(User.email, User.id).where(User.email.in_(addresses), User.active)
    return dict(session.execute(agents).all()), dict(session.execute(users).all())  # type: ignore[arg-type]
