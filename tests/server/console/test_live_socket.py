"""Who may listen, and what they are told."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from server.wiring import Desk
from tests.server.console.conftest import Browser

Tickets = Callable[[str, str], int]
SignedIn = Callable[[str], Browser]


def test_a_listener_gets_the_present_mark(agent: Browser, ticket: Tickets) -> None:
    number = ticket("One", "")
    mark = agent.get(f"/tickets/{number}").split('data-mark="')[1].split('"')[0]
    with agent.client.websocket_connect(f"/live?topic=ticket:{number}") as socket:
        assert {"mark": mark} in [socket.receive_json() for _ in range(3)]


def test_a_stranger_may_not_listen(stranger: TestClient) -> None:
    assert _refused(stranger, "queue") == 4403


@pytest.mark.parametrize("topic", ["ticket:4242", "ticket:x", "everything", "ticket:" + "9" * 30])
def test_what_one_may_not_see_one_may_not_listen_to(agent: Browser, topic: str) -> None:
    assert _refused(agent.client, topic) == 4403


def test_another_sites_page_may_not_listen(agent: Browser) -> None:
    assert _refused(agent.client, "queue", origin="https://evil.example") == 4403


def test_two_agents_on_a_ticket_see_each_other(
    desk: Desk, agent: Browser, signed_in: SignedIn, ticket: Tickets
) -> None:
    desk.live.start()
    topic = f"/live?topic=ticket:{ticket('One', '')}"
    other = signed_in("dispatcher")
    with agent.client.websocket_connect(topic) as mine:
        with other.client.websocket_connect(topic) as theirs:
            _hears(mine, [{"name": "Test dispatcher", "writing": ""}])
            _hears(theirs, [{"name": "Test agent", "writing": ""}])
            theirs.send_text("writing tags")
            _hears(mine, [{"name": "Test dispatcher", "writing": "tags"}])
            theirs.send_text("reading")
            _hears(mine, [{"name": "Test dispatcher", "writing": ""}])
        _hears(mine, [])
    desk.live.stop()


def test_two_tabs_of_one_agent_count_once(desk: Desk, agent: Browser, signed_in: SignedIn, ticket: Tickets) -> None:
    desk.live.start()
    topic = f"/live?topic=ticket:{ticket('One', '')}"
    other = signed_in("dispatcher")
    with other.client.websocket_connect(topic) as one, other.client.websocket_connect(topic):
        one.send_text("writing")
        with agent.client.websocket_connect(topic) as mine:
            _hears(mine, [{"name": "Test dispatcher", "writing": "reply"}])
    desk.live.stop()


def _hears(socket: WebSocketTestSession, others: list[dict[str, object]]) -> None:
    """Waits for the word that these and no others are on the page."""
    while socket.receive_json().get("others") != others:
        pass


def _refused(client: TestClient, topic: str, **headers: str) -> int:
    with client.websocket_connect(f"/live?topic={topic}", headers=headers) as socket:
        try:
            socket.receive_json()
        except WebSocketDisconnect as closed:
            return closed.code
    return 0
