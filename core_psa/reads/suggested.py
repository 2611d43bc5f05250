"""What triage suggests for the tickets of one page of the queue, in one query."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from core_psa.organisation.tables import Agent, Team
from core_psa.suggestions.tables import Proposal
from core_psa.tickets.tables import Category, Priority


@dataclass(frozen=True)
class Suggested:
    """`rank` is that of a priority."""

    label: str
    confidence: float
    rank: int | None


def suggested(session: Session, ticket_ids: Collection[int]) -> Mapping[int, Mapping[str, Suggested]]:
    """The proposals to be shown, by ticket and field. The caller has asked for tickets that the viewer may see."""
    label = func.coalesce(Category.path, Priority.name, Team.name, Agent.name)
    query = (
        select(Proposal.ticket_id, Proposal.field, label, Proposal.confidence, Priority.rank)
        .outerjoin(Category, and_(Proposal.field == "category", Category.id == Proposal.value_id))
        .outerjoin(Priority, and_(Proposal.field == "priority", Priority.id == Proposal.value_id))
        .outerjoin(Team, and_(Proposal.field == "team", Team.id == Proposal.value_id))
        .outerjoin(Agent, and_(Proposal.field == "assignee", Agent.id == Proposal.value_id))
        .where(Proposal.ticket_id.in_(ticket_ids), Proposal.shown, ~Proposal.superseded, label.is_not(None))
    )
    found: dict[int, dict[str, Suggested]] = {}
    for ticket_id, field, name, confidence, rank in session.execute(query):
        found.setdefault(ticket_id, {})[field] = Suggested(name, confidence, rank)
    return found
