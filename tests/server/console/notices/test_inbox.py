"""What an agent is told on the pages, and how they say what they want to hear."""

from collections.abc import Callable

import pytest

from core_psa.notices.actions import tell
from core_psa.notices.tables import Notification
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser

SignedIn = Callable[[str], Browser]
Tickets = Callable[[str, str], int]

ME = 1  # the one agent of the desk is the one who is signed in


@pytest.fixture
def told(desk: Desk, agent: Browser, ticket: Tickets) -> int:
    """The ticket the agent has been told of once."""
    number = ticket("Printer <b>jams</b>", "")
    with desk.db.work() as w:
        tell(w, "assigned", number, {}, agents=[ME], actor=SYSTEM)
    return number


def test_the_bell_counts_what_is_unread(agent: Browser, told: int) -> None:
    assert 'data-unread>1<span class="visually-hidden"> unread' in agent.get("/queue")


def test_a_notification_leads_to_its_ticket(agent: Browser, told: int) -> None:
    page = agent.get("/notifications")
    assert f'href="/tickets/{told}"' in page
    assert "Printer &lt;b&gt;jams&lt;/b&gt;" in page
    assert "Fifthcall assigned this to you" in page


def test_what_is_read_is_unread_no_more_and_can_be_again(agent: Browser, told: int) -> None:
    assert agent.post("/notifications/1/read") == 303
    assert "Nothing is unread" in agent.get("/notifications?unread=1")
    assert agent.post("/notifications/1/read", again="1") == 303
    assert "assigned this to you" in agent.get("/notifications?unread=1")


def test_marking_all_as_read_leaves_what_came_in_since(desk: Desk, agent: Browser, told: int) -> None:
    with desk.db.work() as w:
        tell(w, "replied", told, {}, agents=[ME], actor=SYSTEM)
    assert agent.post("/notifications/read", up_to="1") == 303
    page = agent.get("/notifications?unread=1")
    assert "replied" in page
    assert "assigned this to you" not in page


def test_nobody_reads_what_others_are_told(signed_in: SignedIn, agent: Browser, told: int) -> None:
    other = signed_in("administrator")
    assert "assigned this" not in other.get("/notifications")
    assert other.post("/notifications/1/read") == 404


def test_a_subject_beyond_the_wall_is_not_shown(desk: Desk, agent: Browser, told: int) -> None:
    with desk.db.work() as w:
        w.session.get_one(Notification, 1).ticket_id = told
        w.session.execute(_no_more_sight())
    page = agent.get("/notifications")
    assert "A ticket you may no longer see" in page
    assert "jams" not in page


def _no_more_sight() -> object:
    from sqlalchemy import update

    from core_psa.organisation.tables import Role

    return update(Role).where(Role.name == "agent").values(permissions=[])


def test_opening_a_ticket_reads_what_was_told_of_it(agent: Browser, told: int) -> None:
    with agent.client.websocket_connect(f"/live?topic=ticket:{told}") as socket:
        while socket.receive_json().get("unread") != 0:
            pass
    assert "Nothing is unread" in agent.get("/notifications?unread=1")


def test_a_page_that_shows_nothing_still_hears_the_bell(desk: Desk, agent: Browser, told: int) -> None:
    with agent.client.websocket_connect("/live?topic=nothing") as socket:
        assert {"unread": 1, "newest": 1} in [socket.receive_json(), socket.receive_json()]


def test_an_agent_chooses_how_to_hear_of_what(desk: Desk, agent: Browser, ticket: Tickets) -> None:
    assert agent.post("/account/notifications", assigned="none", replied="mail") == 303
    number = ticket("One", "")
    with desk.db.work() as w:
        tell(w, "assigned", number, {}, agents=[ME], actor=SYSTEM)
    assert "Nothing has been told" in agent.get("/notifications")
    assert '<option value="mail" selected>' in agent.get("/account/notifications")


def test_quiet_hours_are_kept_and_refused_in_place(agent: Browser) -> None:
    address = "/account/notifications"
    assert agent.post(address, quiet_from="20:00", quiet_until="07:30", weekends="on") == 303
    page = agent.get(address)
    assert 'value="20:00"' in page
    assert 'value="07:30"' in page
    assert agent.post(address, quiet_from="late", quiet_until="07:30") == 422
    assert agent.post(address, quiet_from="", quiet_until="") == 303
    assert 'value="20:00"' not in agent.get(address)


def test_a_way_nobody_knows_is_refused(agent: Browser) -> None:
    assert agent.post("/account/notifications", assigned="by pigeon") == 422
