"""The made-up desk knows its people: leads, suppliers, receptions, and what has to be known first."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core_psa import migrations
from core_psa.clock import StoppedClock
from core_psa.customers import store
from core_psa.customers.tables import Customer, PhoneNumber, PopUpNote, Supplier
from core_psa.db import Database
from core_psa.organisation.tables import Team
from core_psa.viewer import SYSTEM
from demo.loader import load_organisation
from demo.organisation import build

UNTIL = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A desk with the first five customers."""
    db = Database.open(f"sqlite:///{tmp_path}/store.db", StoppedClock(UNTIL))
    migrations.upgrade(db)
    desk = build(UNTIL)
    load_organisation(db, replace(desk, customers=desk.customers[:5]), UNTIL)
    yield db
    db.close()


def test_leads_suppliers_receptions_and_notes_are_there(db: Database) -> None:
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Team).where(Team.lead_id.is_not(None)))
        assert session.scalar(select(func.count()).select_from(Supplier)) == 4
        assert session.scalar(select(func.count()).select_from(PopUpNote)) == 3
        number = session.scalars(select(PhoneNumber.number).limit(1)).one()
        assert store.callers(session, SYSTEM, number)
        assert set(session.scalars(select(Customer.country))) == {"GB"}
