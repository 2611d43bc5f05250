"""What each role finds on the pages, and what it is refused."""

from collections.abc import Callable

import pytest

from tests.server.console.conftest import Browser

SignedIn = Callable[[str], Browser]
Tickets = Callable[[str, str], int]


def test_who_may_not_change_tickets_is_offered_no_change(signed_in: SignedIn, ticket: Tickets) -> None:
    finance = signed_in("finance")
    number = ticket("One", "text")
    page = finance.get(f"/tickets/{number}")
    assert 'id="composer"' not in page
    assert f"/tickets/{number}/take" not in page
    assert "/tickets/new" not in page


@pytest.mark.parametrize("path", ["say", "take", "fields", "close", "suggestion/choose", "suggestion/accept"])
def test_who_may_not_change_tickets_is_refused(signed_in: SignedIn, ticket: Tickets, path: str) -> None:
    fields = {"kind": "note", "body": "x", "status": "1", "field": "category", "value": ""}
    assert signed_in("finance").post(f"/tickets/{ticket('One', '')}/{path}", **fields) == 403


def test_only_those_who_may_configure_see_the_modes(signed_in: SignedIn) -> None:
    assert signed_in("agent").client.get("/suggestions/modes").status_code == 403
    assert "/administration" not in signed_in("dispatcher").get("/")
    assert "Set by itself from" in signed_in("team lead").get("/suggestions/modes")


def test_modes_are_saved_as_shares_and_refused_beside_the_field(signed_in: SignedIn) -> None:
    lead = signed_in("team lead")
    rows = {
        f"{name}_{part}": value
        for name in ("category", "priority", "team", "assignee")
        for part, value in (("mode", "suggest"), ("suggest", "40"), ("auto", "90"))
    }
    assert lead.post("/suggestions/modes", **rows) == 303
    assert 'value="40"' in lead.get("/suggestions/modes")
    assert lead.post("/suggestions/modes", **rows | {"team_suggest": "95"}) == 422
    assert lead.post("/suggestions/modes", **rows | {"team_auto": "often"}) == 422
    assert 'value="95"' not in lead.get("/suggestions/modes")


def test_a_ticket_beyond_the_wall_is_as_good_as_none(signed_in: SignedIn) -> None:
    answer = signed_in("agent").client.get("/tickets/4242")
    assert answer.status_code == 404
    assert "Go to the queue" in answer.text
