from datetime import UTC, datetime

import pytest

from demo.generator import generate
from demo.organisation import build
from demo.outages import Plan, plan
from demo.shapes import DemoTicket, Organisation

UNTIL = datetime(2025, 11, 21, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def until() -> datetime:
    """A Friday afternoon."""
    return UNTIL


@pytest.fixture(scope="session")
def organisation() -> Organisation:
    return build(UNTIL)


@pytest.fixture(scope="session")
def year() -> list[DemoTicket]:
    return list(generate(until=UNTIL))


@pytest.fixture(scope="session")
def events(organisation: Organisation) -> Plan:
    return plan(organisation, days=365, seed=1, until=UNTIL)
