"""What an agent does on the ticket page, and what happens when somebody else was faster."""

from collections.abc import Callable

import pytest

from core_psa.suggestions import actions as suggestions
from core_psa.suggestions.rules import FieldOutcome, TriageResult
from core_psa.tickets.store import tags_of
from server.console.ticket_changes import SAYING
from server.wiring import Desk
from tests.server.console.conftest import Browser

SignedIn = Callable[[str], Browser]
Tickets = Callable[[str, str], int]


def test_a_reply_a_note_and_time_stand_on_the_timeline(agent: Browser, ticket: Tickets) -> None:
    address = f"/tickets/{ticket('One', 'text')}"
    assert agent.post(f"{address}/say", kind="reply", body="We look into it", cc="a@x.example, b@x.example") == 303
    assert agent.post(f"{address}/say", kind="note", body="Looks like the switch", minutes="15") == 303
    page = agent.get(address)
    for words in ("We look into it", "Looks like the switch", "a@x.example", "15 min", "In Progress"):
        assert words in page


def test_a_ticket_is_resolved_closed_and_reopened(agent: Browser, ticket: Tickets) -> None:
    address = f"/tickets/{ticket('One', 'text')}"
    assert agent.post(f"{address}/close") == 409
    assert agent.post(f"{address}/say", kind="resolve", body="Changed the cable") == 303
    assert agent.post(f"{address}/close") == 303
    assert "Closed" in agent.get(address)
    assert agent.post(f"{address}/say", kind="reopen", body="It is back") == 303
    assert "It is back" in agent.get(address)


@pytest.mark.parametrize("kind", ["reply", "note", "resolve", "shout"])
def test_saying_nothing_is_refused_in_place(agent: Browser, ticket: Tickets, kind: str) -> None:
    fields = {"csrf_token": agent.csrf_token, "kind": kind, "body": "  "}
    answer = agent.client.post(f"/tickets/{ticket('One', '')}/say", data=fields)
    assert answer.status_code == 422
    assert ('id="body-problem"' if kind in SAYING else 'id="composer-trouble"') in answer.text


def test_a_refused_reply_keeps_its_text(agent: Browser, ticket: Tickets) -> None:
    fields = {"csrf_token": agent.csrf_token, "kind": "reply", "body": "A long answer", "minutes": "soon"}
    answer = agent.client.post(f"/tickets/{ticket('One', '')}/say", data=fields)
    assert answer.status_code == 422
    assert "A long answer" in answer.text
    assert 'id="minutes-problem"' in answer.text
    assert "A long answer" not in agent.get("/tickets/1"), "time that is not understood must not send half of it"


def test_what_the_workflow_refuses_is_explained(agent: Browser, ticket: Tickets) -> None:
    address = f"/tickets/{ticket('One', '')}"
    agent.post(f"{address}/say", kind="resolve", body="done")
    answer = agent.client.post(f"{address}/take", data={"csrf_token": agent.csrf_token})
    assert answer.status_code == 409
    assert "What can be done now" in answer.text


def test_a_field_changed_by_somebody_else_is_asked_about(signed_in: SignedIn, agent: Browser, ticket: Tickets) -> None:
    address = f"/tickets/{ticket('One', '')}"
    other = signed_in("dispatcher")
    assert other.post(f"{address}/fields", tags="theirs", version="1") == 303
    fields = {"csrf_token": agent.csrf_token, "tags": "mine", "version": "1"}
    answer = agent.client.post(f"{address}/fields", data=fields)
    assert answer.status_code == 409
    for words in ("Somebody was faster", "Test dispatcher", "theirs", "Keep mine", "Take theirs"):
        assert words in answer.text
    assert agent.post(f"{address}/fields", tags="mine", version="2") == 303
    assert "mine" in agent.get(address)


def test_a_tag_may_hold_blanks_and_is_saved_again_as_it_is_shown(agent: Browser, desk: Desk, ticket: Tickets) -> None:
    number = ticket("One", "")
    assert agent.post(f"/tickets/{number}/fields", tags="key account, vip") == 303
    assert 'value="key account, vip"' in agent.get(f"/tickets/{number}")
    with desk.db.read() as session:
        assert tags_of(session, [number]) == {number: ["key account", "vip"]}


