"""Taking a desk into service over the API."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient


@pytest.fixture
def manager(client: TestClient, key: Callable[[str], dict[str, str]]) -> TestClient:
    client.headers.update(key("manager"))
    return client


def test_a_step_is_given_a_day(manager: TestClient) -> None:
    answer = manager.patch("/api/v1/set-up/teams", json={"due_on": "2026-03-01", "note": "ask the board"})
    step = next(s for s in answer.json()["items"] if s["name"] == "teams")
    assert (step["state"], step["due_on"], step["overdue"], step["note"]) == (
        "missing",
        "2026-03-01",
        True,
        "ask the board",
    )
    assert manager.patch("/api/v1/set-up/moon", json={}).status_code == 404


def test_the_desk_is_tested_and_signed_off(manager: TestClient) -> None:
    told = manager.post("/api/v1/go-live/test").json()
    assert [r["name"] for r in told["results"] if not r["passed"]] == ["Routing gives it to a team"]
    assert manager.post("/api/v1/go-live/sign-offs", json={}).status_code == 422
    assert manager.post("/api/v1/go-live/sign-offs", json={"note": "later"}).json()["passed"] is False
    assert len(manager.get("/api/v1/go-live/sign-offs").json()["items"]) == 1


def test_the_first_week_is_counted(manager: TestClient) -> None:
    assert manager.get("/api/v1/first-week").json()["received"] == 0


def test_an_agent_sees_none_of_it(api: TestClient) -> None:
    assert api.get("/api/v1/set-up").status_code == 403
    assert api.post("/api/v1/go-live/test").status_code == 403
