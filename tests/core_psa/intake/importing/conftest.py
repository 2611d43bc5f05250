"""Files to import, and what a desk holds after it."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core_psa.customers.tables import Customer, Site, User
from core_psa.db import Database
from core_psa.intake.importing import Options, Result, import_file
from core_psa.organisation.tables import Agent, Team
from core_psa.tickets.tables import Category, Priority, Status, Ticket, TicketType
from core_psa.viewer import SYSTEM

Row = Mapping[str, Any]


@pytest.fixture
def jsonl(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows as JSON Lines."""

    def write(*rows: Row, name: str = "old.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows as CSV, in this dialect and encoding."""

    def write(rows: Sequence[Row], name: str = "old.csv", encoding: str = "utf-8", delimiter: str = ",") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.fixture
def bring(db: Database) -> Callable[..., Result]:
    """Imports a file of tickets with these options."""

    def run(path: Path, **chosen: Any) -> Result:
        return import_file(db, SYSTEM, "tickets", path, Options(**{"source": "old", **chosen}))

    return run


@pytest.fixture
def ticket(db: Database) -> Callable[..., dict[str, Any]]:
    """A ticket by the id it had, with its references by name."""

    def look(external_id: str, source: str = "old") -> dict[str, Any]:
        with db.read() as session:
            found = session.scalars(
                select(Ticket).where(Ticket.external_id == external_id, Ticket.source == source)
            ).one()
            references = {
                "customer": (Customer, found.customer_id, "name"),
                "site": (Site, found.site_id, "name"),
                "requester": (User, found.requester_id, "name"),
                "category": (Category, found.category_id, "path"),
                "priority": (Priority, found.priority_id, "name"),
                "team": (Team, found.team_id, "name"),
                "assignee": (Agent, found.assignee_id, "name"),
                "status": (Status, found.status_id, "name"),
                "type": (TicketType, found.type_id, "name"),
            }
            named = {
                field: getattr(session.get(model, record_id), name) if record_id else None
                for field, (model, record_id, name) in references.items()
            }
            columns = {column.key: getattr(found, column.key) for column in Ticket.__table__.columns}
            return {**columns, **named}

    return look


@pytest.fixture
def count(db: Database) -> Callable[..., int]:
    def rows(model: Any) -> int:
        with db.read() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0

    return rows


@pytest.fixture
def names(db: Database) -> Callable[[Any], set[str]]:
    def all_of(column: Any) -> set[str]:
        with db.read() as session:
            found: Iterable[str] = session.scalars(select(column))
            return set(found)

    return all_of
