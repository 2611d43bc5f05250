"""The look back counts the seven days after the sign-off; on both engines."""

from datetime import timedelta

import pytest

from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.errors import Forbidden
from core_psa.going_live.actions import sign_off
from core_psa.going_live.first_week import Week, review
from core_psa.going_live.store import PERMISSION
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import opened


def week(db: Database) -> Week:
    with db.read() as session:
        return review(session, SYSTEM, db.clock.now())


def test_what_came_in_what_was_solved_and_what_waits_is_counted(db: Database, clock: StoppedClock) -> None:
    first = opened(db, subject="Oldest", channel="email")
    clock.advance(timedelta(hours=1))
    opened(db, subject="Solved", channel="phone")
    solved = opened(db, channel="phone")
    with db.work() as w:
        desk.resolve(w, SYSTEM, solved, resolution="Done.")
    clock.advance(timedelta(minutes=1))
    found = week(db)
    assert (found.came_in, found.received, found.solved, found.unassigned) == ({"phone": 2, "email": 1}, 3, 1, 2)
    assert found.waiting[0].id == first


def test_it_begins_with_the_sign_off_and_lasts_seven_days(db: Database, clock: StoppedClock) -> None:
    opened(db)
    clock.advance(timedelta(hours=1))
    with db.work() as w:
        sign_off(w, SYSTEM, [])
    clock.advance(timedelta(days=1))
    opened(db)
    clock.advance(timedelta(days=7))
    opened(db)
    assert (week(db).received, week(db).until - week(db).since) == (1, timedelta(days=7))


def test_nothing_decided_is_no_share(db: Database) -> None:
    assert week(db).accepted_share is None


def test_it_needs_the_guide_and_every_ticket(db: Database) -> None:
    with db.read() as session:
        for permissions in ({PERMISSION}, {"tickets.see_all"}):
            with pytest.raises(Forbidden):
                review(session, Viewer("agent", 1, "Bo", frozenset(permissions)), db.clock.now())
