"""What the scan finds, whom it tells, and once each, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from core_psa.access.roles import set_roles
from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk.clocks import adopt, scan
from core_psa.following.store import watchers
from core_psa.notices.tables import Notification
from core_psa.organisation.tables import Agent, Team, TeamMember
from core_psa.sla import policy_actions
from core_psa.sla.policy_rules import Threshold
from core_psa.sla.tables import SlaClock, SlaInterval, SlaTicket
from core_psa.viewer import SYSTEM
from tests.core_psa.desk.clocks import HOUR, MINUTE, clock_of, due_at, minutes, policy_id, remarks, sla_of
from tests.desk import AGENT, opened, status_id


@pytest.fixture
def assignee_id(db: Database) -> int:
    with db.work() as w:
        w.session.add(Team(id=1, name="Network"))
        w.session.add(Agent(id=9, name="Ada", email="ada@harbour.example", created_at=w.now))
        w.session.flush()
        w.session.add(TeamMember(team_id=1, agent_id=9))
        set_roles(w, SYSTEM, 9, ["agent"])
    return 9


def test_a_breach_is_found_told_once_and_stays(db: Database, clock: StoppedClock, assignee_id: int) -> None:
    ticket_id = opened(db, priority="P1 Critical", assignee=assignee_id)
    clock.advance(20 * MINUTE)
    assert (scan(db).told, scan(db).told) == (1, 0)
    assert remarks(db, ticket_id) == [{"time to respond": [None, "missed"]}]
    assert clock_of(db, ticket_id, "response").breached_at == clock.now() - 5 * MINUTE
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="On it.")
    assert sla_of(db, ticket_id).standing == "breached"
    with db.read() as session:
        events = session.scalars(select(Notification.event).where(Notification.agent_id == assignee_id)).all()
    assert [event for event in events if event in ("sla_warning", "sla_breached", "escalated")] == ["sla_breached"]


def test_a_warning_comes_at_its_share_of_the_business_time(db: Database, clock: StoppedClock, assignee_id: int) -> None:
    ticket_id = opened(db, priority="P2 High", assignee=assignee_id)
    clock.advance(29 * MINUTE)
    assert scan(db).told == 0
    clock.advance(2 * MINUTE)
    scan(db)
    assert remarks(db, ticket_id) == [{"time to respond": [None, "50 % used"]}]
    clock.advance(20 * MINUTE)
    scan(db)
    assert sla_of(db, ticket_id).standing == "at_risk"
    assert remarks(db, ticket_id)[1:] == [{"time to respond": [None, "75 % used"]}]


def test_a_breach_that_no_scan_saw_is_told_when_the_clock_stops(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db, priority="P1 Critical")
    clock.advance(20 * MINUTE)
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="On it.")
    assert remarks(db, ticket_id) == [{"time to respond": [None, "missed"]}]
    assert scan(db).told == 0


def warned(db: Database) -> list[int]:
    with db.read() as session:
        query = select(Notification.agent_id).where(Notification.event == "sla_warning")
        return list(session.scalars(query.order_by(Notification.agent_id)))


def test_a_warning_to_the_lead_reaches_the_one_the_team_names(
    db: Database, clock: StoppedClock, assignee_id: int
) -> None:
    with db.work() as w:
        w.session.get_one(Team, 1).lead_id = assignee_id
        policy_actions.set_warnings(w, SYSTEM, policy_id(db, "Standard"), [Threshold(50, ("team lead",))])
    opened(db, priority="P2 High", team=1)
    clock.advance(31 * MINUTE)
    scan(db)
    assert warned(db) == [assignee_id]


def test_the_warning_of_a_ticket_that_nobody_has_reaches_its_team(
    db: Database, clock: StoppedClock, assignee_id: int
) -> None:
    opened(db, priority="P2 High", team=1)
    clock.advance(31 * MINUTE)
    scan(db)
    assert warned(db) == [assignee_id]


def test_the_warning_of_a_ticket_whose_agent_left_reaches_the_team(
    db: Database, clock: StoppedClock, assignee_id: int
) -> None:
    opened(db, priority="P2 High", team=1, assignee=assignee_id)
    with db.work() as w:
        w.session.add(Agent(id=10, name="Bo", email="bo@harbour.example", created_at=w.now))
        w.session.flush()
        w.session.add(TeamMember(team_id=1, agent_id=10))
        set_roles(w, SYSTEM, 10, ["agent"])
        w.session.get_one(Agent, assignee_id).active = False
    clock.advance(31 * MINUTE)
    scan(db)
    assert (warned(db), scan(db).failed) == ([10], {})


def test_an_escalation_reaches_each_level_once(db: Database, clock: StoppedClock, assignee_id: int) -> None:
    with db.work() as w:
        warnings = [
            Threshold(50, (), (9,), level=2),
            Threshold(60, (), (9,), level=1),
            Threshold(70, (), (9,), level=3),
        ]
        policy_actions.set_warnings(w, SYSTEM, policy_id(db, "Standard"), warnings)
    ticket_id = opened(db, priority="P2 High")
    levels = []
    for _ in range(4):
        clock.advance(11 * MINUTE)
        scan(db)
        levels.append(sla_of(db, ticket_id).level)
    assert levels == [0, 0, 2, 3]
    with db.read() as session:
        query = select(func.count()).where(Notification.event == "escalated")
        assert session.scalar(query) == 2


def test_whom_an_escalation_reaches_watches_from_then_on(db: Database, clock: StoppedClock, assignee_id: int) -> None:
    with db.work() as w:
        policy_actions.set_warnings(w, SYSTEM, policy_id(db, "Standard"), [Threshold(50, (), (assignee_id,), level=2)])
    ticket_id = opened(db, priority="P2 High")
    clock.advance(31 * MINUTE)
    scan(db)
    with db.read() as session:
        assert [watching.agent_id for watching in watchers(session, ticket_id)] == [assignee_id]


def test_a_scan_leaves_a_paused_ticket_alone(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db, priority="P1 Critical")
    with db.work() as w:
        desk.reply(w, AGENT, ticket_id, body="Which one?", status_id=status_id(db, "Waiting on Customer"))
    clock.advance(timedelta(days=9))
    assert scan(db).told == 0
    assert sla_of(db, ticket_id).standing == "paused"


def test_a_remark_about_a_deadline_refuses_nobodys_save(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db, priority="P1 Critical")
    clock.advance(HOUR)
    scan(db)
    with db.work() as w:
        desk.note(w, AGENT, ticket_id, body="Late.", expected_version=1)


def test_an_imported_open_ticket_may_be_given_clocks_and_nobody_is_told_of_the_past(
    db: Database, clock: StoppedClock, assignee_id: int
) -> None:
    ticket_id = opened(db, priority="P2 High", assignee=assignee_id)
    with db.work() as w:
        for model in (SlaInterval, SlaClock, SlaTicket):
            w.session.execute(delete(model))
    clock.advance(2 * HOUR)
    with db.work() as w:
        adopt(w, [ticket_id])
        adopt(w, [ticket_id])
    assert (sla_of(db, ticket_id).standing, remarks(db, ticket_id)) == ("breached", [])
    assert scan(db).told == 0
    assert minutes(db, ticket_id) == [None]
    assert due_at(db, ticket_id) == clock.now() - HOUR
