"""What a tag may hold is the same at every door."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

V1 = "/api/v1"
TICKETS = f"{V1}/tickets"
SPLIT = ["mail, slow"]


@pytest.fixture
def admin(client: TestClient, key: Callable[[str], dict[str, str]]) -> TestClient:
    client.headers.update(key("administrator"))
    return client


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (TICKETS, {"subject": "Mail is slow"}),
        (f"{V1}/routing-rules", {"name": "Mail"}),
        (
            f"{V1}/recurring-tickets",
            {
                "name": "Mail",
                "rule": "FREQ=DAILY",
                "starts": "2026-03-03T10:00:00",
                "timezone": "UTC",
                "subject": "Mail",
            },
        ),
        (f"{V1}/articles", {"title": "Mail", "body": "Wait."}),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_tag_with_a_comma_is_refused_wherever_tags_are_given(admin: TestClient, path: str, body: Any) -> None:
    answer = admin.post(path, json={**body, "tags": SPLIT})
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, ["tags"]), answer.text
    assert "comma" in answer.json()["errors"][0]["message"]


def test_a_tag_with_a_comma_is_refused_on_a_ticket_that_stands(admin: TestClient) -> None:
    ticket = admin.post(TICKETS, json={"subject": "Mail is slow", "tags": ["mail"]}).json()["id"]
    alone = admin.post(f"{TICKETS}/{ticket}/actions", json={"action": "update", "tags": SPLIT})
    assert (alone.status_code, alone.json()["errors"][0]["field"]) == (422, "tags")
    change = {"action": "tag", "add": SPLIT}
    together = admin.post(f"{TICKETS}/bulk", json={"tickets": [ticket], "change": change}).json()
    assert together["results"][0]["errors"][0]["field"] == "tags"
    assert admin.get(f"{TICKETS}/{ticket}").json()["tags"] == ["mail"]
