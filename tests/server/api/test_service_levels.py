"""SLA policies, agreements, clocks and suppositions over the API."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from core_psa.clock import StoppedClock

POLICIES = "/api/v1/sla/policies"
AGREEMENTS = "/api/v1/agreements"
MONDAY = "2026-03-02T09:00:00Z"


@pytest.fixture
def manager(client: TestClient, key: Any) -> TestClient:
    client.headers.update(key("manager"))
    return client


@pytest.fixture
def gold(manager: TestClient) -> dict[str, Any]:
    body = {
        "name": "Gold",
        "updates": "always",
        "targets": [
            {"priority_id": 1, "kind": "response", "minutes": 10, "always_open": True},
            {"priority_id": 1, "kind": "resolution", "minutes": 480},
        ],
        "warnings": [
            {"percent": 75, "recipients": ["assignee"]},
            {"percent": 90, "recipients": ["manager"], "level": 2},
        ],
    }
    answer = manager.post(POLICIES, json=body)
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()
    return record


@pytest.fixture
def customer_id(manager: TestClient) -> int:
    return int(manager.post("/api/v1/customers", json={"name": "Larkfield Dairy"}).json()["id"])


def opened(client: TestClient, **fields: Any) -> int:
    answer = client.post("/api/v1/tickets", json={"subject": "Printer jams", "priority": "P1 Critical", **fields})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def clocks(client: TestClient, ticket_id: int) -> dict[str, dict[str, Any]]:
    answer = client.get(f"/api/v1/tickets/{ticket_id}/sla")
    assert answer.status_code == 200, answer.text
    return {clock["kind"]: clock for clock in answer.json()["clocks"]}


def test_a_policy_is_read_back_as_it_was_written(manager: TestClient, gold: dict[str, Any]) -> None:
    assert manager.get(f"{POLICIES}/{gold['id']}").json() == gold
    assert [target["minutes"] for target in gold["targets"]] == [480, 10]
    assert [policy["name"] for policy in manager.get(POLICIES).json()["items"]] == ["Gold", "No SLA", "Standard"]


def test_a_policy_put_back_as_it_was_read_does_not_change(manager: TestClient, gold: dict[str, Any]) -> None:
    body = {name: value for name, value in gold.items() if name not in ("id", "version")}
    assert manager.put(f"{POLICIES}/{gold['id']}", json=body).json() == gold


def test_a_policy_somebody_else_has_changed_is_not_overwritten(manager: TestClient, gold: dict[str, Any]) -> None:
    path, body = f"{POLICIES}/{gold['id']}", {"name": "Gold", "description": "for the best"}
    assert manager.put(path, json=body, headers={"If-Match": str(gold["version"])}).status_code == 200
    assert manager.put(path, json=body, headers={"If-Match": str(gold["version"])}).status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"targets": [{"priority_id": 99, "kind": "response", "minutes": 1}]}, "targets.0.priority_id"),
        ({"targets": [{"priority_id": 1, "kind": "response", "minutes": 1}] * 2}, "targets.1"),
        ({"warnings": [{"percent": 50}, {"percent": 50}]}, "warnings.1.percent"),
        ({"warnings": [{"percent": 50, "agent_ids": [99]}]}, "warnings.0.agent_ids"),
        ({"presumed_priority_id": 99}, "presumed_priority_id"),
        ({"name": "standard"}, "name"),
    ],
)
def test_a_refused_policy_names_the_field_and_stays_as_it_was(
    manager: TestClient, gold: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    answer = manager.put(f"{POLICIES}/{gold['id']}", json={"name": "Gold", **change})
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert manager.get(f"{POLICIES}/{gold['id']}").json() == gold


def test_an_agreement_gives_the_customers_tickets_its_policy(
    manager: TestClient, gold: dict[str, Any], customer_id: int
) -> None:
    body = {"customer_id": customer_id, "name": "Care", "starts_on": "2026-01-01", "sla_policy_id": gold["id"]}
    agreement = manager.post(AGREEMENTS, json=body).json()
    assert manager.get(AGREEMENTS, params={"customer_id": customer_id}).json()["items"] == [agreement]
    answer = manager.get(f"/api/v1/tickets/{opened(manager, customer=customer_id)}/sla").json()
    assert (answer["policy"], answer["policy_from"], answer["agreement"]) == ("Gold", "agreement", "Care")
    assert (answer["calendar"], answer["calendar_from"]) == ("Business hours", "desk")


def test_an_agreement_that_is_over_or_covers_another_kind_gives_nothing(
    manager: TestClient, gold: dict[str, Any], customer_id: int
) -> None:
    body = {"customer_id": customer_id, "starts_on": "2025-01-01", "sla_policy_id": gold["id"]}
    manager.post(AGREEMENTS, json={**body, "name": "Old", "ends_on": "2026-03-01"})
    manager.post(AGREEMENTS, json={**body, "name": "Requests", "type_ids": [2]})
    ticket_id = opened(manager, customer=customer_id)
    assert manager.get(f"/api/v1/tickets/{ticket_id}/sla").json()["policy_from"] == "desk"
    ticket_id = opened(manager, customer=customer_id, type="Service Request")
    assert manager.get(f"/api/v1/tickets/{ticket_id}/sla").json()["agreement"] == "Requests"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_on": "2025-12-31"}, "ends_on"),
        ({"sla_policy_id": 99}, "sla_policy_id"),
        ({"site_ids": [99]}, None),
        ({"type_ids": [99]}, "type_id"),
    ],
)
def test_a_refused_agreement_says_why(
    manager: TestClient, customer_id: int, change: dict[str, Any], field: str | None
) -> None:
    body = {"customer_id": customer_id, "name": "Care", "starts_on": "2026-01-01", **change}
    answer = manager.post(AGREEMENTS, json=body)
    assert answer.status_code == (422 if field else 404)
    assert [error["field"] for error in answer.json()["errors"]] == ([field] if field else [])


def test_the_ledger_adds_up(manager: TestClient, clock: StoppedClock) -> None:
    ticket_id = opened(manager, priority="P2 High")
    clock.advance(timedelta(minutes=150))
    act = f"/api/v1/tickets/{ticket_id}/actions"
    reply = {"action": "reply", "body": "Which one?", "status": "Waiting on Customer"}
    assert manager.post(act, json=reply).status_code == 200
    clock.advance(timedelta(hours=20))
    assert manager.post(act, json={"action": "update", "status": "In Progress"}).status_code == 200
    clock.advance(timedelta(hours=5))
    resolution = clocks(manager, ticket_id)["resolution"]
    assert [(line["minutes"], line["total_minutes"], line["budget_minutes"]) for line in resolution["ledger"]] == [
        (150, 150, 480),
        (300, 450, 480),
    ]
    assert (resolution["business_minutes"], resolution["left_minutes"]) == (450, 30)
    assert resolution["actual_minutes"] == 150 + 20 * 60 + 5 * 60
    assert resolution["ledger"][0]["calendar"] == "Business hours"


def test_tickets_are_found_by_how_they_stand_and_sorted_by_when_they_are_due(
    manager: TestClient, clock: StoppedClock
) -> None:
    low, high = opened(manager, priority="P4 Low"), opened(manager, priority="P2 High")
    paused = opened(manager)
    reply = {"action": "reply", "body": "Which one?", "status": "Waiting on Customer"}
    manager.post(f"/api/v1/tickets/{paused}/actions", json=reply)

    def ids(**query: str) -> list[int]:
        return [row["id"] for row in manager.get("/api/v1/tickets", params=query).json()["items"]]

    assert ids(sla="paused") == [paused]
    assert ids(sla="breached") == []
    assert ids(sort="due", state="unsolved") == [high, low, paused]
    assert manager.get("/api/v1/tickets", params={"sort": "due"}).status_code == 422
    clock.advance(timedelta(hours=2))
    manager.post(f"/api/v1/tickets/{high}/actions", json={"action": "reply", "body": "Sorry, late."})
    assert ids(sla="breached") == [high]
    assert manager.get("/api/v1/tickets", params={"sla": "late"}).status_code == 422


def test_a_supposed_ticket_counts_as_a_real_one_would(manager: TestClient, gold: dict[str, Any]) -> None:
    steps: list[dict[str, Any]] = [
        {"at": "2026-03-02T10:00:00Z", "said": "agent"},
        {"at": "2026-03-02T11:00:00Z", "state": "paused"},
        {"at": "2026-03-03T09:00:00Z", "state": "open"},
        {"at": "2026-03-03T10:00:00Z", "policy_id": gold["id"], "priority_id": 1},
    ]
    body = {"created_at": MONDAY, "priority_id": 3, "steps": steps, "until": "2026-03-03T10:30:00Z"}
    answer = manager.post("/api/v1/sla/what-if", json=body).json()
    resolution = next(clock for clock in answer["clocks"] if clock["kind"] == "resolution")
    assert [(line["began"], line["ended"], line["minutes"]) for line in resolution["ledger"]] == [
        ("opened", "waiting", 120),
        ("taken up again", "priority changed", 60),
        ("priority changed", None, 30),
    ]
    assert (resolution["budget_minutes"], resolution["due_at"]) == (480, "2026-03-03T15:00:00Z")
    assert manager.get("/api/v1/tickets").json()["items"] == []


def test_a_supposition_about_what_does_not_exist_is_refused(manager: TestClient) -> None:
    answer = manager.post("/api/v1/sla/what-if", json={"created_at": MONDAY, "policy_id": 99})
    assert answer.status_code == 404
    assert manager.post("/api/v1/sla/what-if", json={"created_at": "0001-01-01T00:00:00Z"}).status_code == 422
    answer = manager.post("/api/v1/sla/what-if", json={"created_at": MONDAY, "customer_id": 99, "team_id": 99})
    assert answer.json()["policy_from"] == "desk"


def test_an_agent_reads_policies_and_changes_none(
    manager: TestClient, gold: dict[str, Any], customer_id: int, key: Any
) -> None:
    manager.headers.update(key("agent"))
    assert manager.get(POLICIES).status_code == 200
    assert manager.put(f"{POLICIES}/{gold['id']}", json={"name": "Mine"}).status_code == 403
    new = {"customer_id": customer_id, "name": "Mine", "starts_on": "2026-01-01"}
    assert manager.post(AGREEMENTS, json=new).status_code == 403
    given = manager.put(f"/api/v1/customers/{customer_id}/sla-policy", json={"sla_policy_id": 1})
    assert given.status_code == 403
