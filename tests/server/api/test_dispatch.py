"""Appointments and the board over the API."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from core_psa.organisation.tables import Agent
from server.wiring import Desk

V1 = "/api/v1"
VISIT = {"text": "Swap the switch", "starts_at": "2026-03-03T13:30:00+01:00", "ends_at": "2026-03-03T15:00:00+01:00"}


@pytest.fixture
def dispatcher(client: TestClient, key: Callable[[str], dict[str, str]]) -> TestClient:
    client.headers.update(key("dispatcher"))
    return client


@pytest.fixture
def agent_id(desk: Desk) -> int:
    with desk.db.work() as w:
        agent = Agent(name="Ada Quell", email="ada@desk.example", created_at=w.now)
        w.session.add(agent)
        w.session.flush()
        return agent.id


def test_an_appointment_is_planned_changed_and_cancelled(dispatcher: TestClient, agent_id: int) -> None:
    made = dispatcher.post(f"{V1}/appointments", json={"agent_id": agent_id, **VISIT})
    assert made.status_code == 201
    address = f"{V1}/appointments/{made.json()['id']}"
    assert dispatcher.patch(address, json={"on_site": True}).json()["on_site"] is True
    board = dispatcher.get(f"{V1}/dispatch", params={"week": "2026-03-05"}).json()
    assert board["monday"] == "2026-03-02"
    assert board["agents"] == [{"agent_id": agent_id, "name": "Ada Quell", "minutes_planned": 90, "unsolved": 0}]
    assert dispatcher.delete(address).status_code == 204
    assert dispatcher.get(f"{V1}/appointments").json()["items"] == []


def test_planning_a_ticket_assigns_it(dispatcher: TestClient, agent_id: int) -> None:
    ticket_id = dispatcher.post(f"{V1}/tickets", json={"subject": "Printer jams"}).json()["id"]
    assert dispatcher.get(f"{V1}/dispatch").json()["unassigned"] == [ticket_id]
    dispatcher.post(f"{V1}/appointments", json={"agent_id": agent_id, "ticket_id": ticket_id, **VISIT})
    assert dispatcher.get(f"{V1}/dispatch").json()["unassigned"] == []


def test_a_key_ends_no_shift(dispatcher: TestClient) -> None:
    assert dispatcher.post(f"{V1}/hand-overs", json={"text": "Look after it."}).status_code == 422
