"""Watching, favourites and mentions on the ticket page."""

from collections.abc import Callable

from tests.server.console.conftest import Browser

SignedIn = Callable[[str], Browser]
Tickets = Callable[[str, str], int]


def test_a_ticket_is_watched_and_no_more(agent: Browser, ticket: Tickets) -> None:
    address = f"/tickets/{ticket('Printer jams', '')}"
    assert agent.post(f"{address}/watch") == 303
    assert ">Watching<" in agent.get(address)
    assert "Printer jams" in agent.get("/queue?watched=me")
    assert agent.post(f"{address}/watch", stop="1") == 303
    assert "Printer jams" not in agent.get("/queue?watched=me")


def test_a_favourite_is_found_again(agent: Browser, ticket: Tickets) -> None:
    address = f"/tickets/{ticket('Printer jams', '')}"
    assert agent.post(f"{address}/favourite") == 303
    assert "Printer jams" in agent.get("/queue?favourite=me")
    assert agent.post(f"{address}/favourite", stop="1") == 303
    assert "Printer jams" not in agent.get("/queue?favourite=me")


def test_somebody_outside_is_let_watch_and_taken_off(agent: Browser, ticket: Tickets) -> None:
    address = f"/tickets/{ticket('One', '')}"
    assert agent.post(f"{address}/watchers", outside="tom@marlowe.example") == 303
    assert "tom@marlowe.example" in agent.get(address)
    assert agent.post(f"{address}/watchers/remove", watcher="1") == 303
    assert 'name="watcher" value="1"' not in agent.get(address)


def test_adding_nobody_is_refused_in_place(agent: Browser, ticket: Tickets) -> None:
    address = f"/tickets/{ticket('One', '')}"
    assert agent.post(f"{address}/watchers") == 422
    assert agent.post(f"{address}/watchers", outside="not an address") == 422


def test_who_may_not_change_tickets_watches_all_the_same(signed_in: SignedIn, ticket: Tickets) -> None:
    finance = signed_in("finance")
    address = f"/tickets/{ticket('One', '')}"
    assert finance.post(f"{address}/watch") == 303
    assert finance.post(f"{address}/watchers", outside="tom@marlowe.example") == 403


def test_a_mention_is_a_link_and_its_text_stays_text(agent: Browser, signed_in: SignedIn, ticket: Tickets) -> None:
    other = signed_in("dispatcher")
    address = f"/tickets/{ticket('One', '')}"
    assert agent.post(f"{address}/say", kind="note", body="<i>@Test dispatcher</i>, look & see") == 303
    assert (
        '&lt;i&gt;<a class="mention" href="/queue?assignee=2">@Test dispatcher</a>&lt;/i&gt;, look &amp; see'
        in agent.get(address)
    )
    assert "Unread mentions" in other.get("/")
