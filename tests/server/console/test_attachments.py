"""Files on the ticket page: sent with a message, looked at where it is safe, taken off again."""

import base64
import re
from collections.abc import Callable

import pytest

from core_psa.reads.attachments import of_ticket
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HARMFUL = b"<script>alert(1)</script> & more"

Ticket = Callable[[str, str], int]


@pytest.fixture
def number(ticket: Ticket) -> int:
    return ticket("No VPN", "Error 809")


def say(agent: Browser, number: int, files: list[tuple[str, bytes]], **fields: str) -> int:
    data = {"csrf_token": agent.csrf_token, "kind": "note", "body": "See the files.", **fields}
    sent = [("files", file) for file in files]
    answer = agent.client.post(f"/tickets/{number}/say", data=data, files=sent, follow_redirects=False)
    return answer.status_code


def test_files_go_with_the_message_they_were_sent_with(agent: Browser, number: int) -> None:
    assert say(agent, number, [("log.txt", HARMFUL), ("pixel.png", PIXEL)]) == 303
    shown = agent.get(f"/tickets/{number}")
    assert "log.txt" in shown
    assert re.search(r'<img class="thumb" src="/attachments/\d+/picture" alt="pixel.png"', shown)


def test_a_text_is_previewed_as_words(agent: Browser, number: int, desk: Desk) -> None:
    say(agent, number, [("log.txt", HARMFUL)])
    shown = agent.get(f"/attachments/{ids(desk, number)[0]}/text")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in shown
    assert "<script" not in shown


def test_only_a_picture_is_shown_as_one_and_everything_is_saved_as_a_file(
    agent: Browser, number: int, desk: Desk
) -> None:
    say(agent, number, [("a.svg", b"<svg onload='alert(1)'></svg>"), ("pixel.png", PIXEL)])
    drawing, pixel = ids(desk, number)
    assert agent.client.get(f"/attachments/{drawing}/picture").status_code == 404
    picture = agent.client.get(f"/attachments/{pixel}/picture")
    assert (picture.headers["content-type"], picture.content) == ("image/png", PIXEL)
    saved = agent.client.get(f"/attachments/{drawing}")
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in saved.headers["content-security-policy"]


def test_a_refused_message_keeps_its_files_for_the_next_try(agent: Browser, number: int, desk: Desk) -> None:
    assert say(agent, number, [("log.txt", HARMFUL)], body=" ") == 422
    data = {"csrf_token": agent.csrf_token, "kind": "note", "body": " "}
    shown = agent.client.post(f"/tickets/{number}/say", data=data, files=[("files", ("log.txt", HARMFUL))]).text
    waiting = re.findall(r'name="attachment" value="(\d+)"', shown)
    assert len(waiting) == 1
    assert agent.post(f"/tickets/{number}/say", kind="note", body="See this.", attachment=waiting) == 303
    assert ids(desk, number) == [int(waiting[0])]


def test_a_file_that_is_not_taken_is_named_and_nothing_is_said(agent: Browser, number: int, desk: Desk) -> None:
    assert say(agent, number, [("setup.exe", b"MZ")]) == 422
    assert "See the files." not in agent.get(f"/tickets/{number}")


def test_a_file_is_taken_off_its_ticket(agent: Browser, number: int, desk: Desk) -> None:
    say(agent, number, [("log.txt", HARMFUL)])
    (file_id,) = ids(desk, number)
    assert agent.post(f"/tickets/{number}/attachments/{file_id}/remove") == 303
    assert ids(desk, number) == []
    assert "removed files" in agent.get(f"/tickets/{number}")


def test_who_reads_no_notes_reads_no_internal_files(
    agent: Browser, signed_in: Callable[[str], Browser], number: int, desk: Desk
) -> None:
    say(agent, number, [("log.txt", HARMFUL)])
    address = f"/attachments/{ids(desk, number)[0]}"
    sales = signed_in("sales")
    assert sales.client.get(address).status_code == 404
    assert "log.txt" not in sales.get(f"/tickets/{number}")


def ids(desk: Desk, number: int) -> list[int]:
    with desk.db.read() as session:
        return [row.id for row in of_ticket(session, SYSTEM, number)]
