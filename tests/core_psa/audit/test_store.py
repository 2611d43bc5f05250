"""Reading the audit log."""

from datetime import timedelta

import pytest

from core_psa.audit import store
from core_psa.audit.store import AuditFilter
from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.errors import Forbidden
from core_psa.organisation import actions as organisation
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.viewer import SYSTEM, Viewer

MANAGER = Viewer("agent", 9, "Mira Castell", BUILTIN_ROLES["manager"])
AGENT = Viewer("agent", 7, "Tamsin Orrelby", BUILTIN_ROLES["agent"])


@pytest.fixture
def skill_id(db: Database) -> int:
    with db.work() as w:
        skill = organisation.create_skill(w, SYSTEM, "Print")
        organisation.create_skill(w, SYSTEM, "Messaging")
        organisation.rename_skill(w, MANAGER, skill.id, "Printing")
    return skill.id


def test_the_newest_entry_comes_first(db: Database, skill_id: int) -> None:
    with db.read() as session:
        newest, *_ = store.entries(session, MANAGER).rows
    assert (newest.actor_name, newest.changes) == ("Mira Castell", {"name": ["Print", "Printing"]})


def test_the_history_of_one_record_can_be_asked_for(db: Database, skill_id: int) -> None:
    with db.read() as session:
        entries = store.entries(session, MANAGER, AuditFilter(record_kind="skill", record_id=skill_id)).rows
    assert [entry.action for entry in entries] == ["updated", "created"]


def test_an_agent_does_not_read_the_log(db: Database) -> None:
    with pytest.raises(Forbidden), db.read() as session:
        store.entries(session, AGENT)


def test_the_log_is_searched_by_who_and_when(db: Database, skill_id: int, clock: StoppedClock) -> None:
    clock.advance(timedelta(days=1))
    with db.work() as w:
        organisation.rename_skill(w, MANAGER, skill_id, "Print")
    yesterday = AuditFilter(actor="mira", before=clock.now())
    with db.read() as session:
        assert [e.changes["name"] for e in store.entries(session, MANAGER, yesterday).rows] == [["Print", "Printing"]]
        assert len(store.entries(session, MANAGER, AuditFilter(after=clock.now())).rows) == 1


def test_taking_the_log_away_is_a_permission_of_its_own(db: Database, skill_id: int) -> None:
    reader = Viewer("agent", 9, "Mira Castell", frozenset({"audit.see"}))
    with db.read() as session:
        assert len(list(store.exported(session, MANAGER, AuditFilter(record_kind="skill"), 2))) == 2
        with pytest.raises(Forbidden):
            list(store.exported(session, reader, AuditFilter(), 2))
