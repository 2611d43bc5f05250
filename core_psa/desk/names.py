"""From what a caller wrote (an id or a name) to the record it means, or a refusal that lists what is allowed."""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core_psa.customers.tables import Customer, Site, User
from core_psa.db.spelling import same
from core_psa.errors import FieldError, Invalid
from core_psa.organisation.tables import Agent, Team
from core_psa.tickets.tables import Category, Priority, Status, Ticket, TicketType

_SHOWN = 8
_COMPARED = 2_000
_DIGITS = 19


@dataclass(frozen=True)
class Reference:
    """How one field of a ticket points to its record: the column, and the names a caller may use for it."""

    column: str
    model: Any
    label: InstrumentedAttribute[Any]
    names: tuple[InstrumentedAttribute[Any], ...]
    offered: SQLColumnExpression[bool] | None = None


REFERENCES: dict[str, Reference] = {
    "customer": Reference("customer_id", Customer, Customer.name, (Customer.name,), Customer.active),
    "site": Reference("site_id", Site, Site.name, (Site.name,)),
    "requester": Reference("requester_id", User, User.name, (User.email,), User.active),
    "type": Reference("type_id", TicketType, TicketType.name, (TicketType.name,), TicketType.active),
    "status": Reference("status_id", Status, Status.name, (Status.name,), Status.active),
    "category": Reference("category_id", Category, Category.path, (Category.path, Category.name), ~Category.retired),
    "priority": Reference("priority_id", Priority, Priority.name, (Priority.name,), Priority.active),
    "team": Reference("team_id", Team, Team.name, (Team.name,), Team.active),
    "assignee": Reference("assignee_id", Agent, Agent.name, (Agent.email, Agent.name), Agent.active),
}


def find(session: Session, field: str, given: int | str) -> int:
    """The id of the record meant by an id or a name of any case. Raises Invalid, naming the nearest allowed values."""
    reference = REFERENCES[field]
    query = select(reference.model.id)
    if reference.offered is not None:
        query = query.where(reference.offered)
    if (wanted := _number(given)) is not None:
        found = session.scalar(query.where(reference.model.id == wanted))
        if found is not None:
            return int(found)
    written = str(given).strip()
    for name in reference.names:
        matches = session.scalars(query.where(same(name, written)).limit(2)).all()
        if len(matches) == 1:
            return int(matches[0])
    raise Invalid(_unknown(session, field, reference, str(given)))


def _number(given: int | str) -> int | None:
    """What may be an id: a whole number that the store can hold."""
    if isinstance(given, str) and not (given.isdecimal() and len(given) <= _DIGITS):
        return None
    return int(given) if -(2**63) <= int(given) < 2**63 else None


def _unknown(session: Session, field: str, reference: Reference, given: str) -> FieldError:
    names = select(reference.names[0]).where(reference.names[0].is_not(None))
    if reference.offered is not None:
        names = names.where(reference.offered)
    known = [str(name) for name in session.scalars(names.limit(_COMPARED))]
    by_lower = {name.lower(): name for name in known}
    near = [by_lower[n] for n in difflib.get_close_matches(given.lower()[:200], by_lower, _SHOWN, 0.4)]
    shown = tuple(near or sorted(known)[:_SHOWN])
    return FieldError(field, f"'{given[:100]}' is not known here or not clear", shown)


def is_offered(session: Session, field: str, record_id: int) -> bool:
    """Whether a ticket may get this record now."""
    reference = REFERENCES[field]
    query = select(reference.model.id).where(reference.model.id == record_id)
    return session.scalar(query if reference.offered is None else query.where(reference.offered)) is not None


def must_exist(session: Session, values: Mapping[str, Any]) -> None:
    """Raises Invalid for every id among these values that no record has."""
    given = {name: values[name] for name in REFERENCES if values.get(name) is not None}
    unknown = [name for name, i in given.items() if session.get(REFERENCES[name].model, i) is None]
    if unknown:
        raise Invalid(*(FieldError(name, f"there is no {name} {given[name]}") for name in unknown))


def label(session: Session, field: str, record_id: int | None) -> str | None:
    """The name a person reads for this id."""
    if record_id is None:
        return None
    reference = REFERENCES[field]
    return session.scalar(select(reference.label).where(reference.model.id == record_id))


def labels(session: Session, field: str, record_ids: Collection[int]) -> dict[int, str]:
    """The names of several records of one field, in one query."""
    if not record_ids:
        return {}
    reference = REFERENCES[field]
    query = select(reference.model.id, reference.label).where(reference.model.id.in_(record_ids))
    return {record_id: name for record_id, name in session.execute(query)}


def labels_of(session: Session, ticket_id: int) -> dict[str, str | None]:
    """The names of everything this ticket points to, by field, in one query."""
    row = session.execute(_NAMED.where(Ticket.id == ticket_id)).one()
    return dict(zip(REFERENCES, row, strict=True))


def _named() -> Select[Any]:
    query = select(*(reference.label for reference in REFERENCES.values())).select_from(Ticket)
    for reference in REFERENCES.values():
        query = query.outerjoin(reference.model, reference.model.id == getattr(Ticket, reference.column))
    return query


_NAMED = _named()
