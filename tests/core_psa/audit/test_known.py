"""Configuration kept in memory is never older than the audit log."""

from contextlib import closing

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.audit.changes import create, update
from core_psa.audit.known import Known
from core_psa.db import Database, Work
from core_psa.tickets.tables import TicketType
from core_psa.viewer import SYSTEM


class Names:
    """The names of ticket types, and how often the store was asked for them."""

    def __init__(self) -> None:
        self.readings = 0
        self.known = Known[None, tuple[str, ...]](self.read)

    def read(self, session: Session, _key: None) -> tuple[str, ...]:
        self.readings += 1
        return tuple(session.scalars(select(TicketType.name).order_by(TicketType.id)))

    def of(self, db: Database) -> tuple[str, ...]:
        with db.read() as session:
            return self.known.of(session, None)


@pytest.fixture
def names() -> Names:
    return Names()


def test_nothing_is_read_again_while_nothing_changes(db: Database, names: Names) -> None:
    assert names.of(db) == names.of(db)
    assert names.readings == 1


def test_a_logged_change_is_seen_by_the_next_transaction(db: Database, names: Names) -> None:
    names.of(db)
    with db.work() as w:
        create(w, SYSTEM, TicketType(name="Visit"))
    assert "Visit" in names.of(db)


def test_a_change_by_another_process_is_seen(db: Database, store_url: str, names: Names) -> None:
    names.of(db)
    other = Database.open(store_url, db.clock)
    with other.work() as w:
        create(w, SYSTEM, TicketType(name="Visit"))
    other.close()
    assert "Visit" in names.of(db)


def test_a_transaction_sees_what_it_has_logged(db: Database, names: Names) -> None:
    with db.work() as w:
        names.known.of(w.session, None)
        create(w, SYSTEM, TicketType(name="Visit"))
        assert "Visit" in names.known.of(w.session, None)


def test_what_is_rolled_back_was_never_known(db: Database, names: Names) -> None:
    before = names.of(db)
    with db.read() as session:  # a transaction that never commits
        create(Work(session, db.clock.now()), SYSTEM, TicketType(name="Visit"))
        names.known.of(session, None)
    with db.work() as w:
        update(w, SYSTEM, w.session.scalars(select(TicketType)).first() or TicketType(), {"description": "Other"})
    assert names.of(db) == before


def test_a_change_that_is_committed_after_a_later_one_is_seen(postgres_url: str, names: Names) -> None:
    """PostgreSQL numbers entries before their commit; SQLite has one writer at a time."""
    with closing(Database.open(postgres_url)) as db:
        with db.work() as slow:
            create(slow, SYSTEM, TicketType(name="Visit"))
            slow.session.flush()
            with db.work() as quick:
                create(quick, SYSTEM, TicketType(name="Audit"))
            assert "Visit" not in names.of(db)
        assert "Visit" in names.of(db)
