"""One change to many tickets: each has its own result."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from core_psa.access.roles import create_role
from core_psa.organisation.actions import create_team
from core_psa.tickets.tables import Ticket
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.desk import opened

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


CHANGES: list[dict[str, Any]] = [
    {"action": "update", "priority": "P2 High"},
    {"action": "tag", "add": ["vpn"]},
    {"action": "spam"},
    {"action": "note", "body": "Seen."},
]


@pytest.mark.parametrize("body", CHANGES, ids=lambda body: str(body["action"]))
def test_a_ticket_beyond_the_wall_answers_as_one_that_does_not_exist(
    client: TestClient, desk: Desk, key: Callable[[str], dict[str, str]], body: dict[str, Any]
) -> None:
    theirs = opened(desk.db, team=_team(desk))
    with desk.db.work() as w:
        create_role(w, SYSTEM, "trainee", ["tickets.see", "tickets.edit"])
    client.headers.update(key("trainee"))
    answer = change(client, [theirs, 4242], **body)
    words = [
        result["errors"][0]["message"].replace(str(i), "N")
        for result, i in zip(answer["results"], (theirs, 4242), strict=True)
    ]
    assert (answer["done"], words[0]) == (0, words[1])
    with desk.db.read() as session:
        assert session.get_one(Ticket, theirs).version == 1


def test_nothing_is_merged_into_a_ticket_beyond_the_wall(
    client: TestClient, desk: Desk, key: Callable[[str], dict[str, str]]
) -> None:
    theirs, mine = opened(desk.db, team=_team(desk)), opened(desk.db)
    with desk.db.work() as w:
        create_role(w, SYSTEM, "trainee", ["tickets.see", "tickets.edit"])
    client.headers.update(key("trainee"))
    assert change(client, [mine], action="merge", into=theirs)["refused"] == 1
    assert client.get(f"{V1}/{mine}").json()["state"] == "open"


def _team(desk: Desk) -> int:
    with desk.db.work() as w:
        return create_team(w, SYSTEM, name="Elsewhere").id
