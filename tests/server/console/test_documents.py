"""Where documentation stands, on the customer's page."""

import pytest

from core_psa.assets import actions as assets
from core_psa.customers.actions import create_customer
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser


def test_a_link_is_added_and_taken_away(desk: Desk, agent: Browser) -> None:
    with desk.db.work() as w:
        page = f"/customers/{create_customer(w, SYSTEM, name='Larkfield Dairy').id}"
    url = "https://docs.example/larkfield"
    assert agent.post(f"{page}/documents", label="Network plan", url=url) == 303
    assert f'href="{url}"' in agent.get(page)
    assert agent.post("/documents/1/remove") == 303
    assert url not in agent.get(page)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://admin:secret@docs.example/"])
def test_a_refused_address_is_told_at_its_field_and_kept(desk: Desk, agent: Browser, url: str) -> None:
    with desk.db.work() as w:
        customer_id = create_customer(w, SYSTEM, name="Larkfield Dairy").id
        kind = assets.create_type(w, SYSTEM, name="Laptop", fields=[]).id
        asset = assets.create_asset(w, SYSTEM, customer_id=customer_id, type_id=kind, name="LT-0001").id
    for page in (f"/customers/{customer_id}", f"/assets/{asset}"):
        answer = agent.client.post(f"{page}/documents", data={**agent.token, "label": "Plan", "url": url})
        assert answer.status_code == 422
        assert f'value="{url}" required aria-invalid="true" aria-describedby="url-problem"' in answer.text
        assert 'value="Plan"' in answer.text


def test_the_link_of_an_asset_is_taken_away_on_its_page(desk: Desk, agent: Browser) -> None:
    with desk.db.work() as w:
        customer_id = create_customer(w, SYSTEM, name="Larkfield Dairy").id
        kind = assets.create_type(w, SYSTEM, name="Laptop", fields=[]).id
        asset = assets.create_asset(w, SYSTEM, customer_id=customer_id, type_id=kind, name="LT-0001").id
    agent.post(f"/assets/{asset}/documents", label="Manual", url="https://docs.example/lt")
    gone = agent.client.post("/documents/1/remove", data={**agent.token, "asset": str(asset)})
    assert gone.url.path == f"/assets/{asset}"
    assert "https://docs.example/lt" not in gone.text
