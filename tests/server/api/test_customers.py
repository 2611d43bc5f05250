"""Customers, their sites and users over the API."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

CUSTOMERS = "/api/v1/customers"
USERS = "/api/v1/users"


@pytest.fixture
def desk_lead(client: TestClient, key: Any) -> TestClient:
    client.headers.update(key("team lead"))
    return client


@pytest.fixture
def customer(desk_lead: TestClient) -> dict[str, Any]:
    body = {"name": "Larkfield Dairy", "timezone": "Europe/Dublin", "vip": True, "domains": ["Larkfield.example"]}
    answer = desk_lead.post(CUSTOMERS, json=body)
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()
    return record


def test_a_customer_is_read_back_with_its_domains(desk_lead: TestClient, customer: dict[str, Any]) -> None:
    assert customer["domains"] == ["larkfield.example"]
    assert desk_lead.get(f"{CUSTOMERS}/{customer['id']}").json() == customer
    assert desk_lead.get(CUSTOMERS, params={"name": "lark"}).json()["items"] == [customer]
    assert desk_lead.get(CUSTOMERS, params={"name": "tide"}).json()["items"] == []


def test_a_customer_changes_in_the_fields_given(desk_lead: TestClient, customer: dict[str, Any]) -> None:
    answer = desk_lead.patch(f"{CUSTOMERS}/{customer['id']}", json={"note": "left in March", "active": False})
    assert answer.json() == customer | {"note": "left in March", "active": False}
    assert desk_lead.get(CUSTOMERS).json()["items"] == []
    assert len(desk_lead.get(CUSTOMERS, params={"inactive": True}).json()["items"]) == 1


def test_sites_and_users_belong_to_their_customer(desk_lead: TestClient, customer: dict[str, Any]) -> None:
    path = f"{CUSTOMERS}/{customer['id']}"
    site = desk_lead.post(f"{path}/sites", json={"name": "Plant", "address": "12 Mill Lane"}).json()
    body = {"name": "Ida Vance", "email": "Ida@Larkfield.example", "phone": "+353 1 555 0100", "site_id": site["id"]}
    user = desk_lead.post(f"{path}/users", json=body).json()
    assert (user["email"], user["phone"]) == ("ida@larkfield.example", "+35315550100")
    assert desk_lead.get(f"{path}/sites").json()["items"] == [site]
    assert desk_lead.get(f"{path}/users").json()["items"] == [user]
    assert desk_lead.get(USERS, params={"email": "IDA@larkfield.example"}).json()["items"] == [user]


def test_a_user_may_also_be_made_by_naming_the_customer(desk_lead: TestClient, customer: dict[str, Any]) -> None:
    answer = desk_lead.post(USERS, json={"customer_id": customer["id"], "name": "Bo Harrow"})
    changed = desk_lead.patch(f"{USERS}/{answer.json()['id']}", json={"vip": True})
    assert changed.json() == answer.json() | {"vip": True}


def test_a_site_is_renamed(desk_lead: TestClient, customer: dict[str, Any]) -> None:
    site = desk_lead.post(f"{CUSTOMERS}/{customer['id']}/sites", json={"name": "Plant"}).json()
    answer = desk_lead.patch(f"/api/v1/sites/{site['id']}", json={"name": "Plant 1"})
    assert answer.json() == site | {"name": "Plant 1"}


def test_every_wrong_field_is_named_with_what_is_allowed(desk_lead: TestClient, customer: dict[str, Any]) -> None:
    answer = desk_lead.post(
        f"{CUSTOMERS}/{customer['id']}/users", json={"name": "x" * 500, "email": "ida", "phone": "0800", "site_id": 9}
    )
    assert answer.status_code == 422
    assert {e["field"] for e in answer.json()["errors"]} == {"email", "phone", "site_id"}
    zone = desk_lead.patch(f"{CUSTOMERS}/{customer['id']}", json={"timezone": "Europe/Dubln"}).json()["errors"]
    assert "Europe/Dublin" in zone[0]["allowed"]


@pytest.mark.parametrize("name", ["a\x00b", "two\nlines", "\ud800", "x" * 501])
def test_a_name_that_is_not_one_line_of_text_is_refused(desk_lead: TestClient, name: str) -> None:
    raw = json.dumps({"name": name}).encode("ascii")
    answer = desk_lead.post(CUSTOMERS, content=raw, headers={"content-type": "application/json"})
    assert answer.status_code == 422, answer.text


def test_a_customer_known_by_strange_characters_is_listed_as_it_is(desk_lead: TestClient) -> None:
    for name in ("🚨 Störung GmbH", "شركة", "<script>alert(1)</script>", "%_'\";--"):
        assert desk_lead.post(CUSTOMERS, json={"name": name}).json()["name"] == name


def test_what_hangs_below_an_unknown_customer_is_not_found(desk_lead: TestClient) -> None:
    for path in ("sites", "users"):
        assert desk_lead.get(f"{CUSTOMERS}/99/{path}").status_code == 404
        assert desk_lead.post(f"{CUSTOMERS}/99/{path}", json={"name": "Nobody"}).status_code == 404


def test_a_caller_is_found_by_number(desk_lead: TestClient, customer: dict[str, Any]) -> None:
    body = {
        "name": "Lena Ash",
        "phone": "+44 20 7946 0301",
        "phones": [{"number": "+44 7700 900123", "label": "mobile"}],
    }
    user = desk_lead.post(f"{CUSTOMERS}/{customer['id']}/users", json=body).json()
    assert user["phones"] == [{"number": "+447700900123", "label": "mobile"}]
    found = desk_lead.get("/api/v1/callers", params={"number": "07700 900123", "country": "GB"}).json()
    assert [caller["user_id"] for caller in found] == [user["id"]]
    assert desk_lead.get("/api/v1/callers", params={"number": "anonymous"}).status_code == 422


def test_pop_up_notes_and_suppliers_are_kept(desk_lead: TestClient, customer: dict[str, Any]) -> None:
    notes = f"{CUSTOMERS}/{customer['id']}/pop-up-notes"
    note = desk_lead.post(notes, json={"text": "Owes us."}).json()
    assert desk_lead.patch(f"/api/v1/pop-up-notes/{note['id']}", json={"active": False}).json()["active"] is False
    assert len(desk_lead.get(notes).json()) == 1
    supplier = desk_lead.post("/api/v1/suppliers", json={"name": "Northline", "domains": ["northline.example"]}).json()
    assert desk_lead.get("/api/v1/suppliers").json()["items"] == [supplier]
