"""A whole desk behind its web application, with the hashing encoder, without a browser or a network."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core_psa.access import actions as access
from core_psa.clock import StoppedClock
from core_psa.viewer import SYSTEM
from server.settings import Secret, Settings
from server.wiring import Desk, open_desk
from tests.application import application
from tests.conftest import SECRET_KEY


@pytest.fixture
def settings(store_url: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, database_url=store_url, encoder="hashing", secret_key=Secret(SECRET_KEY))


@pytest.fixture
def desk(settings: Settings, clock: StoppedClock) -> Desk:
    return open_desk(settings, clock)


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(application(desk)) as client:
        yield client


@pytest.fixture
def key(desk: Desk) -> Callable[[str], dict[str, str]]:
    """Headers of a fresh API key with this role."""

    def make(role: str) -> dict[str, str]:
        with desk.db.work() as w:
            _, key = access.create_key(w, SYSTEM, f"key of a {role}", role)
        return {"Authorization": f"Bearer {key}"}

    return make


@pytest.fixture
def api(client: TestClient, key: Callable[[str], dict[str, str]]) -> TestClient:
    """The client with an agent's key."""
    client.headers.update(key("agent"))
    return client
