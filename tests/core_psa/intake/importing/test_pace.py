"""How long one transaction of an import may go on."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from core_psa.db import Database
from core_psa.intake.importing.pace import Pace


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Database]:
    with closing(Database.open(sqlite_url)) as db:
        yield db


@pytest.fixture
def alone(store: Database) -> Pace:
    """In a transaction, and nobody else has written for long."""
    pace = Pace(store)
    for _ in range(200):
        with store.work(patient=True) as w:
            pace.begin(w.session)
    return pace


def test_a_transaction_has_room_while_nobody_wants_to_write(alone: Pace) -> None:
    assert alone.has_room()


def test_a_transaction_has_no_more_room_once_somebody_wants_to_write(alone: Pace, sqlite_url: str) -> None:
    # They hold the turn here, as they would ask for it while the import had it.
    with closing(Database.open(sqlite_url)) as other, other.work():
        assert not alone.has_room()


def test_a_transaction_takes_one_batch_while_others_write(store: Database) -> None:
    pace = Pace(store)
    with store.work(patient=True) as w:
        pace.begin(w.session)
        assert not pace.has_room()
