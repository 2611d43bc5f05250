"""What became of solved tickets, read from the store at the moment of asking."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, select
from sqlalchemy.orm import Session

from core_psa.db.records import table_of
from core_psa.sla.choice import Calendars
from core_psa.sla.rules import to_micros
from core_psa.tickets.tables import Ticket
from triage.neighbours import Outcome

HOUR = 3600.0
_HOUR_MICROS = HOUR * 1e6

# Columns of the table: a statement of mapped ones takes half as long again for each triage.
TICKET = table_of(Ticket).c
FIELD_COLUMNS = {name: TICKET[f"{name}_id"] for name in ("category", "priority", "team", "assignee")}

_COLUMNS = (
    TICKET.id,
    TICKET.created_at,
    TICKET.resolved_at,
    TICKET.end_known,
    TICKET.duplicate_of_id,
    TICKET.customer_id,
    *FIELD_COLUMNS.values(),
)
_BOUND = 500  # values in one IN list


# Solved tickets whose outcome may be learned from.
TRUSTED: ColumnElement[bool] = and_(TICKET.state == "done", ~TICKET.spam, TICKET.resolved_at.is_not(None))

# Built once: for every triage anew, that would take longer than running it.
_OUTCOMES = select(*_COLUMNS).where(TICKET.id.in_(bindparam("ids", expanding=True)), TRUSTED)


@dataclass(frozen=True)
class StoredHistory:
    """The engine's history over one reading transaction."""

    session: Session
    calendars: Calendars

    def outcomes(self, ids: Collection[int]) -> Mapping[int, Outcome]:
        wanted = list(ids)
        found: dict[int, Outcome] = {}
        for start in range(0, len(wanted), _BOUND):
            found.update(self.read(self.session.execute(_OUTCOMES, {"ids": wanted[start : start + _BOUND]})))
        return found

    def read(self, rows: Iterable[Row[*tuple[Any, ...]]]) -> Iterator[tuple[int, Outcome]]:
        """Rows of `solved_rows` or of `outcomes` as the engine reads them, with their tickets' ids; hours are business hours."""
        for ticket_id, created_at, resolved_at, end_known, duplicate_of_id, customer_id, *values in rows:
            by_field = dict(zip(FIELD_COLUMNS, values, strict=True))
            start, end = to_micros(created_at), to_micros(resolved_at)
            calendar = self.calendars.of(customer_id, by_field["team"])
            yield (
                ticket_id,
                Outcome(
                    id=ticket_id,
                    created_at=start / 1e6,
                    solved_at=end / 1e6,
                    values=by_field,
                    hours=calendar.elapsed_micros(start, end) / _HOUR_MICROS if end_known else None,
                    duplicate_group=duplicate_of_id or ticket_id,
                ),
            )


def solved_count(session: Session) -> int:
    """How many trusted solved tickets there are."""
    return session.scalar(select(func.count()).select_from(Ticket).where(TRUSTED)) or 0


def solved_rows(session: Session, newest: int) -> Iterator[Row[*tuple[Any, ...]]]:
    """The newest trusted solved tickets, for learning."""
    query = select(*_COLUMNS).where(TRUSTED).order_by(Ticket.created_at.desc()).limit(newest)
    yield from session.execute(query.execution_options(yield_per=5_000))
