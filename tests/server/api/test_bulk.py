"""One change to many tickets: each has its own result."""

from typing import Any

import pytest
from starlette.testclient import TestClient

V1 = "/api/v1/tickets"


@pytest.fixture
def three(api: TestClient) -> list[int]:
    return [int(api.post(V1, json={"subject": f"Printer {n}", "tags": ["old"]}).json()["id"]) for n in range(3)]


def change(api: TestClient, ids: list[int], **body: Any) -> Any:
    answer = api.post(f"{V1}/bulk", json={"tickets": ids, "change": body})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_ticket_is_changed_and_told_of(api: TestClient, three: list[int]) -> None:
    answer = change(api, three, action="update", priority="P2 High")
    assert (answer["done"], answer["refused"]) == (3, 0)
    assert [api.get(f"{V1}/{i}").json()["priority"]["name"] for i in three] == ["P2 High"] * 3


def test_what_one_ticket_refuses_the_others_do(api: TestClient, three: list[int]) -> None:
    api.post(f"{V1}/{three[1]}/actions", json={"action": "resolve", "resolution": "New fuser."})
    answer = change(api, [*three, 999], action="resolve", resolution="New toner.")
    assert [result["done"] for result in answer["results"]] == [True, False, True, False]
    assert answer["results"][1]["errors"][0]["allowed"]
    assert "does not exist" in answer["results"][3]["errors"][0]["message"]


def test_tags_are_added_and_removed_beside_the_others(api: TestClient, three: list[int]) -> None:
    change(api, three[:2], action="tag", add=["vpn"])
    change(api, three[1:], action="tag", remove=["old"])
    assert [api.get(f"{V1}/{i}").json()["tags"] for i in three] == [["old", "vpn"], ["vpn"], []]


def test_several_are_merged_into_one(api: TestClient, three: list[int]) -> None:
    answer = change(api, three, action="merge", into=three[0])
    assert [result["done"] for result in answer["results"]] == [False, True, True]
    assert [api.get(f"{V1}/{i}").json()["duplicate_of"] for i in three] == [None, three[0], three[0]]


def test_spam_is_closed(api: TestClient, three: list[int]) -> None:
    change(api, three, action="spam")
    assert {api.get(f"{V1}/{i}").json()["state"] for i in three} == {"done"}


@pytest.mark.parametrize("body", [{"action": "fly"}, {"action": "update", "colour": "red"}, {"action": "merge"}, {}])
def test_a_change_that_cannot_be_is_refused_by_every_ticket(api: TestClient, three: list[int], body: Any) -> None:
    assert change(api, three, **body)["refused"] == 3


def test_too_many_and_none_are_refused(api: TestClient) -> None:
    for ids in ([], list(range(1, 202))):
        assert api.post(f"{V1}/bulk", json={"tickets": ids, "change": {"action": "close"}}).status_code == 422
