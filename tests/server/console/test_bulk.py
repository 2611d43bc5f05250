"""Changing what is picked in the queue."""

from collections.abc import Callable

import pytest

from tests.server.console.conftest import Browser

Ticket = Callable[[str, str], int]


@pytest.mark.parametrize(
    ("change", "text", "shown"),
    [
        ("priority:1", "", "P1"),
        ("tag", "vpn, home", ">vpn<"),
        ("note", "Called back.", "Called back."),
        ("resolve", "New fuser.", "Resolved"),
        ("spam", "", "Closed"),
    ],
)
def test_what_is_picked_is_changed(agent: Browser, ticket: Ticket, change: str, text: str, shown: str) -> None:
    ids = [ticket("Printer jams", ""), ticket("Scanner jams", "")]
    assert agent.post("/queue/bulk", ticket=[str(i) for i in ids], change=change, text=text) == 200
    pages = agent.get("/queue?state=all") + agent.get(f"/tickets/{ids[1]}")
    assert shown in pages


def test_the_script_gets_a_line_for_each_ticket(agent: Browser, ticket: Ticket) -> None:
    form = {"csrf_token": agent.csrf_token, "ticket": f"{ticket('Printer jams', '')},77", "change": "assignee:"}
    answer = agent.client.post("/queue/bulk", data=form, headers={"HX-Request": "true"})
    assert answer.text.count("<li") == 2
    assert "does not exist" in answer.text
    assert "<html" not in answer.text


def test_a_whole_list_is_selected_as_it_is_filtered(agent: Browser, ticket: Ticket) -> None:
    first, _ = ticket("Printer jams", ""), ticket("Scanner jams", "")
    assert agent.client.get("/queue/bulk/selection?q=printer").json() == [first]


def test_whoever_may_not_edit_picks_nothing(signed_in: Callable[[str], Browser], ticket: Ticket) -> None:
    number = ticket("Printer jams", "")
    finance = signed_in("finance")
    assert 'id="bulk"' not in finance.get("/queue")
    assert finance.post("/queue/bulk", ticket=str(number), change="close") == 403
    assert finance.client.get("/queue/bulk/selection").status_code == 403


def test_a_change_must_be_chosen(agent: Browser, ticket: Ticket) -> None:
    assert agent.post("/queue/bulk", ticket=str(ticket("Printer jams", "")), change="") == 422


def test_a_selection_becomes_the_incidents_of_a_new_problem(agent: Browser, ticket: Ticket) -> None:
    one, two = ticket("No mail", ""), ticket("Mail is slow", "")
    given = {"csrf_token": agent.csrf_token, "ticket": [str(one), str(two)], "change": "problem"}
    answer = agent.client.post("/queue/bulk", data=given)
    assert f"{one:07d}, {two:07d}" in answer.text
    assert "New problem" in answer.text
