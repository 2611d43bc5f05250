"""Imported tickets get the text they would have had if they had come one by one."""

from pathlib import Path

import pytest
from sqlalchemy import select

from core_psa.db import Database
from core_psa.intake import preparing
from core_psa.intake.cleaning import clean, text_hash
from core_psa.intake.importing import Options, import_file
from core_psa.intake.receive import NewTicket, receive
from core_psa.tickets.search import matching
from core_psa.tickets.tables import Ticket, TicketText
from core_psa.viewer import SYSTEM


def _import(db: Database, folder: Path, rows: int) -> None:
    file = folder / "old.csv"
    lines = (f'T{i},Printer {i},"Hello,\n\nprinter {i} is jammed\n\n-- \nPat"' for i in range(rows))
    file.write_text("id,subject,body\n" + "\n".join(lines), encoding="utf-8")
    import_file(db, SYSTEM, "tickets", file, Options("old", history=True))


def test_every_imported_ticket_gets_its_cleaned_text_and_is_found_by_it(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, preparing.AT_ONCE + 7)
    assert preparing.prepare_all(db) == preparing.AT_ONCE + 7
    with db.read() as session:
        assert preparing.waiting(session) == 0
        ticket_id = session.scalars(select(Ticket.id).where(Ticket.external_id == "T3")).one()
        prepared = session.get_one(TicketText, ticket_id)
        text = clean("Printer 3", "Hello,\n\nprinter 3 is jammed\n\n-- \nPat")
        assert (prepared.text, prepared.text_hash) == (text, text_hash(text))
        assert ticket_id in session.scalars(matching(session, SYSTEM, "jammed").newest(session)).all()


def test_the_newest_tickets_are_prepared_first(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, preparing.AT_ONCE * 2)
    seen: list[int] = []

    def lowest(_done: int, _total: int) -> None:
        with db.read() as session:
            seen.append(min(session.scalars(select(TicketText.ticket_id))))

    preparing.prepare_all(db, lowest)
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 2


def test_progress_ends_with_everything_done(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, preparing.AT_ONCE + 1)
    told: list[tuple[int, int]] = []
    preparing.prepare_all(db, lambda done, total: told.append((done, total)))
    assert told == [(preparing.AT_ONCE, preparing.AT_ONCE + 1), (preparing.AT_ONCE + 1, preparing.AT_ONCE + 1)]


def test_a_ticket_that_came_through_the_door_is_left_alone(db: Database) -> None:
    with db.work() as w:
        receive(w, SYSTEM, NewTicket(subject="Printer"))
    assert preparing.prepare_all(db) == 0


def test_preparing_that_was_stopped_goes_on_where_it_was(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, preparing.AT_ONCE * 2)

    class Stopped(Exception):
        pass

    def stop(_done: int, _total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        preparing.prepare_all(db, stop)
    assert preparing.prepare_all(db) == preparing.AT_ONCE
