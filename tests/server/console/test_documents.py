"""Where documentation stands, on the customer's page."""

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


def test_an_address_with_a_password_in_it_is_refused(desk: Desk, agent: Browser) -> None:
    with desk.db.work() as w:
        page = f"/customers/{create_customer(w, SYSTEM, name='Larkfield Dairy').id}"
    assert agent.post(f"{page}/documents", label="Plan", url="https://admin:secret@docs.example/") == 422
