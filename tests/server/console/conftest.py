"""The console over a desk of its own, asked by a client that keeps cookies as a browser does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core_psa.intake.receive import NewTicket, receive
from core_psa.viewer import SYSTEM
from server.console.session import cookie_name
from server.settings import Secret, Settings
from server.wiring import Desk, open_desk
from tests.application import application
from tests.conftest import SECRET_KEY
from tests.signing_in import sign_in_as


@dataclass
class Browser:
    """A client that is signed in, with the token its forms carry."""

    client: TestClient
    csrf_token: str

    def get(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.text

    @property
    def token(self) -> dict[str, str]:
        return {"csrf_token": self.csrf_token}

    def post(self, address: str, **fields: str | list[str]) -> int:
        answer = self.client.post(address, data={**self.token, **fields}, follow_redirects=False)
        return answer.status_code


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path) -> Iterator[Desk]:
    """On SQLite alone: nothing here depends on the engine."""
    settings = Settings(data=tmp_path, encoder="hashing", database_url=sqlite_url, secret_key=Secret(SECRET_KEY))
    desk = open_desk(settings)
    yield desk
    desk.db.close()


@pytest.fixture
def stranger(desk: Desk) -> TestClient:
    """A client without a session. The application is not started: no loop runs beside it."""
    return TestClient(application(desk), base_url="http://desk.example")


@pytest.fixture
def signed_in(desk: Desk) -> Callable[[str], Browser]:
    """A browser of a new agent with this role."""

    def enter(role: str) -> Browser:
        client = TestClient(application(desk), base_url="http://desk.example")
        token, csrf_token = sign_in_as(desk, role)
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
