"""Queries on the fields of ticket types, and reading values given for them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.assets.tables import Asset
from core_psa.audit.known import Known
from core_psa.customers.tables import User
from core_psa.db.fields import Refused
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.errors import FieldError
from core_psa.tickets.own_fields.rules import Field, read
from core_psa.tickets.own_fields.tables import TypeField
from core_psa.tickets.tables import Ticket, TicketDetail
from core_psa.viewer import Viewer


def fields_of(session: Session, type_id: int) -> tuple[Field, ...]:
    """The fields that tickets of this type offer, in their order."""
    return _FIELDS.of(session, type_id)


def _read_fields(session: Session, type_id: int) -> tuple[Field, ...]:
    query = select(TypeField).where(TypeField.type_id == type_id, TypeField.active)
    return tuple(_field(row) for row in session.scalars(query.order_by(TypeField.position, TypeField.id)))


_FIELDS = Known(_read_fields)


def _field(row: TypeField) -> Field:
    return Field(
        name=row.name,
        label=row.label,
        kind=row.kind,
        choices=tuple(row.choices),
        default=row.default,
        required_at=frozenset(row.required_at),
        help=row.help,
    )


def read_values(
    session: Session, fields: Sequence[Field], given: Mapping[str, Any], customer_id: int | None
) -> tuple[dict[str, Any], list[FieldError]]:
    """The values as they are stored, by field name, and what is wrong with the others.

    A user or asset must be the ticket's own customer's.
    """
    known = {field.name: field for field in fields}
    values: dict[str, Any] = {}
    errors = []
    for name, raw in given.items():
        if name not in known:
            errors.append(FieldError(name[:100], "is not a field of this type of ticket", tuple(known)))
            continue
        try:
            values[name] = read(known[name].kind, known[name].choices, raw)
            _must_be_theirs(session, known[name].kind, values[name], customer_id)
        except Refused as refused:
            errors.append(FieldError(name, str(refused), refused.allowed))
    return values, errors


def own_values(session: Session, ticket: Ticket) -> dict[str, Any]:
    """What the ticket's own fields hold, as far as its type still has them."""
    detail = session.get(TicketDetail, ticket.id)
    known = {field.name for field in fields_of(session, ticket.type_id)}
    return {name: value for name, value in (detail.own if detail else {}).items() if name in known}


# Kinds of field that point to something of the customer's.
_RECORDS: Mapping[str, type[User | Asset]] = {"user": User, "asset": Asset}


def _must_be_theirs(session: Session, kind: str, value: Any, customer_id: int | None) -> None:
    if kind not in _RECORDS or value is None:
        return
    model = _RECORDS[kind]
    if session.scalar(select(model.customer_id).where(model.id == value)) != (customer_id or -1):
        raise Refused(f"{value} is not one of this customer's {kind}s")


def names_of(session: Session, fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, str]:
    """What the users and assets among these values are called, by field name."""
    pointing = {f.name: _RECORDS[f.kind] for f in fields if f.kind in _RECORDS and values.get(f.name)}
    found = {
        name: session.scalar(select(model.name).where(model.id == values[name])) for name, model in pointing.items()
    }
    return {name: called for name, called in found.items() if called is not None}


def field_page(
    session: Session,
    viewer: Viewer,
    type_id: int,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    inactive: bool = False,
) -> Page[TypeField]:
    viewer.require("settings.see")
    query = select(TypeField).where(TypeField.type_id == type_id)
    query = query if inactive else query.where(TypeField.active)
    return page(session, query, (TypeField.position, TypeField.id), cursor, limit)
