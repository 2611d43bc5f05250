"""Assets of customers and the programs that reach them, as their forms take them."""

from collections.abc import Callable

import pytest

from core_psa.assets import actions as assets
from core_psa.customers.actions import create_customer
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser

TOOLS = "/administration/remote-tools"


@pytest.fixture
def admin(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("administrator")


def test_an_asset_with_a_number_of_its_own_is_edited(desk: Desk, agent: Browser) -> None:
    with desk.db.work() as w:
        customer_id = create_customer(w, SYSTEM, name="Larkfield Dairy").id
        memory = {"label": "Memory in GB", "kind": "number"}
        kind = assets.create_type(w, SYSTEM, name="Server", fields=[memory])
        values = {kind.fields[0]["key"]: 16}
        asset = assets.create_asset(
            w, SYSTEM, customer_id=customer_id, type_id=kind.id, name="SRV-01", values=values
        ).id
    assert 'value="16"' in agent.get(f"/assets/{asset}/edit")


def test_a_new_asset_belongs_to_no_customer_before_one_is_chosen(desk: Desk, agent: Browser) -> None:
    with desk.db.work() as w:
        create_customer(w, SYSTEM, name="Larkfield Dairy")
        kind = assets.create_type(w, SYSTEM, name="Server", fields=[]).id
    given = {**agent.token, "name": "SRV-01", "type_id": str(kind), "customer_id": ""}
    answer = agent.client.post("/assets/new", data=given)
    assert answer.status_code == 422
    assert 'id="customer_id-problem"' in answer.text


def test_a_refused_program_is_told_at_its_own_form(admin: Browser) -> None:
    admin.post(TOOLS, name="Farsight", template="teamviewer10://control?device={remote_id}")
    wrong = {**admin.token, "tool": "1", "name": "Farsight", "template": "javascript:{remote_id}"}
    page = admin.client.post(TOOLS, data=wrong).text
    assert 'value="javascript:{remote_id}" aria-invalid="true"' in page
    assert page.count("aria-invalid") == 1
