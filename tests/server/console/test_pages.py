"""Whatever a ticket holds, its pages show it and nothing of it runs."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from server.app import create_app
from server.triager import TriageHere
from server.wiring import Desk
from tests.server.console.conftest import Browser

Tickets = Callable[[str, str], int]

HARD = {
    "script": '<script>alert(1)</script> "><img src=x onerror=alert(2)>',
    "template": "{{ 7 * 7 }} {% raw %} ${7*7}",
    "nul": "before\x00after\x1b[31m",
    "right to left": "\u202egnirts\u202c \u05e9\u05dc\u05d5\u05dd \u2066x",
    "surrogate": "half \ud83d of a face, \udcff byte",
    "emoji": "👩‍👩‍👧‍👦 ok",
    "one word": "a" * 100_000,
    "many lines": "line\n" * 20_000,
    "blank": " \n\t",
}


@pytest.mark.parametrize("name", HARD)
def test_any_text_is_shown_and_none_of_it_runs(agent: Browser, ticket: Tickets, name: str) -> None:
    number = ticket(f"{HARD[name]}"[:300] or "-", HARD[name] + "!")
    for address in (f"/tickets/{number}", "/queue", "/"):
        page = agent.get(address)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "\x00" not in page


def test_a_huge_message_is_cut_and_offered_whole(agent: Browser, ticket: Tickets) -> None:
    number = ticket("Log", "x" * 500_000)
    page = agent.get(f"/tickets/{number}")
    assert len(page) < 200_000
    assert "download the whole message" in page
    assert len(agent.get(f"/tickets/{number}/messages/1.txt")) == 500_000


def test_a_message_of_another_ticket_is_not_found_under_this_one(agent: Browser, ticket: Tickets) -> None:
    ticket("One", "first")
    other = ticket("Two", "second")
    assert agent.client.get(f"/tickets/{other}/messages/1.txt").status_code == 404


def test_a_number_in_the_search_box_leads_to_its_ticket(agent: Browser, ticket: Tickets) -> None:
    number = ticket("Found by number", "")
    for written in (str(number), f"{number:07d}", f"#{number}"):
        assert agent.client.get("/search", params={"q": written}).url.path == f"/tickets/{number}"
    assert agent.client.get("/search", params={"q": "99999"}).url.path == "/search"


def test_words_in_the_search_box_find_every_state(agent: Browser, ticket: Tickets) -> None:
    ticket("Scanner jams", "paper feed")
    assert "<mark>Scanner</mark> jams" in agent.client.get("/search", params={"q": "paper scan"}).text


@pytest.mark.parametrize(
    "query",
    [
        "customer=abc&team=-1&assignee=somebody&priority=9999999999999999999&state=odd&sort=odd",
        "cursor=%00%ff",
        "cursor=~",
        "created_after=yesterday&worked_by=17&decided=x&triage=odd&channel=odd",
        "decided=a:b:c&requester=1&tag=%00&q=%22*%20OR%20(",
        "q=" + "x" * 2_000,
    ],
)
def test_a_mistyped_address_of_the_queue_still_shows_a_queue(agent: Browser, query: str) -> None:
    assert "<h1>Queue</h1>" in agent.get(f"/queue?{query}")


def test_paging_keeps_filters_and_leads_back(agent: Browser, ticket: Tickets) -> None:
    for number in range(120):
        ticket(f"Number {number}", "")
    pages, address = [], "/queue?sort=created"
    for _ in range(3):
        page = agent.get(address)
        pages.append(page)
        address = _link(page, "next")
    assert "Number 0<" in pages[0]
    assert "Number 50<" in pages[1]
    assert "Number 119<" in pages[2]
    assert address == ""
    back = agent.get(_link(pages[2], "prev"))
    assert "Number 50<" in back
    assert "Number 99<" in back
    assert "sort=created" in _link(back, "next")


def _link(page: str, rel: str) -> str:
    """The address of the link with this relation; empty where there is none."""
    at = page.find(f'rel="{rel}"')
    return "" if at < 0 else page[at:].split('href="')[1].split('"', maxsplit=1)[0].replace("&amp;", "&")


def test_an_empty_desk_says_what_to_do_next(agent: Browser) -> None:
    assert "Nothing is waiting" in agent.get("/queue")
    assert "No ticket fits these filters" in agent.get("/queue?q=nothing")
    assert "Nothing is assigned to you" in agent.get("/")


def test_a_new_ticket_is_refused_beside_the_field_and_keeps_what_was_typed(agent: Browser) -> None:
    fields = {"csrf_token": agent.csrf_token, "subject": "Kept", "customer": "Nobody Ltd", "channel": "phone"}
    answer = agent.client.post("/tickets/new", data=fields)
    assert answer.status_code == 422
    assert 'id="customer-problem"' in answer.text
    assert 'value="Kept"' in answer.text


def test_a_new_ticket_is_opened_and_waits_for_triage(agent: Browser) -> None:
    assert agent.post("/tickets/new", subject="Screen is black", body="since this morning", channel="phone") == 303
    assert "Looking for similar solved tickets" in agent.get("/tickets/1")


def test_without_triage_the_page_says_so(desk: Desk, agent: Browser, ticket: Tickets) -> None:
    desk.triage = TriageHere(None, 1, ["the encoder is missing"])
    assert "Triage cannot run now" in agent.get(f"/tickets/{ticket('One', '')}")


def test_an_unknown_address_is_answered_with_a_way_on(agent: Browser) -> None:
    answer = agent.client.get("/no/such/page")
    assert answer.status_code == 404
    assert "Go to the queue" in answer.text


def test_static_files_with_their_hash_are_kept_for_ever(agent: Browser) -> None:
    page = agent.get("/queue")
    address = page.split('href="/static/css/tokens')[1].split('"')[0]
    kept = agent.client.get(f"/static/css/tokens{address}").headers["cache-control"]
    assert "immutable" in kept
    assert agent.client.get("/static/css/tokens.css").headers["cache-control"] == "no-cache"


def test_a_mistyped_address_is_answered_with_a_page(agent: Browser) -> None:
    answer = agent.client.get("/customers/none")
    assert answer.status_code == 404
    assert "<h1>Nothing here</h1>" in answer.text


def test_what_nobody_foresaw_is_told_on_a_page_that_says_no_more(desk: Desk) -> None:
    app = create_app(desk)
    app.add_api_route("/breaks", lambda: 1 // 0)
    answer = TestClient(app, raise_server_exceptions=False).get("/breaks")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "division" not in answer.text
