"""Types, statuses, priorities and categories over the API."""

from typing import Any

import pytest
from starlette.testclient import TestClient

API = "/api/v1"


@pytest.fixture
def admin(client: TestClient, key: Any) -> TestClient:
    client.headers.update(key("administrator"))
    return client


def names(client: TestClient, path: str, **query: Any) -> list[str]:
    return [item["name"] for item in client.get(f"{API}/{path}", params=query).json()["items"]]


def test_a_new_desk_has_types_statuses_and_priorities(admin: TestClient) -> None:
    assert names(admin, "types")[:2] == ["Incident", "Service Request"]
    assert names(admin, "statuses")[0] == "New"
    assert names(admin, "priorities") == ["P1 Critical", "P2 High", "P3 Medium", "P4 Low"]


def test_a_type_is_added_renamed_and_retired(admin: TestClient) -> None:
    audit = admin.post(f"{API}/types", json={"name": "Audit"}).json()
    answer = admin.patch(f"{API}/types/{audit['id']}", json={"name": "Inspection", "active": False})
    assert answer.json() == audit | {"name": "Inspection", "active": False}
    assert "Inspection" not in names(admin, "types")
    assert "Inspection" in names(admin, "types", inactive=True)


def test_a_status_and_a_priority_are_added_and_renamed(admin: TestClient) -> None:
    status = admin.post(f"{API}/statuses", json={"name": "Scheduled", "state": "paused"}).json()
    priority = admin.post(f"{API}/priorities", json={"name": "P5", "rank": 5}).json()
    assert admin.patch(f"{API}/statuses/{status['id']}", json={"name": "On site"}).json()["name"] == "On site"
    assert admin.patch(f"{API}/priorities/{priority['id']}", json={"name": "P5 Someday"}).json()["rank"] == 5


def test_a_state_that_does_not_exist_is_refused_with_those_that_do(admin: TestClient) -> None:
    answer = admin.post(f"{API}/statuses", json={"name": "Scheduled", "state": "asleep"})
    assert answer.json()["errors"][0]["allowed"] == ["open", "paused", "done"]


def test_a_category_carries_its_new_name_down_the_tree(admin: TestClient) -> None:
    root = admin.post(f"{API}/categories", json={"name": "Hardware"}).json()
    admin.post(f"{API}/categories", json={"name": "Printer", "parent_id": root["id"]})
    admin.patch(f"{API}/categories/{root['id']}", json={"name": "Devices"})
    paths = [category["path"] for category in admin.get(f"{API}/categories").json()["items"]]
    assert paths == ["Devices", "Devices / Printer"]


def test_a_retired_category_is_not_accepted_for_a_new_ticket(admin: TestClient) -> None:
    category = admin.post(f"{API}/categories", json={"name": "Hardware"}).json()
    admin.patch(f"{API}/categories/{category['id']}", json={"retired": True})
    assert names(admin, "categories") == []
    assert names(admin, "categories", inactive=True) == ["Hardware"]
    answer = admin.post(f"{API}/tickets", json={"subject": "Printer", "category": "Hardware"})
    assert [error["field"] for error in answer.json()["errors"]] == ["category"]


def test_a_category_below_an_unknown_one_is_not_found(admin: TestClient) -> None:
    assert admin.post(f"{API}/categories", json={"name": "Printer", "parent_id": 99}).status_code == 404
