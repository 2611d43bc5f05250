"""Customer, requester and site of a ticket fit together: nobody asks in the name of another customer."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from core_psa.customers.tables import Site, User
from core_psa.errors import FieldError, Invalid
from core_psa.tickets.tables import Ticket

_FIELDS = ("customer", "requester", "site")


def fitting(session: Session, ticket: Ticket, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with what follows from them: a requester or site brings its customer, another customer drops what is not
    theirs. Raises Invalid for a requester and a site, or a customer, that were given and do not go together."""
    if not any(name in values for name in _FIELDS):
        return dict(values)
    owners = {name: _owner(session, name, values[name]) for name in ("requester", "site") if values.get(name)}
    customer = values["customer"] if "customer" in values else next(iter(owners.values()), ticket.customer_id)
    if wrong := [name for name, owner in owners.items() if owner != customer]:
        raise Invalid(*(FieldError(name, "belongs to another customer") for name in wrong))
    return {**values, "customer": customer, **_left_behind(session, ticket, values, customer)}


def _left_behind(session: Session, ticket: Ticket, values: Mapping[str, Any], customer: int | None) -> dict[str, None]:
    """What the ticket had of another customer."""
    present = {"requester": ticket.requester_id, "site": ticket.site_id}
    kept = {name: record_id for name, record_id in present.items() if record_id and name not in values}
    return {name: None for name, record_id in kept.items() if _owner(session, name, record_id) != customer}


def _owner(session: Session, name: str, record_id: int) -> int:
    if name == "requester":
        return session.get_one(User, record_id).customer_id
    return session.get_one(Site, record_id).customer_id
