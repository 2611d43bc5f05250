"""What the selects of filters and forms offer."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.customers.tables import Customer
from core_psa.organisation import store as organisation
from core_psa.tickets import store as tickets
from core_psa.tickets.rules import CHANNELS

Choice = tuple[int, str]


@dataclass(frozen=True)
class Choices:
    """(id, name) pairs by field, in the order they are offered; `team_members` are agent ids by team."""

    customers: Sequence[Choice]
    types: Sequence[Choice]
    statuses: Sequence[tuple[int, str, str]]
    priorities: Sequence[Choice]
    categories: Sequence[Choice]
    teams: Sequence[Choice]
    agents: Sequence[Choice]
    team_members: dict[int, frozenset[int]]
    channels: Sequence[str] = CHANNELS


def choices(session: Session) -> Choices:
    customers = select(Customer.id, Customer.name).where(Customer.active).order_by(Customer.name)
    return Choices(
        customers=[(i, name) for i, name in session.execute(customers)],
        types=[(t.id, t.name) for t in tickets.types(session)],
        statuses=[(s.id, s.name, s.state) for s in tickets.statuses(session)],
        priorities=[(p.id, p.name) for p in tickets.priorities(session)],
        categories=[(c.id, c.path) for c in tickets.categories(session)],
        teams=[(t.id, t.name) for t in organisation.teams(session)],
        agents=[(a.id, a.name) for a in organisation.agents(session)],
        team_members=organisation.members(session),
    )
