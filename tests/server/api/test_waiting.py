"""Tickets put aside, tickets that are none, and what the desk does by itself, over the API."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.server.api.test_tickets import TICKETS, opened

API = "/api/v1"


@pytest.fixture
def admin(client: TestClient, key: Any) -> TestClient:
    client.headers.update(key("administrator"))
    return client


def test_a_ticket_is_put_aside_and_taken_up_again(api: TestClient, clock: Any) -> None:
    path = f"{TICKETS}/{opened(api)['id']}/snooze"
    until = (clock.now() + timedelta(days=2)).isoformat()
    answer = api.put(path, json={"until": until, "on_reply": True, "note": "they move house"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["on_reply"], answer.json()["woken_at"]) == (True, None)
    assert api.get(path).json() == answer.json()
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


def test_a_snooze_without_an_end_is_refused(api: TestClient) -> None:
    answer = api.put(f"{TICKETS}/{opened(api)['id']}/snooze", json={})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "until")


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_some_zone_cannot_show_is_refused_by_its_field(api: TestClient, until: str) -> None:
    ticket_id = api.post("/api/v1/tickets", json={"subject": "One"}).json()["id"]
    answer = api.put(f"/api/v1/tickets/{ticket_id}/snooze", json={"until": until})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "until")
    assert api.get(f"/api/v1/tickets/{ticket_id}").status_code == 200


def test_spam_is_marked_and_unmarked(api: TestClient) -> None:
    path = f"{TICKETS}/{opened(api)['id']}/spam"
    assert api.post(path, json={"reason": "not a ticket"}).json()["state"] == "done"
    assert api.delete(path).json()["state"] == "open"
    assert api.delete(path).status_code == 409


def test_a_sender_is_blocked_and_let_in_again(api: TestClient) -> None:
    made = api.post(f"{API}/blocked-senders", json={"sender": "Ads@Shop.example"})
    assert (made.status_code, made.json()["sender"], made.json()["hits"]) == (201, "ads@shop.example", 0)
    assert api.get(f"{API}/blocked-senders").json()["items"] == [made.json()]
    assert api.delete(f"{API}/blocked-senders/{made.json()['id']}").status_code == 204
    assert api.post(f"{API}/blocked-senders", json={"sender": "no sender"}).status_code == 422


def test_a_recurring_ticket_is_arranged(admin: TestClient) -> None:
    body = {
        "name": "Backup check",
        "rule": "FREQ=WEEKLY;BYDAY=MO",
        "starts": "2026-03-02T10:00:00",
        "timezone": "Europe/Berlin",
        "subject": "Check the backups",
    }
    made = admin.post(f"{API}/recurring-tickets", json=body)
    assert made.status_code == 201, made.text
    record = made.json()
    assert record["next_at"] == "2026-03-09T09:00:00Z"
    path = f"{API}/recurring-tickets/{record['id']}"
    assert admin.patch(path, json={"active": False}).json()["next_at"] is None
    assert admin.get(path).json()["active"] is False
    assert admin.get(f"{path}/runs").json()["items"] == []
    assert admin.get(f"{API}/recurring-tickets").json()["items"] == []
    wrong = admin.patch(path, json={"rule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "rule")


def test_a_rule_of_silence_is_arranged(admin: TestClient) -> None:
    statuses = {s["name"]: s["id"] for s in admin.get(f"{API}/statuses").json()["items"]}
    body = {
        "name": "Silence",
        "status_id": statuses["Waiting on Customer"],
        "inactive_days": 14,
        "warning_days": 3,
        "target_status_id": statuses["Closed"],
    }
    made = admin.post(f"{API}/auto-close-rules", json=body)
    assert made.status_code == 201, made.text
    path = f"{API}/auto-close-rules/{made.json()['id']}"
    assert admin.patch(path, json={"warning_days": None}).json()["warning_days"] is None
    assert admin.patch(path, json={"target_status_id": statuses["New"]}).status_code == 422
    assert len(admin.get(f"{API}/auto-close-rules").json()["items"]) == 1


def test_what_replies_to_finished_tickets_do_is_set(admin: TestClient) -> None:
    made = admin.put(f"{API}/follow-up-settings", json={"cutoff_hours": 72})
    assert made.status_code == 200, made.text
    assert made.json()["team_id"] is None
    again = admin.put(f"{API}/follow-up-settings", json={"reopening": False}).json()
    assert admin.get(f"{API}/follow-up-settings").json()["items"] == [{**made.json(), "reopening": False}] == [again]


@pytest.mark.parametrize("path", ["recurring-tickets", "auto-close-rules", "follow-up-settings"])
def test_only_administrators_say_what_the_desk_does_by_itself(api: TestClient, path: str) -> None:
    whole = {
        "recurring-tickets": {
            "name": "x",
            "rule": "FREQ=DAILY",
            "starts": "2026-03-02T10:00:00",
            "timezone": "UTC",
            "subject": "x",
        },
        "auto-close-rules": {"name": "x", "status_id": 4, "inactive_days": 3, "target_status_id": 7},
        "follow-up-settings": {},
    }[path]
    send = api.put if path == "follow-up-settings" else api.post
    assert send(f"{API}/{path}", json=whole).status_code == 403
    assert api.get(f"{API}/{path}").status_code == 200
