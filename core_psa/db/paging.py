"""Lists a page at a time. A cursor holds the sort key of the last row shown, so the next page costs what the first did."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeDecorator, TypeEngine

from core_psa.db.base import from_micros, to_micros
from core_psa.db.fields import MAX_KEY
from core_psa.errors import FieldError, Invalid

MAX_LIMIT = 200
DEFAULT_LIMIT = 50

T = TypeVar("T")
KeyColumn = InstrumentedAttribute[Any]


class Page(NamedTuple, Generic[T]):
    """`next_cursor` is None on the last page."""

    rows: Sequence[T]
    next_cursor: str | None


def page(
    session: Session,
    query: "Select[T]",
    keys: Sequence[KeyColumn],
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    descending: bool = False,
) -> Page[T]:
    """The next `limit` rows of a query for one entity, sorted by `keys`, the last of which is unique; none may be null.

    Raises Invalid for a limit outside 1 to MAX_LIMIT and for a cursor that no list of these keys gave out.
    """
    checked_limit(limit)
    if cursor:
        query = query.where(_beyond(keys, decode(cursor, len(keys)), descending))
    order = [key.desc() if descending else key.asc() for key in keys]
    found = session.execute(query.add_columns(*keys).order_by(*order).limit(limit + 1)).all()
    shown = found[:limit]
    more = len(found) > limit
    return Page([row[0] for row in shown], encode(shown[-1][1:]) if more else None)


def checked_limit(limit: int) -> int:
    """Raises Invalid outside 1 to MAX_LIMIT."""
    if not 1 <= limit <= MAX_LIMIT:
        raise Invalid(FieldError("limit", f"{limit} is outside 1 to {MAX_LIMIT}"))
    return limit


def place(cursor: str | None) -> int:
    """How many rows of a ranked list come before this page; such a list is short enough to be counted off."""
    if not cursor:
        return 0
    (start,) = decode(cursor, 1)
    if type(start) is not int or not 0 <= start <= MAX_KEY:
        raise _not_a_cursor()
    return start


def _beyond(keys: Sequence[KeyColumn], values: Sequence[Any], descending: bool) -> ColumnElement[bool]:
    pairs = list(zip(keys, values, strict=True))
    if not all(_fits(value, key.type) for key, value in pairs):
        raise _not_a_cursor()
    here, last = tuple_(*keys), tuple_(*(literal(value, key.type) for key, value in pairs))
    return here < last if descending else here > last


def _fits(value: Any, column: TypeEngine[Any]) -> bool:
    plain = column.impl_instance if isinstance(column, TypeDecorator) else column
    return type(value) is plain.python_type and not (isinstance(value, int) and abs(value) > MAX_KEY)


def encode(values: Sequence[Any]) -> str:
    """A cursor of numbers, texts and instants, safe in an address."""
    plain = [{"at": to_micros(value)} if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[Any]:
    """The values of a cursor of this many. Raises Invalid."""
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [from_micros(value["at"]) if isinstance(value, dict) else value for value in plain]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, binascii.Error):
        raise _not_a_cursor() from None
    if len(values) != length:
        raise _not_a_cursor()
    return values


def _not_a_cursor() -> Invalid:
    return Invalid(FieldError("cursor", "is not one that this list gave out"))
