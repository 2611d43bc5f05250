"""Two agents who save the same ticket at the same time. `FIFTHCALL_SOAK=1` lets them save a thousand times together."""

import os
import threading

import pytest

from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.errors import VersionConflict
from core_psa.organisation.rules import PERMISSIONS
from core_psa.tickets import store
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import opened

SAVES = (1_000 if os.environ.get("FIFTHCALL_SOAK") == "1" else 100) // 2


def save(db: Database, ticket_id: int, agent: str, tries: list[int]) -> None:
    """Adds tag after tag to those the agent has seen, and looks again whenever somebody was faster."""
    viewer = Viewer("agent", None, agent, frozenset(PERMISSIONS))
    for number in range(SAVES):
        while True:
            tries.append(1)
            with db.read() as session:
                version = store.get(session, viewer, ticket_id).version
                tags = store.tags_of(session, [ticket_id]).get(ticket_id, [])
            try:
                with db.work() as w:
                    values = {"tags": [*tags, f"{agent} {number}"]}
                    desk.update(w, viewer, ticket_id, values=values, expected_version=version)
                break
            except VersionConflict:
                continue


@pytest.mark.usefixtures("db")
def test_two_agents_saving_the_same_ticket_lose_nothing(db: Database) -> None:
    ticket_id, tries = opened(db), list[int]()
    agents = [threading.Thread(target=save, args=(db, ticket_id, name, tries)) for name in ("Ada", "Ben")]
    for agent in agents:
        agent.start()
    for agent in agents:
        agent.join()
    with db.read() as session:
        ticket = store.get(session, SYSTEM, ticket_id)
        kept = store.tags_of(session, [ticket_id])[ticket_id]
        versions = [a.version for a in store.timeline(session, SYSTEM, ticket_id)]
    assert len(kept) == 2 * SAVES
    assert versions == list(range(1, ticket.version + 1))
    assert len(tries) >= 2 * SAVES
