"""What became of solved tickets, read from the store at the moment of asking."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, select
from sqlalchemy.orm import Session

from core_psa.sla.choice import Calendars
from core_psa.sla.rules import CompiledCalendar
from core_psa.tickets.tables import Ticket
from triage.neighbours import Outcome

HOUR = 3600.0

FIELD_COLUMNS = {
    "category": Ticket.category_id,
    "priority": Ticket.priority_id,
    "team": Ticket.team_id,
    "assignee": Ticket.assignee_id,
}

_COLUMNS = (
    Ticket.id,
    Ticket.created_at,
    Ticket.resolved_at,
    Ticket.end_known,
    Ticket.duplicate_of_id,
    Ticket.customer_id,
    *FIELD_COLUMNS.values(),
)
_BOUND = 500  # values in one IN list


# Solved tickets whose outcome may be learned from.
TRUSTED: ColumnElement[bool] = and_(Ticket.state == "done", ~Ticket.spam, Ticket.resolved_at.is_not(None))

# Built once: for every triage anew, that would take longer than running it.
_OUTCOMES = select(*_COLUMNS).where(Ticket.id.in_(bindparam("ids", expanding=True)), TRUSTED)


@dataclass(frozen=True)
class StoredHistory:
    """The engine's history over one reading transaction."""

    session: Session
    calendars: Calendars

    def outcomes(self, ids: Collection[int]) -> Mapping[int, Outcome]:
        wanted = list(ids)
        found: dict[int, Outcome] = {}
        for start in range(0, len(wanted), _BOUND):
            rows = self.session.execute(_OUTCOMES, {"ids": wanted[start : start + _BOUND]})
            found.update((row.id, self.outcome(row)) for row in rows)
        return found

    def outcome(self, row: Row[*tuple[Any, ...]]) -> Outcome:
        """One row of `solved_rows` or of `outcomes` as the engine reads it; hours are business hours."""
        return Outcome(
            id=row.id,
            created_at=row.created_at.timestamp(),
            solved_at=row.resolved_at.timestamp(),
            values={name: getattr(row, column.key) for name, column in FIELD_COLUMNS.items()},
            hours=self._hours(row),
            duplicate_group=row.duplicate_of_id or row.id,
        )

    def _hours(self, row: Row[*tuple[Any, ...]]) -> float | None:
        if not row.end_known:
            return None
        calendar = self.calendars.of(row.customer_id, row.team_id)
        return business_hours(calendar, row.created_at, row.resolved_at)


def business_hours(calendar: CompiledCalendar, start: datetime, end: datetime) -> float:
    return calendar.elapsed(start, end).total_seconds() / HOUR


def solved_count(session: Session) -> int:
    """How many trusted solved tickets there are."""
    return session.scalar(select(func.count()).select_from(Ticket).where(TRUSTED)) or 0


def solved_rows(session: Session, newest: int) -> Iterator[Row[*tuple[Any, ...]]]:
    """The newest trusted solved tickets, for learning."""
    query = select(*_COLUMNS).where(TRUSTED).order_by(Ticket.created_at.desc()).limit(newest)
    yield from session.execute(query.execution_options(yield_per=5_000))
