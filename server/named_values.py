"""What people and programs write where a routing rule needs a record: a name or an id."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.db.spelling import same
from core_psa.desk import names
from core_psa.errors import FieldError, Invalid
from core_psa.organisation.tables import Skill
from core_psa.routing.rules import CONDITIONS, WORDS
from core_psa.sla.tables import Calendar

# What rules ask about beside what tickets point to.
FURTHER: Mapping[str, Any] = {"skill": Skill, "hours": Calendar}


def value_of(session: Session, field: str, written: int | str) -> int | str:
    """The id that is meant, or the words themselves where a rule asks for words. Raises Invalid with what is known."""
    if field in WORDS:
        return written
    if field in names.REFERENCES:
        return names.find(session, field, written)
    if field not in FURTHER:
        raise Invalid(FieldError(field, f"'{field[:100]}' is nothing a rule can ask about", CONDITIONS))
    return _further(session, field, FURTHER[field], written)


def _further(session: Session, field: str, model: Any, written: int | str) -> int:
    called = model.id == written if isinstance(written, int) else same(model.name, written)
    found = session.scalar(select(model.id).where(called).limit(1))
    if found is None:
        known = tuple(session.scalars(select(model.name).order_by(model.name).limit(8)))
        raise Invalid(FieldError(field, f"'{str(written)[:100]}' is not known here", known))
    return int(found)
