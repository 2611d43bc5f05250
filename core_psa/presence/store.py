"""Queries on who is where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.organisation.tables import Agent
from core_psa.presence.tables import Presence

BEATS_EVERY = timedelta(seconds=20)
# Two heartbeats may be lost before a tab counts as gone.
FORGOTTEN_AFTER = timedelta(seconds=50)


@dataclass(frozen=True)
class Present:
    """One person, however many tabs they have open; `writing` is a field of the page, or nothing."""

    agent_id: int
    name: str
    writing: str


def present(session: Session, topic: str, now: datetime) -> Sequence[Present]:
    """Everybody who has this open, by name."""
    query = (
        select(Presence.agent_id, Agent.name, Presence.writing)
        .join(Agent, Agent.id == Presence.agent_id)
        .where(Presence.topic == topic, Presence.seen_at > now - FORGOTTEN_AFTER)
        .order_by(Agent.name, Presence.agent_id, Presence.writing)
    )
    # The last of somebody's tabs to be read is the one they write in, if there is one.
    people = {agent_id: Present(agent_id, name, writing) for agent_id, name, writing in session.execute(query)}
    return list(people.values())
