"""Servers and workers that are killed at random points: no ticket is lost, none comes twice, every one is triaged in the end."""

import os
import random
import shutil
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2 as httpx
import pytest
from sqlalchemy import func, select

from core_psa.access.actions import create_key
from core_psa.db import Database
from core_psa.suggestions.tables import Triage
from core_psa.tickets.tables import Action, Ticket
from core_psa.viewer import SYSTEM
from tests.roads.processes import READY, Running, until

KILLS = 50 if os.environ.get("FIFTHCALL_SOAK") else 5
# Tests that run on several cores are collected by each: all must find the same seed.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
SEED = int(os.environ.get("FIFTHCALL_SEED", int(RUN[:4], 16)))
SEEDED = pytest.mark.parametrize("seed", [SEED])  # stands in the test's name
PAUSE = 0.02
LONGEST_LIFE = 1.5  # seconds from readiness to the kill
# A lease outlives its holder; the shorter it is, the sooner somebody else takes over.
SETTINGS = {"FIFTHCALL_TRIAGE_LEASE_SECONDS": "2", "FIFTHCALL_TRIAGE_BATCH": "4"}


@dataclass
class Desk:
    data: Path
    key: str

    @property
    def store(self) -> str:
        return f"sqlite:///{self.data / 'store.db'}"


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Desk:
    data = tmp_path / "desk"
    data.mkdir(mode=0o700)
    shutil.copy(sqlite_template, data / "store.db")
    found = Desk(data, "")
    db = Database.open(found.store)
    with db.work() as w:
        _, found.key = create_key(w, SYSTEM, "crash", "agent")
    db.close()
    return found


@dataclass
class Caller:
    """A program that opens tickets and asks again until each is answered, however often the server goes away."""

    name: str
    key: str
    address: str = ""
    answered: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        number = 0
        with httpx.Client(timeout=10) as client:
            while not self.done.wait(PAUSE):
                number += 1
                self._open(client, f"{self.name}-{number}")

    def _open(self, client: httpx.Client, mark: str) -> None:
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": mark}
        while mark not in self.answered:
            try:
                ticket = {"subject": mark, "body": "The printer jams."}
                answer = client.post(f"{self.address}/api/v1/tickets", json=ticket, headers=headers)
            except httpx.HTTPError:
                time.sleep(10 * PAUSE)
                continue
            if answer.status_code == 201:
                self.answered[mark] = answer.json()["id"]
            elif answer.status_code not in (409, 503):  # still running, or cannot write now: both mean ask again
                self.refused.append(f"{answer.status_code} {answer.text}")
                return


@pytest.fixture
def callers(desk: Desk) -> Iterator[list[Caller]]:
    found = [Caller(name, desk.key) for name in ("a", "b", "c")]
    yield found
    for caller in found:
        caller.done.set()


@SEEDED
def test_killing_the_server_loses_no_ticket_and_doubles_none(desk: Desk, callers: list[Caller], seed: int) -> None:
    rng = random.Random(seed)
    server = _served(desk, callers)
    threads = _started(callers)
    for _ in range(KILLS):
        time.sleep(rng.uniform(0, LONGEST_LIFE))
        server.kill()
        server = _served(desk, callers)
    _finish(callers, threads)
    _check(desk, callers)
    assert server.stop() == 0


@SEEDED
def test_killing_the_background_of_a_server_leaves_no_ticket_without_triage(
    desk: Desk, callers: list[Caller], seed: int
) -> None:
    rng = random.Random(seed)
    server = _served(desk, callers)
    threads = _started(callers)
    for _ in range(max(1, KILLS // 2)):
        time.sleep(rng.uniform(0, LONGEST_LIFE))
        server.kill_background()
    _finish(callers, threads)
    _check(desk, callers)
    assert server.stop() == 0


@SEEDED
def test_killing_the_worker_leaves_no_ticket_without_triage(desk: Desk, callers: list[Caller], seed: int) -> None:
    rng = random.Random(seed)
    server = _served(desk, callers, "--no-worker")
    worker = Running(desk.data, "worker", **SETTINGS)
    threads = _started(callers)
    for _ in range(max(1, KILLS // 2)):
        worker.wait_for("worker.started")
        time.sleep(rng.uniform(0, LONGEST_LIFE))
        worker.kill()
        worker = Running(desk.data, "worker", **SETTINGS)
    _finish(callers, threads)
    server.kill()
    _check(desk, callers)
    worker.wait_for("worker.started")
    assert worker.stop() == 0


def _served(desk: Desk, callers: list[Caller], *options: str) -> Running:
    server = Running(desk.data, "serve", "--port", "0", *options, **SETTINGS)
    address = server.wait_for(READY)
    for caller in callers:
        caller.address = address
    return server


def _started(callers: list[Caller]) -> list[threading.Thread]:
    threads = [threading.Thread(target=caller.run, daemon=True) for caller in callers]
    for thread in threads:
        thread.start()
    return threads


def _finish(callers: list[Caller], threads: list[threading.Thread]) -> None:
    for caller in callers:
        caller.done.set()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive(), "a request was not answered"
    assert [caller.refused for caller in callers] == [[]] * len(callers)


def _check(desk: Desk, callers: list[Caller]) -> None:
    answered = {mark: number for caller in callers for mark, number in caller.answered.items()}
    assert answered
    db = Database.open(desk.store)
    try:
        until(lambda: _all_triaged(db), 60, "every ticket to be triaged")
        with db.read() as session:
            stored = {number: subject for number, subject in session.execute(select(Ticket.id, Ticket.subject))}
            created = select(Action.ticket_id).where(Action.kind == "created")
            first_entries = Counter(session.scalars(created))
            states = Counter(session.scalars(select(Triage.state)))
    finally:
        db.close()
    assert stored == {number: mark for mark, number in answered.items()}
    assert first_entries == dict.fromkeys(stored, 1)
    assert states == {"ready": len(stored)}


def _all_triaged(db: Database) -> bool | None:
    with db.read() as session:
        return None if session.scalar(select(func.count()).where(Triage.state == "waiting")) else True
