"""Searching over the API."""

from collections.abc import Callable

from starlette.testclient import TestClient

from core_psa.desk import actions as desk_actions
from core_psa.intake.receive import NewTicket, receive
from core_psa.knowledge import actions as knowledge
from core_psa.viewer import SYSTEM
from server.wiring import Desk

Key = Callable[[str], dict[str, str]]


def opened(desk: Desk, subject: str, note: str = "") -> int:
    with desk.db.work() as w:
        number = receive(w, SYSTEM, NewTicket(subject, "It beeps.")).id
        if note:
            desk_actions.note(w, SYSTEM, number, body=note)
    return number


def test_a_search_tells_where_the_words_stand(client: TestClient, desk: Desk, key: Key) -> None:
    number = opened(desk, "Scanner", "The warranty has ended.")
    answer = client.get("/api/v1/search", params={"q": "scanner warranty"}, headers=key("agent")).json()
    assert (answer["total"], answer["total_is_floor"], answer["next_cursor"]) == (1, False, None)
    (item,) = answer["items"]
    assert (item["kind"], item["id"], item["found_in"]["action"]) == ("ticket", number, "note")
    assert [piece["text"] for piece in item["excerpt"] if piece["found"]] == ["warranty"]


def test_filters_and_pages_go_together(client: TestClient, desk: Desk, key: Key) -> None:
    numbers = [opened(desk, f"Scanner {n}") for n in range(3)]
    headers, asked = key("agent"), {"q": "scanner", "state": "open", "limit": "2"}
    first = client.get("/api/v1/search", params=asked, headers=headers).json()
    second = client.get("/api/v1/search", params={**asked, "cursor": first["next_cursor"]}, headers=headers).json()
    assert [item["id"] for item in first["items"] + second["items"]] == numbers[::-1]
    assert client.get("/api/v1/search", params={**asked, "state": "done"}, headers=headers).json()["items"] == []


def test_articles_are_found_too(client: TestClient, desk: Desk, key: Key) -> None:
    with desk.db.work() as w:
        knowledge.create_article(w, SYSTEM, title="Scanner beeps", body="Close the lid.", status="published")
    answer = client.get("/api/v1/search", params={"q": "beeps", "in": "articles"}, headers=key("agent")).json()
    assert [(item["kind"], item["title"]) for item in answer["items"]] == [("article", "Scanner beeps")]
    assert answer["total"] == 1


def test_a_refusal_names_what_is_wrong(client: TestClient, key: Key) -> None:
    headers = key("agent")
    wrong = (
        {},
        {"q": "x" * 501},
        {"q": "a", "order": "loud"},
        {"q": "a", "cursor": "x"},
        {"q": "a", "team": "None such"},
    )
    for asked in wrong:
        answer = client.get("/api/v1/search", params=asked, headers=headers)
        assert answer.status_code == 422, asked
        assert answer.json()["errors"]
