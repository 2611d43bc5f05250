"""Who is known to have a page open."""

from datetime import timedelta

import pytest

from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.organisation.tables import Agent
from core_psa.presence import actions
from core_psa.presence.store import FORGOTTEN_AFTER, present

PAGE = "ticket:1"


@pytest.fixture
def mara(db: Database) -> int:
    with db.work() as w:
        agent = Agent(name="Mara", email="mara@harbour.example", created_at=w.now)
        w.session.add(agent)
        w.session.flush()
        actions.enter(w, "tab one", PAGE, agent.id)
        return agent.id


def there(db: Database) -> list[tuple[str, str]]:
    with db.read() as session:
        return [(p.name, p.writing) for p in present(session, PAGE, db.clock.now())]


def test_two_tabs_of_one_person_count_once_and_the_writing_one_speaks(db: Database, mara: int) -> None:
    with db.work() as w:
        actions.enter(w, "tab two", PAGE, mara)
        actions.write(w, "tab one", "reply")
    assert there(db) == [("Mara", "reply")]


def test_a_tab_that_no_longer_tells_of_itself_is_forgotten(db: Database, mara: int, clock: StoppedClock) -> None:
    clock.advance(FORGOTTEN_AFTER)
    assert there(db) == []


def test_a_heartbeat_keeps_a_tab_alive(db: Database, mara: int, clock: StoppedClock) -> None:
    for _ in range(4):
        clock.advance(timedelta(seconds=20))
        with db.work() as w:
            actions.beat(w, "tab one")
    assert there(db) == [("Mara", "")]


def test_whoever_leaves_is_gone_at_once(db: Database, mara: int) -> None:
    with db.work() as w:
        actions.leave(w, "tab one")
    assert there(db) == []


def test_other_pages_are_other_rooms(db: Database, mara: int) -> None:
    with db.work() as w:
        actions.enter(w, "tab two", "ticket:2", mara)
        actions.leave(w, "tab one")
    assert there(db) == []