def test_another_field_changed_by_somebody_else_is_no_conflict(
    signed_in: SignedIn, agent: Browser, ticket: Tickets
) -> None:
    address = f"/tickets/{ticket('One', '')}"
    signed_in("dispatcher").post(f"{address}/fields", tags="theirs", version="1")
    assert agent.post(f"{address}/fields", subject="Mine", version="1") == 303


def test_ones_own_change_in_another_part_of_the_page_is_no_conflict(agent: Browser, ticket: Tickets) -> None:
    address = f"/tickets/{ticket('One', '')}"
    assert agent.post(f"{address}/fields", tags="first", version="1") == 303
    assert agent.post(f"{address}/say", kind="reply", body="second", version="1") == 303


def test_a_note_never_collides(signed_in: SignedIn, agent: Browser, ticket: Tickets) -> None:
    address = f"/tickets/{ticket('One', '')}"
    signed_in("dispatcher").post(f"{address}/say", kind="reply", body="theirs", version="1")
    assert agent.post(f"{address}/say", kind="note", body="mine", version="1") == 303


def test_taking_a_ticket_assigns_it_to_whoever_took_it(agent: Browser, ticket: Tickets) -> None:
    address = f"/tickets/{ticket('One', '')}"
    assert agent.post(f"{address}/take", version="1") == 303
    assert "One" in agent.get("/queue?assignee=me")


@pytest.fixture
def suggested(desk: Desk, ticket: Tickets) -> int:
    """A ticket for which triage suggests priority 2, and says why it suggests nothing else."""
    number = ticket("Server down", "nobody can work")
    nothing = FieldOutcome(None, 0.0, "neighbours", "suggest", shown=False, applied=False, reason="Nothing is similar.")
    high = FieldOutcome(2, 0.83, "neighbours", "suggest", shown=True, applied=False)
    result = TriageResult(
        fields={"category": nothing, "priority": high, "team": nothing, "assignee": nothing},
        neighbours=(),
        related=(),
        eta=None,
        model_version="test",
        encoder_id="hashing-256",
        text_version=1,
        text_hash="",
        vector=bytes(1024),
    )
    with desk.db.work() as w:
        suggestions.store_results(w, {number: result})
    return number


def test_a_proposal_is_shown_with_its_chance_and_what_all_others_lack_once(agent: Browser, suggested: int) -> None:
    page = agent.get(f"/tickets/{suggested}")
    for words in ("P2 High", "83 %", "Accept it"):
        assert words in page
    assert page.count("Nothing is similar.") == 1


def test_an_accepted_proposal_says_by_whom(agent: Browser, suggested: int) -> None:
    accept = f"/tickets/{suggested}/suggestion/accept"
    assert agent.post(accept, field="priority", value_priority="2") == 303
    assert "accepted by" in agent.get(f"/tickets/{suggested}")


def test_a_proposal_that_has_changed_meanwhile_is_not_accepted(agent: Browser, suggested: int) -> None:
    accept = f"/tickets/{suggested}/suggestion/accept"
    assert agent.post(accept, field="priority", value_priority="3") == 409
    assert "accepted by" not in agent.get(f"/tickets/{suggested}")


def test_choosing_another_value_keeps_what_was_proposed(agent: Browser, suggested: int) -> None:
    choose = f"/tickets/{suggested}/suggestion/choose"
    assert agent.post(choose, field="priority", value="4") == 303
    page = agent.get(f"/tickets/{suggested}")
    assert "chosen by" in page
    assert "instead of P2 High (83 %)" in page


def test_choosing_what_was_proposed_accepts_it(agent: Browser, suggested: int) -> None:
    assert agent.post(f"/tickets/{suggested}/suggestion/choose", field="priority", value="2") == 303
    assert "accepted by" in agent.get(f"/tickets/{suggested}")


def test_a_field_that_is_not_triaged_cannot_be_chosen_there(agent: Browser, suggested: int) -> None:
    assert agent.post(f"/tickets/{suggested}/suggestion/choose", field="subject", value="4") == 422


def test_an_undecided_proposal_is_visible_in_the_queue(agent: Browser, suggested: int) -> None:
    assert "Suggested: P2 High" in agent.get("/queue")
