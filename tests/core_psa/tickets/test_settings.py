"""Types, statuses and priorities: added, renamed, and never taken away from the tickets that have them."""

import pytest

from core_psa.db import Database
from core_psa.errors import Forbidden, Invalid
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.tickets import settings_actions as actions
from core_psa.tickets import settings_store as store
from core_psa.tickets.tables import Priority, Status, TicketType
from core_psa.viewer import SYSTEM, Viewer

AGENT = Viewer("agent", 7, "Tamsin Orrelby", BUILTIN_ROLES["agent"])


def status_id(db: Database, name: str) -> int:
    with db.read() as session:
        return next(s.id for s in store.status_page(session, AGENT).rows if s.name == name)


def test_a_retired_type_is_no_longer_offered_and_can_come_back(db: Database) -> None:
    with db.work() as w:
        audit = actions.create_type(w, SYSTEM, "Audit", "somebody checks")
        actions.update_type(w, SYSTEM, audit.id, active=False)
    with db.read() as session:
        assert audit.id not in {t.id for t in store.type_page(session, AGENT).rows}
        assert audit.id in {t.id for t in store.type_page(session, AGENT, inactive=True).rows}
    with db.work() as w:
        assert actions.update_type(w, SYSTEM, audit.id, active=True).active


def test_the_last_type_stays_offered(db: Database) -> None:
    with db.read() as session:
        first, *others = [t.id for t in store.type_page(session, AGENT).rows]
    with db.work() as w:
        for type_id in others:
            actions.update_type(w, SYSTEM, type_id, active=False)
    with pytest.raises(Invalid), db.work() as w:
        actions.update_type(w, SYSTEM, first, active=False)


def test_a_new_status_is_last_and_can_be_moved_and_renamed(db: Database) -> None:
    with db.work() as w:
        status = actions.create_status(w, SYSTEM, "Scheduled", "paused")
        assert status.position == max(s.position for s in store.status_page(w.session, AGENT).rows)
        actions.update_status(w, SYSTEM, status.id, name="On the calendar", position=0)
    with db.read() as session:
        assert "On the calendar" in [s.name for s in store.status_page(session, AGENT).rows][:2]


def test_a_status_is_open_paused_or_done(db: Database) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.create_status(w, SYSTEM, "new", "asleep")
    assert {e.field: e.allowed for e in refused.value.errors} == {"name": (), "state": ("open", "paused", "done")}


def test_only_what_is_paused_waits_for_an_answer(db: Database) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.create_status(w, SYSTEM, "Offer sent", "open", awaits_reply=True)
    assert [e.field for e in refused.value.errors] == ["awaits_reply"]
    with pytest.raises(Invalid), db.work() as w:
        actions.update_status(w, SYSTEM, status_id(db, "New"), awaits_reply=True)


@pytest.mark.parametrize("name", ["New", "In Progress", "Resolved", "Closed"])
def test_a_status_that_actions_lead_to_keeps_its_name(db: Database, name: str) -> None:
    with pytest.raises(Invalid), db.work() as w:
        actions.update_status(w, SYSTEM, status_id(db, name), name="Something else")


def test_a_status_that_people_choose_may_be_renamed(db: Database) -> None:
    with db.work() as w:
        assert actions.update_status(w, SYSTEM, status_id(db, "In Triage"), name="Sorting").name == "Sorting"


def test_priorities_are_listed_from_the_most_urgent_and_share_no_rank(db: Database) -> None:
    with db.work() as w:
        actions.create_priority(w, SYSTEM, "P5 Someday", 5, "whenever there is time")
    with db.read() as session:
        assert [p.rank for p in store.priority_page(session, AGENT).rows] == [1, 2, 3, 4, 5]
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.create_priority(w, SYSTEM, "p1 critical", 1)
    assert {e.field for e in refused.value.errors} == {"name", "rank"}


def test_a_priority_may_be_renamed_and_described(db: Database) -> None:
    with db.work() as w:
        first = store.priority_page(w.session, AGENT).rows[0]
        actions.update_priority(w, SYSTEM, first.id, name="Critical", description="all hands")
    with db.read() as session:
        assert session.get_one(Priority, first.id).name == "Critical"


def test_an_agent_sees_settings_and_changes_none(db: Database) -> None:
    with pytest.raises(Forbidden), db.work() as w:
        actions.create_type(w, AGENT, "Audit")
    with db.read() as session:
        assert len(session.query(TicketType).all()) == len(store.type_page(session, AGENT).rows)
        assert len(session.query(Status).all()) == len(store.status_page(session, AGENT).rows)
