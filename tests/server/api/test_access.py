"""Keys, sessions and second factors over the API."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from server.wiring import Desk
from tests.signing_in import sign_in_as

V1 = "/api/v1"


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    """Nothing here depends on the engine."""
    return sqlite_url


@pytest.fixture
def admin(client: TestClient, key: Callable[[str], dict[str, str]]) -> TestClient:
    client.headers.update(key("administrator"))
    return client


def agent_named(admin: TestClient, name: str) -> int:
    return next(int(a["id"]) for a in admin.get(f"{V1}/agents").json()["items"] if a["name"] == name)


def test_a_key_is_shown_once_works_within_its_scopes_and_is_revoked(admin: TestClient) -> None:
    made = admin.post(f"{V1}/keys", json={"name": "Monitoring", "role": "agent", "scopes": ["tickets.see_all"]})
    assert made.status_code == 201
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    assert admin.get(f"{V1}/tickets", headers=headers).status_code == 200
    assert admin.get(f"{V1}/customers", headers=headers).status_code == 403
    assert made.json()["key"] not in admin.get(f"{V1}/keys").text
    assert admin.delete(f"{V1}/keys/{made.json()['id']}").status_code == 204
    assert admin.get(f"{V1}/tickets", headers=headers).status_code == 401


def test_a_key_of_an_unknown_role_is_refused_with_the_roles_there_are(admin: TestClient) -> None:
    answer = admin.post(f"{V1}/keys", json={"name": "X", "role": "wizard"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "role")


def test_sessions_are_listed_and_ended(admin: TestClient, desk: Desk) -> None:
    sign_in_as(desk, "agent")
    agent_id = agent_named(admin, "Test agent")
    (session,) = admin.get(f"{V1}/agents/{agent_id}/sessions").json()["items"]
    assert admin.delete(f"{V1}/sessions/{session['id']}").status_code == 204
    assert admin.get(f"{V1}/agents/{agent_id}/sessions").json()["items"] == []


def test_an_agent_is_signed_out_everywhere(admin: TestClient, desk: Desk) -> None:
    sign_in_as(desk, "agent")
    agent_id = agent_named(admin, "Test agent")
    assert admin.delete(f"{V1}/agents/{agent_id}/sessions").status_code == 204
    assert admin.get(f"{V1}/agents/{agent_id}/sessions").json()["items"] == []


def test_whether_a_second_factor_is_set_up_is_told(admin: TestClient, desk: Desk) -> None:
    sign_in_as(desk, "agent")
    address = f"{V1}/agents/{agent_named(admin, 'Test agent')}/second-factor"
    assert admin.get(address).json() == {"set_up": False, "asked_for": False, "recovery_codes_left": 0}
    assert admin.delete(address).status_code == 204


def test_only_who_administers_access_may_ask(api: TestClient) -> None:
    for address in ("keys", "agents/1/sessions", "agents/1/second-factor"):
        assert api.get(f"{V1}/{address}").status_code in (403, 404)
