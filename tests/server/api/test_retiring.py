"""Retiring departments, skills, roles, calendars and SLA policies over the API."""

from typing import Any

import pytest
from starlette.testclient import TestClient

API = "/api/v1"

# Where it is, what makes one, and how it is changed.
KINDS: dict[str, tuple[str, dict[str, Any], str]] = {
    "department": ("departments", {"name": "Field"}, "PATCH"),
    "skill": ("skills", {"name": "Fax"}, "PATCH"),
    "role": ("roles", {"name": "auditor", "permissions": ["audit.see"]}, "PUT"),
    "calendar": ("calendars", {"name": "Nights", "timezone": "UTC"}, "PUT"),
    "sla policy": ("sla/policies", {"name": "Silver"}, "PUT"),
}


@pytest.fixture
def admin(client: TestClient, key: Any) -> TestClient:
    client.headers.update(key("administrator"))
    return client


def names(client: TestClient, path: str, **params: Any) -> set[str]:
    return {row["name"] for row in client.get(f"{API}/{path}", params=params).json()["items"]}


@pytest.mark.parametrize("kind", KINDS)
def test_a_retired_one_is_listed_only_when_asked_for(admin: TestClient, kind: str) -> None:
    path, body, method = KINDS[kind]
    made = admin.post(f"{API}/{path}", json=body).json()
    assert made["active"] is True
    for active in (False, True):
        answer = admin.request(method, f"{API}/{path}/{made['id']}", json={**body, "active": active})
        assert (answer.status_code, answer.json()["active"]) == (200, active)
        assert (body["name"] in names(admin, path)) is active
        assert body["name"] in names(admin, path, inactive=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_that_does_not_speak_of_it_leaves_it_retired(admin: TestClient, kind: str) -> None:
    path, body, method = KINDS[kind]
    made = f"{API}/{path}/{admin.post(f'{API}/{path}', json=body).json()['id']}"
    admin.request(method, made, json={**body, "active": False})
    answer = admin.request(method, made, json={**body, "name": "Other"}).json()
    assert (answer["name"], answer["active"]) == ("Other", False)


def test_a_refusal_lists_what_uses_it(admin: TestClient) -> None:
    calendar = admin.post(f"{API}/calendars", json=KINDS["calendar"][1]).json()
    admin.post(f"{API}/teams", json={"name": "Nightshift", "calendar_id": calendar["id"]})
    answer = admin.put(f"{API}/calendars/{calendar['id']}", json={**KINDS["calendar"][1], "active": False})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "active"
    assert error["message"] == "the calendar Nights is used by team Nightshift: give them another first"


def test_a_role_of_every_desk_is_not_retired(admin: TestClient) -> None:
    role = next(row for row in admin.get(f"{API}/roles").json()["items"] if row["builtin"])
    body = {"name": role["name"], "permissions": role["permissions"], "active": False}
    assert admin.put(f"{API}/roles/{role['id']}", json=body).status_code == 409
