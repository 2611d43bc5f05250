"""What the selects of filters and forms offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core_psa.audit.known import Known
from core_psa.customers.tables import Customer
from core_psa.organisation.tables import Agent, Role, Team
from core_psa.tickets.tables import Category, Priority, Status, TicketType

Choice = tuple[int, str]

_CUSTOMERS = select(Customer.id, Customer.name).where(Customer.active).order_by(Customer.name)
_TYPES = select(TicketType.id, TicketType.name).where(TicketType.active).order_by(TicketType.id)
_STATUSES = select(Status.id, Status.name, Status.state).where(Status.active).order_by(Status.position)
_PRIORITIES = select(Priority.id, Priority.name).where(Priority.active).order_by(Priority.rank)
_CATEGORIES = select(Category.id, Category.path).where(~Category.retired).order_by(Category.path)
_TEAMS = select(Team.id, Team.name).where(Team.active).order_by(Team.name)
_AGENTS = select(Agent.id, Agent.name).where(Agent.active).order_by(Agent.name)
_ROLES = select(Role.id, Role.name).where(Role.active).order_by(Role.name)


@dataclass(frozen=True)
class Choices:
    """(id, name) pairs by field, in the order they are offered; a status with its state. Sites are those of one customer."""

    customers: Sequence[Choice]
    types: Sequence[Choice]
    statuses: Sequence[tuple[int, str, str]]
    priorities: Sequence[Choice]
    categories: Sequence[Choice]
    teams: Sequence[Choice]
    agents: Sequence[Choice]
    roles: Sequence[Choice]
    sites: Sequence[Choice] = ()


def choices(session: Session, *, customers: bool = False) -> Choices:
    """Everything but the customers, of whom there may be very many, unless they are asked for."""
    return _CHOICES.of(session, customers)


def _read(session: Session, customers: bool) -> Choices:
    return Choices(
        customers=_plain(session, _CUSTOMERS) if customers else (),
        types=_plain(session, _TYPES),
        statuses=_plain(session, _STATUSES),
        priorities=_plain(session, _PRIORITIES),
        categories=_plain(session, _CATEGORIES),
        teams=_plain(session, _TEAMS),
        agents=_plain(session, _AGENTS),
        roles=_plain(session, _ROLES),
    )


def _plain(session: Session, query: Select[*tuple[Any, ...]]) -> tuple[Any, ...]:
    """Rows would keep their session for as long as they are known."""
    return tuple(tuple(row) for row in session.execute(query))


_CHOICES = Known(_read)
