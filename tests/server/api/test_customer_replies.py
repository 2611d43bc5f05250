"""What a customer's user answers through the door for actions."""

from datetime import timedelta

import pytest

from core_psa.clock import StoppedClock
from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.intake.replies.actions import set_follow_up
from core_psa.tickets import store
from core_psa.viewer import SYSTEM, Viewer
from server.api.ticket_actions import act
from tests.desk import AGENT, opened

INES = Viewer("user", 5, "Ines", customer_id=1)


@pytest.fixture
def finished(db: Database) -> int:
    with db.work() as w:
        w.session.add(Customer(id=1, name="Quay Ltd", created_at=w.now))
        w.session.flush()
        w.session.add(User(id=5, customer_id=1, name="Ines", created_at=w.now))
        set_follow_up(w, SYSTEM, None, cutoff_hours=24)
    ticket_id = opened(db, requester=5)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Done.")
    return ticket_id


def test_a_customers_answer_reopens_a_finished_ticket(db: Database, finished: int) -> None:
    with db.work() as w:
        assert act(w, INES, finished, {"action": "reply", "body": "Again."}, None) == finished
        assert store.get(w.session, INES, finished).state == "open"


def test_a_late_answer_comes_to_a_new_ticket(db: Database, finished: int, clock: StoppedClock) -> None:
    clock.advance(timedelta(hours=25))
    with db.work() as w:
        came_to = act(w, INES, finished, {"action": "reply", "body": "Again."}, None)
        assert came_to != finished
        assert store.get(w.session, INES, came_to).requester_id == 5


def test_an_agents_answer_leaves_a_finished_ticket_finished(db: Database, finished: int) -> None:
    with db.work() as w:
        assert act(w, AGENT, finished, {"action": "reply", "body": "For the record."}, None) == finished
        assert store.get(w.session, AGENT, finished).state == "done"
