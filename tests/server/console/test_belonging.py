"""Linking, merging, splitting, putting aside and marking as spam, on the ticket page."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core_psa.desk import actions as desk_actions
from core_psa.desk import snooze
from core_psa.tickets import store
from core_psa.tickets.tables import Ticket
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser

Tickets = Callable[[str, str], int]


def ticket_of(desk: Desk, ticket_id: int) -> Ticket:
    with desk.db.read() as session:
        return store.get(session, SYSTEM, ticket_id)


def test_a_link_is_made_shown_on_both_pages_and_taken_away(agent: Browser, ticket: Tickets) -> None:
    one, two = ticket("Printer", "a"), ticket("Scanner", "b")
    assert agent.post(f"/tickets/{one}/links", relation="blocks", ticket=f"#{two:07d}") == 303
    assert "blocks" in agent.get(f"/tickets/{one}?fold=links")
    other = agent.get(f"/tickets/{two}?fold=links")
    assert "is blocked by" in other
    assert "Printer" in other
    assert f"it blocks {two:07d}" in agent.get(f"/tickets/{one}")
    assert agent.post(f"/tickets/{two}/links/1/remove") == 303
    assert "Take this link away" not in agent.get(f"/tickets/{one}?fold=links")


@pytest.mark.parametrize("number", ["", "x", "99", "1"])
def test_a_link_to_no_other_ticket_is_refused_in_place(agent: Browser, ticket: Tickets, number: str) -> None:
    one = ticket("Printer", "a")
    assert agent.post(f"/tickets/{one}/links", relation="blocks", ticket=number) == 422


def test_a_merge_into_a_ticket_that_is_not_there_leaves_the_page_as_it_is(agent: Browser, ticket: Tickets) -> None:
    one = ticket("Printer", "a")
    answer = agent.client.post(f"/tickets/{one}/merge", data={**agent.token, "into": "99999"})
    assert answer.status_code == 422
    assert "Ticket 99999 does not exist" in answer.text
    assert 'id="ticket"' in answer.text


def test_a_merged_ticket_says_where_it_went_and_offers_the_way_back(
    agent: Browser, ticket: Tickets, desk: Desk
) -> None:
    one, two = ticket("Printer", "It jams."), ticket("Scanner", "b")
    assert agent.post(f"/tickets/{one}/merge", into=str(two)) == 303
    assert "What is answered here is read there" in agent.get(f"/tickets/{one}")
    assert "It jams." in agent.get(f"/tickets/{two}")
    assert agent.post(f"/tickets/{one}/unmerge") == 303
    assert ticket_of(desk, one).state == "open"
    assert "It jams." not in agent.get(f"/tickets/{two}")


def test_a_merge_into_itself_is_refused_in_place(agent: Browser, ticket: Tickets) -> None:
    one = ticket("Printer", "a")
    answer = agent.client.post(f"/tickets/{one}/merge", data={"csrf_token": agent.csrf_token, "into": str(one)})
    assert answer.status_code == 422
    assert "into itself" in answer.text


def test_a_split_leads_to_the_new_ticket(agent: Browser, ticket: Tickets, desk: Desk) -> None:
    one = ticket("Printer", "a")
    with desk.db.work() as w:
        begins = desk_actions.reply(w, SYSTEM, one, body="And the scanner?").id
    assert "And the scanner?" in agent.get(f"/tickets/{one}")
    fields = {"csrf_token": agent.csrf_token, "from": str(begins), "subject": "Scanner"}
    answer = agent.client.post(f"/tickets/{one}/split", data=fields, follow_redirects=False)
    assert answer.headers["location"] == f"/tickets/{one + 1}"
    assert "And the scanner?" in agent.get(f"/tickets/{one + 1}")
    assert "Undo the split" in agent.get(f"/tickets/{one + 1}")
    assert agent.post(f"/tickets/{one + 1}/unsplit") == 303
    assert "And the scanner?" in agent.get(f"/tickets/{one}")
    assert "Undo the split" not in agent.get(f"/tickets/{one + 1}")


def test_a_new_ticket_out_of_an_old_one_shows_their_chain(agent: Browser, ticket: Tickets) -> None:
    one = ticket("Printer", "a")
    assert agent.post(f"/tickets/{one}/follow-on", subject="Printer again", body="") == 303
    assert "Chain of 2" in agent.get(f"/tickets/{one}?fold=links")


def test_a_ticket_put_aside_says_until_when_and_is_taken_up_again(agent: Browser, ticket: Tickets, desk: Desk) -> None:
    one = ticket("Printer", "a")
    until = (desk.db.clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert agent.post(f"/tickets/{one}/snooze", until=until, on_reply="on", note="They move house.") == 303
    page = agent.get(f"/tickets/{one}")
    assert "Put aside until" in page
    assert "They move house." in page
    assert agent.post(f"/tickets/{one}/wake") == 303
    assert "Put aside until" not in agent.get(f"/tickets/{one}")


@pytest.mark.parametrize("fields", [{}, {"until": "soon"}, {"until": "2001-01-01T00:00"}, {"linked": "x"}])
def test_a_snooze_that_makes_no_sense_is_refused(agent: Browser, ticket: Tickets, fields: dict[str, str]) -> None:
    answer = agent.client.post(f"/tickets/{ticket('Printer', 'a')}/snooze", data={**agent.token, **fields})
    assert answer.status_code == 422
    assert 'id="ticket-head"' in answer.text


def test_spam_can_be_taken_back_and_its_sender_blocked(agent: Browser, ticket: Tickets, desk: Desk) -> None:
    one = ticket("Win a prize", "a")
    assert agent.post(f"/tickets/{one}/spam", reason="spam", block="ads@shop.example") == 303
    assert "nothing is learned from it" in agent.get(f"/tickets/{one}")
    assert "ads@shop.example" in agent.get("/administration/blocked-senders")
    assert agent.post(f"/tickets/{one}/not-spam") == 303
    assert ticket_of(desk, one).spam is False


def test_a_parent_is_resolved_with_its_children(agent: Browser, ticket: Tickets, desk: Desk) -> None:
    parent, child = ticket("Move", "a"), ticket("Desk", "b")
    agent.post(f"/tickets/{child}/links", relation="child_of", ticket=str(parent))
    assert "1 to resolve with it" in agent.get(f"/tickets/{parent}")
    assert "Resolve with its 1 open ticket" in agent.get(f"/tickets/{parent}?fold=links")
    assert agent.post(f"/tickets/{parent}/together", resolution="Moved.", members="resolve") == 303
    assert ticket_of(desk, child).state == "done"


@pytest.mark.parametrize("path", ["links", "merge", "split", "follow-on", "snooze", "wake", "spam", "together"])
def test_who_only_reads_is_refused_and_offered_nothing(
    signed_in: Callable[[str], Browser], ticket: Tickets, path: str
) -> None:
    one, two = ticket("One", "a"), ticket("Two", "b")
    finance = signed_in("finance")
    assert "ticket-menu" not in finance.get(f"/tickets/{one}")
    fields = {"relation": "blocks", "ticket": str(two), "into": str(two), "from": "1", "on_reply": "on"}
    more = {"resolution": "x", "members": "leave", "reason": "spam"}
    assert finance.post(f"/tickets/{one}/{path}", **fields, **more) == 403


def test_the_queue_keeps_aside_what_is_put_aside_and_shows_on_top_what_is_back(
    agent: Browser, ticket: Tickets, desk: Desk
) -> None:
    one = ticket("Printer", "a")
    other = ticket("Scanner", "b")
    agent.post(f"/tickets/{one}/snooze", linked=str(other), note="same cable")
    assert "Printer" not in agent.get("/queue")
    assert "Printer" in agent.get("/queue?state=aside")
    with desk.db.work() as w:
        desk_actions.resolve(w, SYSTEM, other, resolution="Done.")
    snooze.wake_due(desk.db)
    queue = agent.get("/queue")
    assert "Back from being put aside" in queue
    assert f"ticket {other:07d} is done" in queue
    agent.post(f"/tickets/{one}/wake")
    assert "Back from being put aside" not in agent.get("/queue")


def test_a_problem_is_opened_behind_the_incidents_named(agent: Browser, ticket: Tickets, desk: Desk) -> None:
    one, two = ticket("No mail", "a"), ticket("Mail is slow", "b")
    assert f"{one:07d}, {two:07d}" in agent.get(f"/problems/new?ticket={one}&ticket={two}")
    fields = {"incidents": f"#{one:07d} {two}", "subject": "Mail server"}
    answer = agent.client.post("/problems/new", data={"csrf_token": agent.csrf_token, **fields}, follow_redirects=False)
    page = agent.get(answer.headers["location"] + "?fold=links")
    assert "is the cause of" in page
    assert "Resolve with its 2 open tickets" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"incidents": "99", "subject": "x"}, "there is no ticket 99"),
        ({"incidents": "none", "subject": "x"}, "give 1 to"),
        ({"incidents": "1", "subject": " "}, "must not be empty"),
        ({"incidents": "9" * 30, "subject": "x"}, "must be numbers"),
    ],
)
def test_a_problem_behind_nothing_is_refused_beside_the_field(
    agent: Browser, ticket: Tickets, fields: dict[str, str], said: str
) -> None:
    ticket("No mail", "a")
    answer = agent.client.post("/problems/new", data={"csrf_token": agent.csrf_token, **fields})
    assert answer.status_code == 422
    assert said in answer.text


def test_a_problem_that_an_agent_opens_came_in_at_the_desk(agent: Browser, ticket: Tickets, desk: Desk) -> None:
    one = ticket("Printer", "a")
    assert agent.post("/problems/new", incidents=str(one), subject="Spooler") == 303
    assert ticket_of(desk, one + 1).channel == "desk"
    assert "At the desk" in agent.get(f"/tickets/{one + 1}")
