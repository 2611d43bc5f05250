"""Files over the API: sent, listed, fetched, removed."""

import pytest
from starlette.testclient import TestClient

from server.wiring import Desk

HARMFUL = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def number(api: TestClient) -> str:
    return str(api.post("/api/v1/tickets", json={"subject": "No VPN"}).json()["number"])


def test_several_files_are_sent_at_once_and_come_back_as_they_were(api: TestClient, number: str) -> None:
    sent = [("files", ("log.txt", b"Error 809")), ("files", ("page.html", HARMFUL))]
    answer = api.post(f"/api/v1/tickets/{number}/attachments", files=sent)
    assert answer.status_code == 201, answer.text
    items = answer.json()["items"]
    assert [(i["name"], i["size"], i["look"], i["public"]) for i in items] == [
        ("log.txt", 9, "text", False),
        ("page.html", len(HARMFUL), "text", False),
    ]
    assert api.get(f"/api/v1/tickets/{number}/attachments").json()["items"] == items
    fetched = api.get(f"/api/v1/attachments/{items[1]['id']}/content")
    assert fetched.content == HARMFUL
    assert fetched.headers["content-type"] == "application/octet-stream"
    assert fetched.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in fetched.headers["content-security-policy"]
    assert fetched.headers["x-content-type-options"] == "nosniff"


def test_a_file_may_wait_for_its_message(api: TestClient, number: str) -> None:
    path = f"/api/v1/tickets/{number}"
    sent = api.post(f"{path}/attachments?staged=true", files=[("files", ("log.txt", b"Error 809"))])
    (waiting,) = sent.json()["items"]
    assert waiting["action_id"] is None
    assert api.get(f"{path}/attachments").json()["items"] == []
    reply = {"action": "reply", "body": "See the log.", "attachments": [waiting["id"]]}
    assert api.post(f"{path}/actions", json=reply).status_code == 200
    (attached,) = api.get(f"{path}/attachments").json()["items"]
    assert attached["public"]
    assert api.post(f"{path}/actions", json=reply).json()["errors"][0]["field"] == "attachments"


def test_a_refused_file_is_named(api: TestClient, number: str) -> None:
    answer = api.post(f"/api/v1/tickets/{number}/attachments", files=[("files", ("setup.exe", b"MZ"))])
    assert answer.status_code == 422
    assert "setup.exe" in answer.json()["errors"][0]["message"]


def test_a_removed_file_is_gone(api: TestClient, number: str, desk: Desk) -> None:
    path = f"/api/v1/tickets/{number}/attachments"
    (item,) = api.post(path, files=[("files", ("log.txt", b"x"))]).json()["items"]
    assert api.delete(f"/api/v1/attachments/{item['id']}").json() == item
    assert api.get(path).json()["items"] == []
    assert api.get(f"/api/v1/attachments/{item['id']}/content").status_code == 404


def test_a_ticket_that_is_not_there_takes_no_file(api: TestClient) -> None:
    answer = api.post("/api/v1/tickets/99/attachments", files=[("files", ("log.txt", b"x"))])
    assert answer.status_code == 404
