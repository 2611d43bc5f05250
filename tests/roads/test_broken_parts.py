"""Parts that break while a desk is served cost suggestions, never tickets; what cannot be stored is said to be so."""

import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pysqlite3.dbapi2 as sqlite
import pytest

from core_psa.access.actions import create_key
from core_psa.db import Database
from core_psa.viewer import SYSTEM
from server import children
from server.settings import Settings
from server.store import open_store
from server.wiring import index_folder
from tests.roads.processes import READY, Running, until
from tests.server.history import import_history

Serve = Callable[..., "Desk"]


class Desk:
    """A desk that is being served, and a program with a key to it."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.running = Running(data, "serve", "--port", "0", **settings)
        self.address = self.running.wait_for(READY)
        db = Database.open(f"sqlite:///{data / 'store.db'}")
        with db.work() as w:
            _, key = create_key(w, SYSTEM, "program", "agent")
        db.close()
        self.client = httpx.Client(base_url=self.address, headers={"Authorization": f"Bearer {key}"}, timeout=60)

    def post(self, body: str = "The printer jams.") -> httpx.Response:
        return self.client.post("/api/v1/tickets", json={"subject": "Printer", "body": body})

    def suggestion(self, ticket_id: int) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.get(f"/api/v1/tickets/{ticket_id}/suggestion").json()
        return answer

    def triage_state(self) -> str:
        return str(self.client.get("/readyz").json()["triage"])

    def close(self) -> None:
        self.client.close()
        self.running.kill()


@pytest.fixture
def data(tmp_path: Path, sqlite_template: Path) -> Path:
    data = tmp_path / "desk"
    data.mkdir(mode=0o700)
    shutil.copy(sqlite_template, data / "store.db")
    return data


@pytest.fixture
def served(data: Path) -> Iterator[Serve]:
    desks = []

    def serve(**settings: str) -> Desk:
        desks.append(Desk(data, **settings))
        return desks[-1]

    yield serve
    for desk in desks:
        desk.close()


def test_without_an_encoder_tickets_come_in_and_wait(served: Serve, tmp_path: Path) -> None:
    desk = served(FIFTHCALL_ENCODER=str(tmp_path / "none"))
    answer = desk.post()
    assert answer.status_code == 201
    assert desk.suggestion(answer.json()["id"])["state"] == "waiting"
    until(lambda: desk.triage_state() == "unavailable" or None, 30, "triage to be known as unavailable")
    assert "doctor" in desk.running.log.read_text()


def test_a_truncated_index_is_set_aside_and_built_anew(served: Serve, data: Path, tmp_path: Path) -> None:
    settings = Settings(data=data, encoder="hashing")
    db = open_store(settings)
    import_history(db, tmp_path, 120)
    db.close()
    for name in ("prepare", "embed", "index"):
        children.run(settings, name)
    (vectors,) = index_folder(settings, "hashing-256").glob("*-vectors.bin")
    vectors.write_bytes(vectors.read_bytes()[:-100])

    desk = served()
    ticket_id = desk.post("printer toner paper jam").json()["id"]
    neighbours = until(lambda: desk.suggestion(ticket_id)["neighbours"] or None, 30, "a suggestion")
    assert len(neighbours) == 5
    assert "index.dropped" in desk.running.log.read_text()


def test_a_locked_store_is_answered_with_what_to_do(served: Serve, data: Path) -> None:
    desk = served()
    connection = sqlite.connect(str(data / "store.db"), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    refused = desk.post()
    assert refused.status_code == 503
    assert "fifthcall doctor" in refused.json()["detail"]
    connection.execute("ROLLBACK")
    connection.close()
    assert desk.post().status_code == 201


def test_a_full_disk_is_answered_with_what_to_do_and_loses_nothing(served: Serve, data: Path) -> None:
    desk = served()
    assert desk.post().status_code == 201
    pid = desk.running.process.pid
    _, unlimited = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    full = (data / "store.db-wal").stat().st_size
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (full, unlimited))  # what is written grows no more, as on a full disk
    answers = [desk.post("x" * 100_000) for _ in range(4)]
    assert {answer.status_code for answer in answers} == {503}
    assert "free space" in answers[0].json()["detail"]
    assert desk.client.get("/api/v1/tickets").json()["total"] == 1

    resource.prlimit(pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))
    assert desk.post().status_code == 201
