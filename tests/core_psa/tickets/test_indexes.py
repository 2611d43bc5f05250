"""What SQLite does for the queue's questions, as it says itself."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Select, select
from sqlalchemy.dialects import sqlite

from core_psa.db import Database
from core_psa.reads.queue import NEWEST
from core_psa.tickets import store
from core_psa.tickets.tables import Ticket


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Database]:
    db = Database.open(sqlite_url)
    yield db
    db.close()


def _plan(db: Database, query: Select[int]) -> str:
    compiled = query.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True})
    values = tuple(compiled.params[name] for name in compiled.positiontup or ())
    with db.read() as session:
        rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
        return " ".join(str(row[3]) for row in rows)


def test_what_is_unsolved_is_found_without_reading_history(desk: Database) -> None:
    assert "ix_ticket_queue (state=?)" in _plan(desk, select(Ticket.id).where(store.unsolved()))


def test_the_most_urgent_of_all_are_found_without_sorting_all(desk: Database) -> None:
    plan = _plan(desk, select(Ticket.id).order_by(Ticket.priority_rank, Ticket.created_at, Ticket.id))
    assert "ix_ticket_priority" in plan
    assert "ORDER BY" not in plan


def test_the_next_deadlines_are_found_without_sorting_all(desk: Database) -> None:
    plan = _plan(desk, select(Ticket.id).where(store.NOT_DONE).order_by(Ticket.due_at, Ticket.id))
    assert "ix_ticket_due" in plan
    assert "ORDER BY" not in plan


def test_whether_any_ticket_has_changed_is_seen_without_reading_them(desk: Database) -> None:
    """Open queues ask twice a second."""
    plan = _plan(desk, NEWEST)
    assert "ix_ticket_updated" in plan
    assert plan.count("SEARCH ticket") == 2
