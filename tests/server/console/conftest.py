"""The console over a desk of its own, asked by a client that keeps cookies as a browser does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from core_psa.access.rules import digest, new_token
from core_psa.access.tables import SignInSession
from core_psa.intake.receive import NewTicket, receive
from core_psa.organisation.tables import Agent, AgentRole, Role
from core_psa.viewer import SYSTEM
from server.app import create_app
from server.console.session import cookie_name
from server.settings import Settings
from server.wiring import Desk, open_desk


@dataclass
class Browser:
    """A client that is signed in, with the token its forms carry."""

    client: TestClient
    csrf_token: str

    def get(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, address: str, **fields: str | list[str]) -> int:
        answer = self.client.post(address, data={"csrf_token": self.csrf_token, **fields}, follow_redirects=False)
        return answer.status_code


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path) -> Iterator[Desk]:
    """On SQLite alone: nothing here depends on the engine."""
    desk = open_desk(Settings(data=tmp_path, encoder="hashing", database_url=sqlite_url))
    yield desk
    desk.db.close()


@pytest.fixture
def stranger(desk: Desk) -> TestClient:
    """A client without a session. The application is not started: no loop runs beside it."""
    return TestClient(create_app(desk), base_url="http://desk.example")


@pytest.fixture
def signed_in(desk: Desk) -> Callable[[str], Browser]:
    """A browser of a new agent with this role."""

    def enter(role: str) -> Browser:
        client = TestClient(create_app(desk), base_url="http://desk.example")
        token, csrf_token = new_token(), new_token()
        with desk.db.work() as w:
            agent = Agent(name=f"Test {role}", email=f"{role.replace(' ', '.')}@desk.example", created_at=w.now)
            w.session.add(agent)
            w.session.flush()
            role_id = w.session.scalars(select(Role.id).where(Role.name == role)).one()
            w.session.add(AgentRole(agent_id=agent.id, role_id=role_id))
            until = w.now + timedelta(hours=1)
            session = SignInSession(
                token_hash=digest(token), agent_id=agent.id, csrf_token=csrf_token, created_at=w.now
            )
            session.seen_at, session.expires_at = w.now, until
            w.session.add(session)
        client.cookies.set(cookie_name(desk.settings), token)
        return Browser(client, csrf_token)

    return enter


@pytest.fixture
def agent(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("agent")


@pytest.fixture
def ticket(desk: Desk) -> Callable[[str, str], int]:
    def receive_one(subject: str, body: str = "") -> int:
        with desk.db.work() as w:
            return receive(w, SYSTEM, NewTicket(subject, body)).id

    return receive_one
