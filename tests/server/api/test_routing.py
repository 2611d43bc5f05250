"""Routing rules over the API."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from core_psa.organisation.actions import create_team
from core_psa.viewer import SYSTEM
from server.wiring import Desk

RULES = "/api/v1/routing-rules"


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    """What rules do is tested on both engines; here it is how they are asked for."""
    return sqlite_url


@pytest.fixture
def admin(client: TestClient, key: Callable[[str], dict[str, str]]) -> TestClient:
    client.headers.update(key("administrator"))
    return client


def test_a_rule_made_over_the_api_routes_the_next_ticket(admin: TestClient, desk: Desk) -> None:
    with desk.db.work() as w:
        team_id = create_team(w, SYSTEM, name="Printers").id
    conditions = [{"field": "text", "values": ["printer"]}]
    made = admin.post(RULES, json={"name": "Paper", "team_id": team_id, "conditions": conditions})
    assert made.status_code == 201
    assert made.json()["conditions"] == [{**conditions[0], "negated": False}]
    ticket_id = admin.post("/api/v1/tickets", json={"subject": "Printer jams"}).json()["id"]
    assert admin.get(f"/api/v1/tickets/{ticket_id}").json()["team"]["id"] == team_id


def test_names_are_as_good_as_ids(admin: TestClient, desk: Desk) -> None:
    with desk.db.work() as w:
        team_id = create_team(w, SYSTEM, name="Printers").id
    conditions = [{"field": "priority", "values": ["P1 Critical", 2]}]
    made = admin.post(RULES, json={"name": "Urgent", "team_id": "printers", "conditions": conditions}).json()
    assert (made["team_id"], made["conditions"][0]["values"]) == (team_id, [1, 2])


def test_a_name_nobody_knows_is_told_with_those_there_are(admin: TestClient) -> None:
    conditions = [{"field": "priority", "values": ["P9 Sometime"]}]
    answer = admin.post(RULES, json={"name": "X", "team_id": "Nobody", "conditions": conditions})
    errors = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert (answer.status_code, set(errors)) == (422, {"team_id", "conditions.0"})


def test_rules_are_changed_ordered_and_removed(admin: TestClient) -> None:
    first, second = (admin.post(RULES, json={"name": name}).json()["id"] for name in ("one", "two"))
    assert admin.patch(f"{RULES}/{first}", json={"active": False}).json()["active"] is False
    ordered = admin.post(f"{RULES}/order", json={"ids": [second, first]}).json()["items"]
    assert [rule["id"] for rule in ordered] == [second, first]
    assert admin.delete(f"{RULES}/{first}").status_code == 204
    assert admin.get(f"{RULES}/{first}").status_code == 404


def test_a_dry_run_counts_and_changes_nothing(admin: TestClient) -> None:
    ticket_id = admin.post("/api/v1/tickets", json={"subject": "Printer jams"}).json()["id"]
    admin.post(RULES, json={"name": "All", "tags": ["seen"]})
    found = admin.get(f"{RULES}/dry-run").json()
    assert (found["looked_at"], found["rules"][0]["fits"]) == (1, 1)
    assert found["rules"][0]["examples"][0]["ticket_id"] == ticket_id
    assert admin.get(f"/api/v1/tickets/{ticket_id}").json()["tags"] == []


def test_a_condition_that_cannot_be_is_named(admin: TestClient) -> None:
    wrong = {"name": "X", "conditions": [{"field": "customer", "values": [999]}]}
    answer = admin.post(RULES, json=wrong)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "conditions.0"


def test_an_agent_may_read_rules_but_not_make_them(api: TestClient) -> None:
    assert api.get(RULES).status_code == 200
    assert api.post(RULES, json={"name": "Mine"}).status_code == 403
