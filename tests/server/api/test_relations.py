"""Tickets that belong together, over the API."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.server.api.test_tickets import TICKETS, act, opened


def ids(api: TestClient, number: int) -> list[int]:
    return [opened(api, subject=f"Ticket {n}")["id"] for n in range(number)]


def timeline(api: TestClient, ticket_id: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = api.get(f"{TICKETS}/{ticket_id}/actions").json()["items"]
    return items


def test_a_link_is_read_from_both_sides_and_taken_away(api: TestClient) -> None:
    one, two = ids(api, 2)
    made = api.post(f"{TICKETS}/{one}/links", json={"relation": "child_of", "ticket": two})
    assert (made.status_code, made.json()["words"], made.json()["ticket"]["id"]) == (201, "is a child of", two)
    (seen,) = api.get(f"{TICKETS}/{two}/links").json()["items"]
    assert (seen["relation"], seen["ticket"]["number"]) == ("parent_of", f"{one:07d}")
    assert api.delete(f"{TICKETS}/{two}/links/{seen['id']}").status_code == 204
    assert api.get(f"{TICKETS}/{one}/links").json()["items"] == []


def test_a_link_that_cannot_be_names_the_field(api: TestClient) -> None:
    (one,) = ids(api, 1)
    for body, field in (
        ({"relation": "sees", "ticket": one}, "relation"),
        ({"relation": "blocks", "ticket": one}, "ticket"),
    ):
        answer = api.post(f"{TICKETS}/{one}/links", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert api.post(f"{TICKETS}/{one}/links", json={"relation": "blocks", "ticket": 99}).status_code == 404


def test_a_chain_adds_up_the_times_of_its_tickets(api: TestClient, clock: Any) -> None:
    from datetime import timedelta

    one = opened(api)["id"]
    clock.advance(timedelta(hours=2))
    act(api, one, action="resolve", resolution="Done.")
    two = api.post(f"{TICKETS}/{one}/follow-ons", json={"subject": "Once more"}).json()["id"]
    clock.advance(timedelta(hours=1))
    chain = api.get(f"{TICKETS}/{two}/chain").json()
    assert [entry["ticket"]["id"] for entry in chain["items"]] == [one, two]
    assert (chain["business_minutes"], chain["hours"], chain["running"]) == (180, 3.0, True)


def test_a_ticket_is_merged_and_unmerged(api: TestClient) -> None:
    one, two = ids(api, 2)
    for _ in range(2):
        assert api.post(f"{TICKETS}/{one}/merge", json={"into": two}).json()["id"] == two
    assert api.get(f"{TICKETS}/{one}").json()["duplicate_of"] == two
    assert [entry["action"] for entry in timeline(api, two)] == ["created", "merge", "copy"]
    assert api.post(f"{TICKETS}/{one}/unmerge").json()["state"] == "open"
    assert api.post(f"{TICKETS}/{one}/unmerge").status_code == 409
    assert api.post(f"{TICKETS}/{one}/merge", json={"into": one}).status_code == 422


def test_a_conversation_is_split(api: TestClient) -> None:
    one = opened(api)["id"]
    act(api, one, action="reply", body="And the scanner?")
    message = timeline(api, one)[-1]["id"]
    new = api.post(f"{TICKETS}/{one}/split", json={"from_action": message, "subject": "Scanner"})
    assert (new.status_code, new.json()["subject"], new.json()["body"]) == (201, "Scanner", "And the scanner?")
    assert [entry["action"] for entry in timeline(api, one)] == ["created", "split", "link"]


def test_a_problem_is_resolved_together_with_its_incidents(api: TestClient) -> None:
    one, two = ids(api, 2)
    problem = api.post(f"{TICKETS}/problems", json={"incidents": [one, two], "subject": "Mail server"}).json()["id"]
    body = {"resolution": "New disk.", "members": "resolve"}
    answer = api.post(f"{TICKETS}/{problem}/resolve-together", json=body)
    assert {m["ticket_id"]: m["done"] for m in answer.json()["members"]} == {one: True, two: True}
    assert api.get(f"{TICKETS}/{one}").json()["state"] == "done"


def test_what_becomes_of_the_members_is_one_of_four(api: TestClient) -> None:
    (one,) = ids(api, 1)
    answer = api.post(f"{TICKETS}/{one}/resolve-together", json={"resolution": "x", "members": "forget"})
    assert answer.json()["errors"][0]["allowed"] == ["resolve", "reply", "note", "leave"]


@pytest.mark.parametrize(
    "path", ["links", "merge", "split", "unmerge", "unsplit", "follow-ons", "resolve-together", "spam"]
)
def test_who_only_reads_changes_nothing(api: TestClient, key: Any, path: str) -> None:
    one, two = ids(api, 2)
    bodies = {
        "links": {"relation": "blocks", "ticket": two},
        "merge": {"into": two},
        "split": {"from_action": 1},
        "resolve-together": {"resolution": "x", "members": "leave"},
        "follow-ons": {},
        "spam": {},
    }
    answer = api.post(f"{TICKETS}/{one}/{path}", json=bodies.get(path), headers=key("finance"))
    assert answer.status_code == 403
