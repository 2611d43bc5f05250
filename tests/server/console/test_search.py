"""The search page: reached from the box on every page, by words or by number."""

from collections.abc import Callable

import pytest

from core_psa.desk import actions as desk_actions
from core_psa.knowledge import actions as knowledge
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser

Ticket = Callable[[str, str], int]


def lands(browser: Browser, address: str) -> str:
    answer = browser.client.get(address, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def test_a_number_leads_to_its_ticket(agent: Browser, ticket: Ticket) -> None:
    number = ticket("Scanner", "It beeps.")
    for typed in (f"{number}", f"%23{number:07d}"):
        assert lands(agent, f"/search?q={typed}") == f"/tickets/{number}"
    assert "Nothing found" in agent.get("/search?q=999999999999999999")


def test_a_number_in_quotes_is_a_word(agent: Browser, ticket: Ticket) -> None:
    number = ticket("Setup fails with 1", "It beeps.")
    assert f'href="/tickets/{number}"' in agent.get('/search?q="1"')


def test_the_words_are_marked_wherever_they_stand(agent: Browser, desk: Desk, ticket: Ticket) -> None:
    number = ticket("Scanner <b>", "It beeps.")
    with desk.db.work() as w:
        desk_actions.note(w, SYSTEM, number, body="The <i>warranty</i> has ended.")
    page = agent.get("/search?q=scanner+warranty")
    assert "<mark>Scanner</mark> &lt;b&gt;" in page
    assert "&lt;i&gt;<mark>warranty</mark>&lt;/i&gt;" in page
    assert "noted internally" in page


def test_both_tabs_tell_how_much_they_hold(agent: Browser, desk: Desk, ticket: Ticket) -> None:
    ticket("Scanner", "It beeps.")
    with desk.db.work() as w:
        for title in ("Scanner beeps", "Scanner smokes"):
            knowledge.create_article(w, SYSTEM, title=title, body="Close the lid.", status="published")
    tickets, articles = agent.get("/search?q=scanner"), agent.get("/search?q=scanner&in=articles")
    for page in (tickets, articles):
        assert 'Tickets <span class="figure">1</span>' in page
        assert 'Articles <span class="figure">2</span>' in page
    assert "Scanner smokes" not in tickets
    assert "smokes" in articles


def test_the_filters_of_the_queue_apply(agent: Browser, ticket: Ticket) -> None:
    number = ticket("Scanner", "It beeps.")
    assert f"/tickets/{number}" in agent.get("/search?q=scanner&state=unsolved&team=none")
    assert "Drop the filters" in agent.get("/search?q=scanner&state=done")
    assert 'href="/queue?state=all&amp;q=scanner"' in agent.get("/search?q=scanner")


def test_pages_follow_each_other(agent: Browser, ticket: Ticket) -> None:
    numbers = [ticket(f"Scanner {n}", "It beeps.") for n in range(27)]
    for order in ("newest", "relevance"):
        first = agent.get(f"/search?q=scanner&order={order}")
        following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        assert f'id="t-{numbers[-1]}"' in first
        assert f'id="t-{numbers[0]}"' in agent.get(following)


@pytest.mark.parametrize(
    "typed", ["", '"', "' OR 1=1 --", "NEAR(", "a*b:c^", "%00", "%F0%9F%96%A8", "x" * 10_000, "%E0%A4", "-", "{}"]
)
def test_whatever_is_typed_gets_a_page(agent: Browser, typed: str) -> None:
    page = agent.get(f"/search?q={typed}")
    assert "Nothing found" in page or "What are you looking for?" in page


def test_a_cursor_of_another_list_begins_at_the_start(agent: Browser) -> None:
    assert lands(agent, "/search?q=scanner&cursor=nonsense") == "/search?q=scanner"
