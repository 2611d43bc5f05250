"""Workflows, actions, gates, own fields, the matrix and approvals over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from core_psa.access.roles import set_roles
from core_psa.organisation.tables import Agent
from core_psa.viewer import SYSTEM
from server.wiring import Desk

V1 = "/api/v1"


@pytest.fixture
def admin(client: TestClient, key: Callable[[str], dict[str, str]]) -> TestClient:
    client.headers.update(key("administrator"))
    return client


def ok(answer: Any) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.json()


def opened(api: TestClient, **fields: Any) -> int:
    return int(ok(api.post(f"{V1}/tickets", json={"subject": "Printer jams", **fields}))["id"])


def act(api: TestClient, ticket_id: int, **body: Any) -> Any:
    return api.post(f"{V1}/tickets/{ticket_id}/actions", json=body)


def statuses(api: TestClient) -> dict[str, int]:
    return {s["name"]: s["id"] for s in ok(api.get(f"{V1}/statuses"))["items"]}


def test_a_workflow_is_read_and_written_whole(admin: TestClient) -> None:
    workflow = ok(admin.get(f"{V1}/types/1/workflow"))
    assert workflow["builtin"] is True
    body = {name: workflow[name] for name in ("default_status_id", "status_ids", "actions", "transitions")}
    body["actions"] = [name for name in body["actions"] if name != "escalate"]
    body["transitions"] = [way for way in body["transitions"] if way["action"] != "escalate"]
    saved = ok(admin.put(f"{V1}/types/1/workflow", json=body))
    assert (saved["builtin"], "escalate" in saved["actions"]) == (False, False)
    assert act(admin, opened(admin), action="escalate", reason="?").status_code == 409
    assert admin.delete(f"{V1}/types/1/workflow").status_code == 204
    assert ok(admin.get(f"{V1}/types/1/workflow"))["builtin"] is True


def test_an_action_of_the_desks_own_is_made_and_taken(admin: TestClient) -> None:
    waiting = statuses(admin)["Waiting on Vendor"]
    made = {"name": "order_part", "kind": "update", "label": "Order a part", "status_id": waiting, "required": ["body"]}
    ok(admin.post(f"{V1}/actions", json=made))
    ticket_id = opened(admin)
    refused = act(admin, ticket_id, action="order_part")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "body")
    assert ok(act(admin, ticket_id, action="order_part", body="A fuser."))["status"] == "Waiting on Vendor"


def test_an_action_nobody_knows_lists_those_there_are(admin: TestClient) -> None:
    answer = act(admin, opened(admin), action="dance")
    assert (answer.status_code, "escalate" in answer.json()["errors"][0]["allowed"]) == (422, True)


def test_unmet_gates_are_listed_and_can_be_overridden_with_a_reason(admin: TestClient) -> None:
    ok(admin.post(f"{V1}/gates", json={"kind": "time"}))
    ok(admin.post(f"{V1}/gates", json={"kind": "fields", "fields": ["category"]}))
    ticket_id = opened(admin)
    refused = act(admin, ticket_id, action="resolve", resolution="Done.")
    assert [e["message"] for e in refused.json()["errors"]] == ["no time has been logged", "category is empty"]
    assert "note" in refused.json()["allowed"]
    done = ok(act(admin, ticket_id, action="resolve", resolution="Done.", override="nobody will ever know"))
    assert done["state"] == "done"


def test_own_fields_come_with_the_ticket_and_its_actions(admin: TestClient) -> None:
    field = {"name": "serial", "kind": "text", "label": "Serial number", "required_at": ["created"]}
    ok(admin.post(f"{V1}/types/1/fields", json=field))
    missing = admin.post(f"{V1}/tickets", json={"subject": "Printer jams"})
    assert (missing.status_code, missing.json()["errors"][0]["field"]) == (422, "serial")
    ticket_id = opened(admin, fields={"serial": "17"})
    assert ok(act(admin, ticket_id, action="update", fields={"serial": "18"}))["fields"] == {"serial": "18"}
    assert [f["name"] for f in ok(admin.get(f"{V1}/types/1/fields"))["items"]] == ["serial"]


def test_the_matrix_gives_a_ticket_its_priority(admin: TestClient) -> None:
    assert len(ok(admin.get(f"{V1}/priority-matrix"))["cells"]) == 9
    ok(admin.put(f"{V1}/priority-matrix", json={"cells": [{"impact": "low", "urgency": "low", "priority_id": 1}]}))
    ticket = ok(admin.get(f"{V1}/tickets/{opened(admin, impact='low', urgency='low')}"))
    assert (ticket["priority"]["id"], ticket["impact"]) == (1, "low")


def test_a_retired_status_is_listed_only_if_asked_for(admin: TestClient) -> None:
    triage = statuses(admin)["In Triage"]
    ok(admin.patch(f"{V1}/statuses/{triage}", json={"active": False}))
    assert "In Triage" not in statuses(admin)
    assert len(ok(admin.get(f"{V1}/statuses", params={"inactive": True}))["items"]) == 7


def test_an_approval_is_asked_for_and_waits(admin: TestClient, desk: Desk) -> None:
    with desk.db.work() as w:
        w.session.add(Agent(id=50, name="Mara", email="mara@harbour.example", created_at=w.now))
        w.session.flush()
        set_roles(w, SYSTEM, 50, ["agent"])
    ticket_id = opened(admin)
    ok(act(admin, ticket_id, action="request_approval", question="May I?", agent="mara@harbour.example"))
    (waiting,) = ok(admin.get(f"{V1}/approvals", params={"state": "pending"}))["items"]
    assert (waiting["approver"], waiting["question"], waiting["ticket_id"]) == ("Mara", "May I?", ticket_id)
    assert admin.post(f"{V1}/approvals/{waiting['id']}/answer", json={"decision": "approve"}).status_code == 403
    assert ok(admin.post(f"{V1}/approvals/{waiting['id']}/withdraw"))["state"] == "withdrawn"
    assert len(ok(admin.get(f"{V1}/tickets/{ticket_id}/approvals"))["items"]) == 1


def test_a_number_no_store_can_hold_is_refused_by_its_field(api: TestClient) -> None:
    ticket_id = api.post("/api/v1/tickets", json={"subject": "Switch"}).json()["id"]
    asked = {"action": "request_approval", "question": "May I?", "role": 2**70}
    answer = api.post(f"/api/v1/tickets/{ticket_id}/actions", json=asked)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "role")


def test_an_agents_key_reads_workflows_and_changes_none(api: TestClient) -> None:
    assert api.get(f"{V1}/types/1/workflow").status_code == 200
    for method, path in (
        ("put", "types/1/workflow"),
        ("post", "gates"),
        ("post", "actions"),
        ("put", "priority-matrix"),
    ):
        body: dict[str, Any] = {
            "types/1/workflow": {"default_status_id": 1, "status_ids": [1], "actions": [], "transitions": []},
            "gates": {"kind": "time"},
            "actions": {"name": "dance", "kind": "note"},
            "priority-matrix": {"cells": []},
        }[path]
        assert getattr(api, method)(f"{V1}/{path}", json=body).status_code == 403
