"""Home in the morning: what is due, what waits, today's agenda, and what is asked of me."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core_psa.desk import actions, approvals, snooze
from core_psa.dispatch import actions as dispatch
from core_psa.organisation.store import viewer_of
from core_psa.organisation.tables import Agent, Team, TeamMember
from core_psa.tickets.tables import Ticket
from core_psa.viewer import SYSTEM, Viewer
from server.wiring import Desk
from tests.server.console.conftest import Browser

Opens = Callable[[str, str], int]


@pytest.fixture
def me(agent: Browser, desk: Desk) -> Viewer:
    with desk.db.work() as w:
        w.session.add(Team(id=1, name="Service Desk"))
        w.session.flush()
        w.session.add(TeamMember(team_id=1, agent_id=w.session.query(Agent.id).scalar()))
    with desk.db.read() as session:
        return viewer_of(session, session.query(Agent.id).scalar())


def test_my_tickets_begin_with_what_is_due_soonest(agent: Browser, desk: Desk, me: Viewer, ticket: Opens) -> None:
    late, soon = ticket("Due late", ""), ticket("Due soon", "")
    with desk.db.work() as w:
        for number in (late, soon):
            actions.assign(w, SYSTEM, number, values={"assignee": me.agent_id})
        w.session.get_one(Ticket, soon).due_at = w.now + timedelta(minutes=5)
    page = agent.get("/")
    assert page.index("Due soon") < page.index("Due late")


def test_what_nobody_has_in_my_teams_waits_for_me_with_its_queue(
    agent: Browser, desk: Desk, me: Viewer, ticket: Opens
) -> None:
    ours, theirs = ticket("In our team", ""), ticket("In no team", "")
    with desk.db.work() as w:
        actions.assign(w, SYSTEM, ours, values={"team": 1})
    page, queue = agent.get("/"), agent.get("/queue?team=mine&assignee=none")
    for shown in (page, queue):
        assert f'id="t-{ours}"' in shown
        assert f'id="t-{theirs}"' not in shown
    assert "Team: my teams" in queue


def test_the_agenda_of_today_has_appointments_and_follow_ups(
    agent: Browser, desk: Desk, me: Viewer, ticket: Opens
) -> None:
    visit, aside = ticket("Swap the switch", ""), ticket("Call them back", "")
    with desk.db.work() as w:
        when = {"starts_at": w.now, "ends_at": w.now + timedelta(minutes=1)}
        dispatch.plan(w, SYSTEM, agent_id=me.agent_id or 0, ticket_id=visit, **when)
        actions.assign(w, SYSTEM, aside, values={"assignee": me.agent_id})
        snooze.snooze(w, SYSTEM, aside, until=w.now + timedelta(seconds=1), note="after the move")
    agenda = agent.get("/").split('id="today-panel"')[1].split("</section>")[0]
    assert "Swap the switch" in agenda
    assert "after the move" in agenda


def test_what_is_asked_of_me_stands_on_home_and_in_a_list(
    agent: Browser, desk: Desk, me: Viewer, ticket: Opens
) -> None:
    number = ticket("New laptop", "")
    assert "Nobody waits for your approval" in agent.get("/approvals")
    with desk.db.work() as w:
        approvals.request_approval(w, SYSTEM, number, question="Buy it?", agent_id=me.agent_id)
    for address in ("/", "/approvals"):
        page = agent.get(address)
        assert "Buy it?" in page
        assert f"/tickets/{number}?fold=approvals" in page
    assert agent.post(f"/tickets/{number}/approvals/1", decision="approve") == 303
    assert "Buy it?" not in agent.get("/")
    assert "Buy it?" not in agent.get("/approvals")
    assert "Buy it?" in agent.get("/approvals?all=1")


def test_figures_come_apart_and_lead_to_their_tickets(agent: Browser, me: Viewer, ticket: Opens) -> None:
    ticket("One", "")
    figures = agent.get("/home/figures")
    assert "<html" not in figures
    assert "/queue?sla=at_risk&amp;sort=due" in figures
    assert "Team queues" in agent.get("/home/desk")
