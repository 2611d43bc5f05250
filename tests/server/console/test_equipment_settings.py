"""Types of assets and remote-access programs, on the pages of the administration."""

from collections.abc import Callable

import pytest

from core_psa.assets import actions, store
from core_psa.customers.actions import create_customer
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser

TYPES = "/administration/asset-types"
TOOLS = "/administration/remote-tools"
LAPTOP = {"name": "Laptop", "label-1": "Processor", "kind-1": "text", "choices-1": ""}


@pytest.fixture
def administrator(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("administrator")


def fields_of(desk: Desk, name: str) -> list[dict[str, object]]:
    with desk.db.read() as session:
        return next(row.fields for row in store.types(session, SYSTEM, inactive=True) if row.name == name)


def test_a_type_is_added_with_a_field_of_its_own(administrator: Browser, desk: Desk) -> None:
    assert administrator.post(f"{TYPES}/new", **LAPTOP) == 303
    (field,) = fields_of(desk, "Laptop")
    assert (field["label"], field["key"], field["kind"]) == ("Processor", "processor", "text")
    assert "Processor" in administrator.get(TYPES)


def test_a_field_keeps_its_key_when_it_is_called_otherwise(administrator: Browser, desk: Desk) -> None:
    administrator.post(f"{TYPES}/new", **LAPTOP)
    shown = administrator.get(f"{TYPES}/1")
    assert 'name="key-1" value="processor"' in shown
    changed = {**LAPTOP, "key-1": "processor", "label-1": "CPU", "label-2": "Bought new", "kind-2": "choice"}
    assert administrator.post(f"{TYPES}/1", **changed, **{"choices-2": "yes\nno", "required-2": "on"}) == 303
    first, second = fields_of(desk, "Laptop")
    assert (first["key"], first["label"]) == ("processor", "CPU")
    assert (second["options"], second["required"]) == (["yes", "no"], True)


def test_a_field_is_taken_away(administrator: Browser, desk: Desk) -> None:
    administrator.post(f"{TYPES}/new", **LAPTOP)
    assert administrator.post(f"{TYPES}/1", **LAPTOP, **{"key-1": "processor", "gone-1": "on"}) == 303
    assert fields_of(desk, "Laptop") == []


def test_what_is_refused_stands_in_the_form_as_it_was_written(administrator: Browser) -> None:
    data = {"csrf_token": administrator.csrf_token, **LAPTOP, "kind-1": "choice"}
    answer = administrator.client.post(f"{TYPES}/new", data=data)
    assert answer.status_code == 422
    assert "Processor: a choice needs options" in answer.text
    assert 'value="Processor"' in answer.text


def test_a_retired_type_is_offered_for_no_new_asset_and_stays_on_those_it_has(
    administrator: Browser, agent: Browser, desk: Desk
) -> None:
    administrator.post(f"{TYPES}/new", **LAPTOP)
    with desk.db.work() as w:
        customer = create_customer(w, SYSTEM, name="Larkfield Dairy").id
        actions.create_asset(w, SYSTEM, customer_id=customer, type_id=1, name="LT-1")
    assert administrator.post(f"{TYPES}/1", name="Laptop", active="") == 303
    assert "retired" in administrator.get(TYPES)
    assert '<option value="1">Laptop' not in agent.get("/assets/new")
    assert agent.post("/assets/new", name="LT-2", customer_id=str(customer), type_id="1") == 422
    kept = {"name": "LT-1b", "customer_id": str(customer), "type_id": "1"}
    assert '<option value="1" selected>Laptop' in agent.get("/assets/1/edit")
    assert agent.post("/assets/1/edit", **kept) == 303


def test_a_program_is_for_the_types_it_names(administrator: Browser, desk: Desk) -> None:
    administrator.post(f"{TYPES}/new", **LAPTOP)
    administrator.post(f"{TYPES}/new", name="Printer")
    tool = {"name": "Viewer", "template": "anydesk:{remote_id}"}
    assert administrator.post(TOOLS, **tool, type=["1"]) == 303
    laptop, printer = administrator.get(TYPES).split("<tbody>")[1].split("</tr>")[:2]
    assert "Viewer" in laptop
    assert "Viewer" not in printer
    assert administrator.post(TOOLS, **tool, tool="1", active="on") == 303
    assert administrator.get(TYPES).count("Viewer") == 2


def test_a_refused_program_keeps_what_was_written(administrator: Browser) -> None:
    data = {"csrf_token": administrator.csrf_token, "name": "Bad", "template": "javascript:{remote_id}"}
    answer = administrator.client.post(TOOLS, data=data)
    assert answer.status_code == 422
    assert 'value="javascript:{remote_id}"' in answer.text


@pytest.mark.parametrize("address", [TYPES, f"{TYPES}/new", TOOLS])
def test_agents_do_not_arrange_assets(agent: Browser, address: str) -> None:
    assert agent.client.get(address).status_code == 403
