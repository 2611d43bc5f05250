"""Fields that point to people and assets of the customer are chosen by name."""

import pytest

from core_psa.assets.actions import create_asset, create_type
from core_psa.customers.actions import create_customer
from core_psa.intake.receive import NewTicket, receive
from core_psa.tickets.own_fields.actions import create_field
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser

ASKED = "/tickets/new/own-choices?kind=asset&list=own_asset&picked=lt-"


@pytest.fixture
def laptops(desk: Desk) -> dict[int, int]:
    """Assets by customer."""
    with desk.db.work() as w:
        type_id = create_type(w, SYSTEM, name="Laptop", fields=[]).id
        customers = [create_customer(w, SYSTEM, name=name).id for name in ("Larkfield Dairy", "Quay Ltd")]
        return {i: create_asset(w, SYSTEM, customer_id=i, type_id=type_id, name=f"LT-{i:02d}").id for i in customers}


def test_the_customers_own_assets_are_offered_and_nobody_elses(agent: Browser, laptops: dict[int, int]) -> None:
    ours, theirs = laptops
    page = agent.get(f"{ASKED}&customer_id={ours}")
    assert f"LT-{ours:02d}" in page
    assert f"LT-{theirs:02d}" not in page


def test_without_a_customer_one_is_asked_for(agent: Browser, laptops: dict[int, int]) -> None:
    assert "Choose the customer first" in agent.get(ASKED)


def test_the_ticket_shows_the_name_and_carries_the_id(desk: Desk, agent: Browser, laptops: dict[int, int]) -> None:
    customer_id, asset_id = next(iter(laptops.items()))
    with desk.db.work() as w:
        create_field(w, SYSTEM, 1, "asset", "asset", label="Asset")
        new = NewTicket("Printer jams", customer=customer_id, fields={"asset": asset_id})
        ticket_id = receive(w, SYSTEM, new).id
    page = agent.get(f"/tickets/{ticket_id}?fold=fields")
    assert f'value="LT-{customer_id:02d}"' in page
    assert f'name="own_asset" value="{asset_id}"' in page
