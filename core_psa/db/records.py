"""Finding one record by its id, and saving it."""

from typing import Any, TypeVar, cast

from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core_psa.db.base import Base
from core_psa.db.fields import MAX_KEY
from core_psa.errors import Conflict, NotFound

R = TypeVar("R", bound=Base)


def table_of(model: type[Base]) -> Table:
    """For rows that are written as they are: what the mapper does for a row costs more than the row."""
    return cast("Table", model.__table__)


def kind_of(model: type[Base] | Base) -> str:
    """What people call such a record: its table's name in plain words."""
    return str(model.__tablename__).replace("_", " ")


def get(session: Session, model: type[R], record_id: int, *, lock: bool = False) -> R:
    """The record, locked until the transaction ends if asked. Raises NotFound."""
    found = session.get(model, record_id, with_for_update=lock or None) if 0 < record_id <= MAX_KEY else None
    if found is None:
        raise NotFound(kind_of(model), record_id)
    return found


def save(session: Session, *rows: Any) -> None:
    """Writes new and changed rows now. Raises Conflict where somebody else's row, written meanwhile, stands in the way."""
    session.add_all(rows)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("somebody saved a record that this one collides with: look again and repeat") from error
