"""Tickets over the API, as scripts rely on it."""

import json
import time
from typing import Any

import pytest
from starlette.testclient import TestClient

TICKETS = "/api/v1/tickets"


def opened(api: TestClient, **fields: Any) -> dict[str, Any]:
    answer = api.post(TICKETS, json={"subject": "Printer jams", "body": "Again.", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def act(api: TestClient, ticket_id: int, **body: Any) -> Any:
    return api.post(f"{TICKETS}/{ticket_id}/actions", json=body)


def triaged(api: TestClient, ticket_id: int) -> dict[str, Any]:
    """The suggestion, once it is no longer waiting."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        answer = api.get(f"{TICKETS}/{ticket_id}/suggestion").json()
        if answer["state"] != "waiting":
            return answer
        time.sleep(0.02)
    raise AssertionError("still waiting for triage")


def test_a_new_ticket_is_answered_with_its_id_number_status_and_version(api: TestClient) -> None:
    answer = opened(api)
    assert (answer["number"], answer["status"], answer["version"]) == (f"{answer['id']:07d}", "New", 1)


@pytest.mark.parametrize("called", ["{id}", "{number}"])
def test_a_ticket_is_found_by_id_and_by_number(api: TestClient, called: str) -> None:
    answer = opened(api)
    assert api.get(f"{TICKETS}/{called.format(**answer)}").json()["id"] == answer["id"]


def test_a_body_that_is_not_json_is_a_bad_request(api: TestClient) -> None:
    for raw in (b"{", b"\xff\xfe", b"[1, NaN]", b'{"subject": Infinity}'):
        answer = api.post(TICKETS, content=raw)
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("body", [[], "text", 3, None])
def test_json_that_is_not_an_object_cannot_be_a_ticket(api: TestClient, body: Any) -> None:
    assert api.post(TICKETS, json=body).status_code == 422


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x7f",
        "\ud83d lone surrogate",
        "مرحبا بالعالم",
        "🖨️🔥",
        "x" * 100_000,
        "<script>alert(1)</script>",
        "'; DROP TABLE ticket; --",
        "\r\n\t",
        "\U0010fffd000000",
    ],
    ids=["control", "surrogate", "rtl", "emoji", "long word", "markup", "sql", "blank", "escape character"],
)
def test_any_text_comes_back_as_it_was_sent(api: TestClient, text: str) -> None:
    raw = json.dumps({"subject": "x" + text[:300], "body": text}).encode()
    answer = api.post(TICKETS, content=raw)
    assert answer.status_code == 201
    stored = api.get(f"{TICKETS}/{answer.json()['id']}").json()
    assert (stored["subject"], stored["body"]) == ("x" + text[:300], text)


def test_more_than_ten_megabytes_are_refused(api: TestClient) -> None:
    assert api.post(TICKETS, json={"subject": "x", "body": "y" * 10_000_001}).status_code == 422


def test_an_unknown_name_lists_what_is_allowed(api: TestClient) -> None:
    answer = api.post(TICKETS, json={"subject": "x", "priority": "P3", "type": "incidnet"})
    by_field = {e["field"]: e["allowed"] for e in answer.json()["errors"]}
    assert answer.status_code == 422
    assert "P3 Medium" in by_field["priority"]
    assert by_field["type"][0] == "Incident"


@pytest.mark.parametrize(
    "name", ["a\x00b", "\ud800", "9" * 5_000, 2**70, -1], ids=["NUL", "surrogate", "long", "huge", "-1"]
)
def test_a_name_that_nothing_can_have_is_refused_by_its_field(api: TestClient, name: str | int) -> None:
    answer = api.post(TICKETS, content=json.dumps({"subject": "x", "team": name}))
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, ["team"])
    assert api.get(TICKETS, params={"team": str(name).replace("\ud800", "?")}).status_code == 422


def test_the_same_idempotency_key_and_body_get_the_same_answer(api: TestClient) -> None:
    sent = [api.post(TICKETS, json={"subject": "once"}, headers={"Idempotency-Key": "k1"}) for _ in range(3)]
    assert {a.status_code for a in sent} == {201}
    assert len({a.json()["id"] for a in sent}) == 1


def test_the_same_idempotency_key_with_another_body_is_refused(api: TestClient) -> None:
    api.post(TICKETS, json={"subject": "once"}, headers={"Idempotency-Key": "k1"})
    answer = api.post(TICKETS, json={"subject": "other"}, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 422


def test_a_refused_ticket_does_not_use_up_its_idempotency_key(api: TestClient) -> None:
    headers = {"Idempotency-Key": "k2"}
    assert api.post(TICKETS, json={"subject": ""}, headers=headers).status_code == 422
    assert api.post(TICKETS, json={"subject": "now"}, headers=headers).status_code == 201


def test_a_list_names_its_next_page_and_its_total(api: TestClient) -> None:
    ids = [opened(api)["id"] for _ in range(5)]
    first = api.get(TICKETS, params={"limit": 3}).json()
    second = api.get(TICKETS, params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [t["id"] for t in first["items"] + second["items"]] == ids[::-1]
    assert (first["total"], first["total_is_floor"], second["next_cursor"]) == (5, False, None)


def test_an_action_answers_with_the_ticket_as_it_is_then(api: TestClient) -> None:
    ticket_id = opened(api)["id"]
    answer = act(api, ticket_id, action="resolve", resolution="Cleared.")
    assert (answer.status_code, answer.json()["status"], answer.json()["state"]) == (200, "Resolved", "done")


def test_an_unknown_action_lists_those_there_are(api: TestClient) -> None:
    answer = act(api, opened(api)["id"], action="explode")
    assert (answer.status_code, "reopen" in answer.json()["errors"][0]["allowed"]) == (422, True)


def test_an_action_the_state_forbids_says_why_and_what_is_allowed(api: TestClient) -> None:
    answer = act(api, opened(api)["id"], action="close")
    assert answer.status_code == 409
    assert "resolve" in answer.json()["allowed"]


def test_a_stale_version_is_a_conflict_naming_the_fields(api: TestClient) -> None:
    ticket_id = opened(api)["id"]
    act(api, ticket_id, action="update", priority="P1 Critical")
    stale = api.post(
        f"{TICKETS}/{ticket_id}/actions", json={"action": "note", "body": "x"}, headers={"If-Match": '"1"'}
    )
    assert (stale.status_code, [e["field"] for e in stale.json()["errors"]]) == (409, ["priority"])


def test_a_field_that_means_nothing_to_an_action_is_refused(api: TestClient) -> None:
    answer = act(api, opened(api)["id"], action="note", body="x", priority="P1 Critical")
    assert answer.json()["errors"][0]["field"] == "priority"


def test_the_timeline_tells_every_action_in_order(api: TestClient) -> None:
    ticket_id = opened(api)["id"]
    act(api, ticket_id, action="reply", body="On it.", cc=["boss@quay.example"])
    act(api, ticket_id, action="time", minutes=25, note="on the phone")
    kinds = [a["action"] for a in api.get(f"{TICKETS}/{ticket_id}/actions").json()["items"]]
    assert kinds == ["created", "reply", "time"]


def test_a_ticket_is_triaged_and_its_solved_neighbour_is_shown_with_its_outcome(api: TestClient) -> None:
    solved = opened(api, subject="Scanner broken", body="The scanner on floor two is dead", priority="P2 High")
    triaged(api, solved["id"])
    act(api, solved["id"], action="resolve", resolution="Replaced the fuse.")
    asked = triaged(api, opened(api, subject="Scanner broken", body="Scanner on floor three is dead")["id"])
    assert asked["state"] == "ready"
    assert asked["neighbours"][0]["resolution"] == "Replaced the fuse."
    assert asked["fields"]["priority"]["alternatives"] or asked["fields"]["priority"]["value"] == 2


def test_asking_without_storing_stores_nothing(api: TestClient) -> None:
    answer = api.post("/api/v1/triage", json={"subject": "VPN down", "body": "since noon"})
    assert (answer.status_code, answer.json()["state"]) == (200, "ready")
    assert api.get(TICKETS).json()["total"] == 0


def test_a_suggestion_without_history_gives_its_reason(api: TestClient) -> None:
    fields = triaged(api, opened(api)["id"])["fields"]
    assert all(f["value"] is None and f["reason"] for name, f in fields.items() if name in ("priority", "assignee"))


def test_overriding_keeps_both(api: TestClient) -> None:
    ticket_id = opened(api)["id"]
    triaged(api, ticket_id)
    answer = api.post(f"{TICKETS}/{ticket_id}/suggestion/override", json={"field": "priority", "value": "P1 Critical"})
    assert answer.json()["fields"]["priority"]["decision"]["label"] == "P1 Critical"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", TICKETS),
        ("POST", TICKETS),
        ("GET", f"{TICKETS}/1"),
        ("POST", f"{TICKETS}/1/actions"),
        ("POST", "/api/v1/triage"),
    ],
)
def test_nothing_is_answered_without_a_key(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path, json={"subject": "x"})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_a_key_a_role_that_only_reads_opens_nothing(client: TestClient, key: Any) -> None:
    answer = client.post(TICKETS, json={"subject": "x"}, headers=key("finance"))
    assert answer.status_code == 403


def test_a_ticket_that_is_not_there_is_not_found(api: TestClient) -> None:
    for number in ("999", "9" * 18):
        assert api.get(f"{TICKETS}/{number}").status_code == 404
