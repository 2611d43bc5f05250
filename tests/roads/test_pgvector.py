"""Where several nodes share PostgreSQL: a ticket comes in, and its neighbours come from the index that all of them share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core_psa.db import Database
from core_psa.errors import StoreUnavailable
from core_psa.intake.receive import NewTicket, receive
from core_psa.suggestions.store import proposals_of, triage_of
from core_psa.tickets.tables import Category, Ticket
from core_psa.vectors.store import last_change, tell_indexes
from core_psa.viewer import SYSTEM
from server import children
from server.doctor import examine
from server.settings import Settings
from server.store import open_store
from server.wiring import open_encoder, open_shared_index, open_triage
from tests.server.history import import_history
from triage.desk import DeskTriage
from triage.desk.history import solved_count

TICKETS = 150


@pytest.fixture
def settings(postgres_url: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, database_url=postgres_url, encoder="hashing", vector_index="pgvector")


@pytest.fixture
def db(settings: Settings, tmp_path: Path) -> Iterator[Database]:
    """The store of a desk with a history, whose index nobody has filled yet."""
    db = open_store(settings)
    with db.work() as w:
        w.session.execute(text("DROP SCHEMA IF EXISTS fifthcall_vectors CASCADE"))
    import_history(db, tmp_path, TICKETS)
    for name in ("prepare", "embed"):
        children.run(settings, name)
    yield db
    db.close()


def node(settings: Settings, db: Database) -> DeskTriage:
    return open_triage(settings, db, open_encoder(settings))


def test_a_ticket_gets_its_suggestion_from_neighbours_in_postgresql(settings: Settings, db: Database) -> None:
    children.run(settings, "index")
    triage = node(settings, db)
    assert len(triage.solved) == TICKETS
    with db.work() as w:
        ticket = receive(w, SYSTEM, NewTicket("Paper jam", "the printer has a paper jam in its tray again"))
    assert triage.work_once(10) == (ticket.id,)
    with db.read() as session:
        row, proposed = triage_of(session, ticket.id), proposals_of(session, ticket.id)["category"]
        category = session.get_one(Category, proposed.value_id)
    assert row is not None
    assert len(row.neighbours) == 5
    assert category.name == "Printing"


def test_what_one_node_reads_from_the_feed_every_node_finds(settings: Settings, db: Database) -> None:
    first, second = node(settings, db), node(settings, db)
    first.catch_up()
    assert len(second.solved) == TICKETS
    with db.read() as session:
        assert second.solved.position == last_change(session)
    assert not second.solved.needs_rebuild


def test_a_ticket_that_is_no_longer_trusted_leaves_the_index(settings: Settings, db: Database) -> None:
    triage = node(settings, db)
    triage.catch_up()
    with db.work() as w:
        ticket = w.session.scalars(text("SELECT id FROM ticket LIMIT 1")).one()
        w.session.get_one(Ticket, ticket).spam = True
        tell_indexes(w.session, ticket, w.now)
    triage.catch_up()
    with db.read() as session:
        assert len(triage.solved) == solved_count(session) == TICKETS - 1


def test_while_another_node_writes_the_index_this_one_goes_on(settings: Settings, db: Database) -> None:
    other = open_shared_index(settings, open_encoder(settings))
    with other.alone() as alone:
        assert alone
        triage = node(settings, db)
        triage.catch_up()
        assert len(triage.solved) == 0
    triage.catch_up()
    assert len(triage.solved) == TICKETS


def test_a_connection_that_the_server_ended_is_made_anew(settings: Settings, db: Database) -> None:
    triage = node(settings, db)
    triage.catch_up()
    with db.work() as w:
        w.session.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fifthcall index'")
        )
    with pytest.raises(Exception, match=r"terminat|closed"):
        len(triage.solved)
    assert len(triage.solved) == TICKETS


def test_the_doctor_looks_at_the_shared_index(settings: Settings, db: Database) -> None:
    children.run(settings, "index")
    (finding,) = [f for f in examine(settings) if f.check == "index"]
    assert finding.state == "ok"
    assert f"{TICKETS} solved tickets" in finding.text


def test_on_sqlite_it_is_refused_with_what_to_do(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, encoder="hashing", vector_index="pgvector")
    with pytest.raises(StoreUnavailable, match="FIFTHCALL_DATABASE_URL"):
        open_shared_index(settings, open_encoder(settings))
