"""Values given for a record, cleaned together, so that a refusal names every field that is wrong and not only the first."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core_psa.db.fields import Parser, Refused
from core_psa.db.spelling import same
from core_psa.errors import FieldError, Invalid

V = TypeVar("V")


@dataclass(frozen=True)
class Use:
    """Whether a record is in use now, and whether it will be: what rests may name what is retired."""

    now: bool = True
    then: bool = True

    def takes_up(self, wanted: Iterable[V], present: Iterable[V] = ()) -> set[V]:
        """What of the wanted has to be on offer: what is new, all where the record comes (back) into use, and nothing while it rests."""
        if not self.then:
            return set()
        return set(wanted) - set(present) if self.now else set(wanted)


IN_USE = Use()


class Form:
    """`values` holds what could be cleaned so far; `accepted()` returns it, or raises Invalid with all that was refused."""

    def __init__(self, given: Mapping[str, Any], parsers: Mapping[str, Parser], required: Collection[str] = ()) -> None:
        self.values: dict[str, Any] = {}
        self._errors = [FieldError(field, "must be given") for field in required if field not in given]
        for field, value in given.items():
            self._clean(field, value, parsers)

    def _clean(self, field: str, value: Any, parsers: Mapping[str, Parser]) -> None:
        if field not in parsers:
            self.refuse(field, "is not a field of this record", parsers)
            return
        try:
            self.values[field] = parsers[field](value)
        except Refused as refused:
            self.refuse(field, str(refused), refused.allowed)

    def refuse(self, field: str, message: str, allowed: Iterable[str] = ()) -> None:
        self._errors.append(FieldError(field, message, tuple(allowed)))

    def unique(
        self,
        session: Session,
        column: InstrumentedAttribute[Any],
        *among: ColumnElement[bool],
        but: int | None = None,
    ) -> None:
        """Refuses a text that another record (`but` this one) has already, in any case, among those that match."""
        value = self.values.get(column.key)
        if value is None:
            return
        key = column.class_.id
        query = select(key).where(same(column, value), *among)
        if session.scalar((query if but is None else query.where(key != but)).limit(1)) is not None:
            self.refuse(column.key, f"'{value[:100]}' is taken")

    def refers(self, session: Session, column: InstrumentedAttribute[Any]) -> None:
        """Refuses an id that the column's foreign key does not find."""
        value = self.values.get(column.key)
        target = next(iter(column.property.columns[0].foreign_keys)).column
        if value is not None and session.scalar(select(target).where(target == value)) is None:
            self.refuse(column.key, f"there is no {target.table.name.replace('_', ' ')} {value}")

    def use(self, row: Any) -> Use:
        """Of a record with a column `active`, or of a new one."""
        now = row is not None and row.active
        return Use(now, self.values.get("active", now or row is None))

    def offers(
        self, session: Session, column: InstrumentedAttribute[Any], present: int | None = None, use: Use = IN_USE
    ) -> None:
        """As `refers`, and refuses a record that is retired and not the one that stands there already, by its `use`."""
        value = self.values.get(column.key, present)
        if value is None or (value == present and not use.takes_up([value], [present])):
            return
        target = next(iter(column.property.columns[0].foreign_keys)).column.table
        found = session.execute(select(target.c.name, target.c.active).where(target.c.id == value)).first()
        what = target.name.replace("_", " ")
        if found is None:
            self.refuse(column.key, f"there is no {what} {value}")
        elif not found.active and use.takes_up([value], [present]):
            self.refuse(column.key, f"the {what} {found.name} is retired")

    def accepted(self) -> dict[str, Any]:
        if self._errors:
            raise Invalid(*self._errors)
        return self.values
