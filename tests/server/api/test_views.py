"""Saved views of the queue over the API."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

V1 = "/api/v1/views"
View = dict[str, object]


@pytest.fixture
def dispatcher(client: TestClient, key: Callable[[str], dict[str, str]]) -> TestClient:
    client.headers.update(key("dispatcher"))
    return client


def test_a_shared_view_is_kept_changed_and_deleted(dispatcher: TestClient) -> None:
    body: View = {
        "name": "Loose ends",
        "scope": "desk",
        "parameters": {"assignee": "none"},
        "columns": ["subject", "age"],
    }
    made = dispatcher.post(V1, json=body)
    assert made.status_code == 201
    address = f"{V1}/{made.json()['id']}"
    assert dispatcher.patch(address, json={"name": "Nobody's"}).json()["parameters"] == {"assignee": "none"}
    assert [view["name"] for view in dispatcher.get(V1).json()["items"]] == ["Nobody's"]
    assert dispatcher.delete(address).status_code == 204
    assert dispatcher.get(address).status_code == 404


def test_a_view_counts_what_it_shows(dispatcher: TestClient) -> None:
    for subject in ("One", "Two"):
        dispatcher.post("/api/v1/tickets", json={"subject": subject, "tags": [subject.lower()]})
    made = dispatcher.post(V1, json={"name": "Ones", "scope": "desk", "parameters": {"tag": "one"}}).json()
    assert dispatcher.get(f"{V1}/{made['id']}/count").json() == {"total": 1, "total_is_floor": False}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"parameters": {"colour": "red"}}, "parameters.colour"),
        ({"parameters": {"assignee": "everybody"}}, "parameters.assignee"),
        ({"columns": ["subject", "weather"]}, "columns"),
        ({"columns": ["age"]}, "columns"),
        ({"scope": "own"}, "scope"),
        ({"scope": "team", "team_id": 1}, "team_id"),
        ({"scope": "world"}, "scope"),
    ],
)
def test_a_view_that_cannot_be_names_the_field(dispatcher: TestClient, wrong: View, field: str) -> None:
    answer = dispatcher.post(V1, json={"name": "View", "scope": "desk", **wrong})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_sharing_a_view_needs_its_permission(api: TestClient) -> None:
    assert api.post(V1, json={"name": "Mine for all", "scope": "desk"}).status_code == 403
