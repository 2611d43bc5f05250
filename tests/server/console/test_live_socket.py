"""Who may listen, and what they are told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from core_psa.access import sessions
from core_psa.access.roles import create_role, set_roles
from core_psa.access.tables import SignInSession
from core_psa.db import Work
from core_psa.organisation.actions import update_agent
from core_psa.organisation.tables import Agent, Team
from core_psa.presence.tables import Presence
from core_psa.tickets.tables import Ticket
from core_psa.viewer import SYSTEM
from server.app import put_before
from server.live import NOTHING, Live
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


@pytest.fixture
def here(desk: Desk, agent: Browser) -> Browser:
    """An agent whose open pages are asked many times a second whether they may still listen."""
    put_before(cast("FastAPI", agent.client.app), replace(desk, live=Live(desk.db, timedelta(milliseconds=20))))
    return agent


def revoked(w: Work) -> None:
    sessions.end_all(w, SYSTEM, newest_agent(w))


def expired(w: Work) -> None:
    w.session.execute(update(SignInSession).values(expires_at=w.now))


def retired(w: Work) -> None:
    update_agent(w, SYSTEM, newest_agent(w), active=False)


def newest_agent(w: Work) -> int:
    return w.session.scalars(select(func.max(Agent.id))).one()


@pytest.mark.parametrize("topic", ["queue", "ticket"])
@pytest.mark.parametrize("leaves", [revoked, expired, retired])
def test_who_may_no_longer_be_here_hears_nothing_more(
    desk: Desk, here: Browser, ticket: Tickets, topic: str, leaves: Callable[[Work], None]
) -> None:
    if topic == "ticket":
        topic = f"ticket:{ticket('One', '')}"
    with here.client.websocket_connect(f"/live?topic={topic}") as socket:
        with desk.db.work() as w:
            leaves(w)
        assert _ended(socket) == 4403
    with desk.db.read() as session:
        assert session.scalars(select(Presence)).all() == []


def test_a_ticket_that_went_behind_the_wall_is_told_of_no_more(desk: Desk, here: Browser, ticket: Tickets) -> None:
    number = ticket("One", "")
    with here.client.websocket_connect(f"/live?topic=ticket:{number}") as socket:
        with desk.db.work() as w:
            w.session.add(Team(id=7, name="Elsewhere"))
            w.session.flush()
            w.session.get_one(Ticket, number).team_id = 7
            create_role(w, SYSTEM, "trainee", ["tickets.see"])
            set_roles(w, SYSTEM, newest_agent(w), ["trainee"])
        assert _ended(socket) == 4403


def test_other_rights_have_a_page_ask_anew(desk: Desk, here: Browser) -> None:
    with here.client.websocket_connect("/live?topic=queue") as socket:
        socket.receive_json()  # admitted, with the rights that change now
        with desk.db.work() as w:
            set_roles(w, SYSTEM, newest_agent(w), [])
        assert _ended(socket) == 1012
    with here.client.websocket_connect("/live?topic=queue") as socket:
        assert {"mark": NOTHING} in [socket.receive_json() for _ in range(2)]


def _ended(socket: WebSocketTestSession) -> int:
    """With which code the socket is closed from the other side."""
    try:
        while True:
            socket.receive_json()
    except WebSocketDisconnect as closed:
        return closed.code


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
