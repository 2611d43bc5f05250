"""Handing tickets to a higher tier, another team or a manager."""

import pytest
from sqlalchemy import select

from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk.escalation import escalate
from core_psa.errors import Invalid
from core_psa.following.store import watchers
from core_psa.notices.tables import Notification
from core_psa.organisation.tables import Agent, AgentRole, Role, Team, TeamMember
from core_psa.tickets import store
from core_psa.tickets.tables import Ticket, TicketDetail
from core_psa.tickets.workflow import definition_actions
from core_psa.viewer import SYSTEM
from tests.desk import AGENT, opened

TEAM, EXPERTS = 1, 2
FIRST, SECOND, THIRD, LEAD = 1, 2, 3, 4


@pytest.fixture
def ticket_id(db: Database) -> int:
    """A ticket of a tier 1 agent, in a team with a lead; the experts are another team."""
    with db.work() as w:
        roles = {role.name: role.id for role in w.session.scalars(select(Role))}
        w.session.add_all([Team(id=TEAM, name="Service desk"), Team(id=EXPERTS, name="Experts")])
        for i, tier, team, role in (
            (FIRST, 1, TEAM, "agent"),
            (SECOND, 2, TEAM, "agent"),
            (THIRD, 3, EXPERTS, "agent"),
            (LEAD, 1, TEAM, "team lead"),
        ):
            w.session.add(Agent(id=i, name=f"Agent {i}", email=f"a{i}@harbour.example", tier=tier, created_at=w.now))
            w.session.flush()
            w.session.add_all([TeamMember(team_id=team, agent_id=i), AgentRole(agent_id=i, role_id=roles[role])])
    return opened(db, team="Service desk", assignee=f"a{FIRST}@harbour.example")


def told(db: Database) -> list[int]:
    with db.read() as session:
        query = select(Notification.agent_id).where(Notification.event == "escalated").order_by(Notification.agent_id)
        return list(session.scalars(query))


def ticket(db: Database, ticket_id: int) -> tuple[Ticket, int | None]:
    with db.read() as session:
        detail = session.get(TicketDetail, ticket_id)
        return store.get(session, SYSTEM, ticket_id), detail.tier if detail else None


def test_the_next_tier_takes_over_and_hears_why(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        action = escalate(w, AGENT, ticket_id, reason="The disk is gone.")
    moved, tier = ticket(db, ticket_id)
    assert (moved.team_id, moved.assignee_id, tier) == (TEAM, None, 2)
    assert (told(db), action.body) == ([SECOND], "The disk is gone.")


def test_another_team_may_be_where_it_goes(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        escalate(w, AGENT, ticket_id, reason="Routing.", tier=3, team_id=EXPERTS)
    moved, tier = ticket(db, ticket_id)
    assert (moved.team_id, moved.assignee_id, tier, told(db)) == (EXPERTS, None, 3, [THIRD])


def test_the_agent_who_is_named_gets_it(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        escalate(w, AGENT, ticket_id, reason="Routing.", assignee_id=SECOND)
    assert (ticket(db, ticket_id)[0].assignee_id, told(db)) == (SECOND, [SECOND])


def test_a_tier_where_nobody_is_there_takes_nothing(db: Database, ticket_id: int) -> None:
    with pytest.raises(Invalid, match="nobody of tier 3"), db.work() as w:
        escalate(w, AGENT, ticket_id, reason="Routing.", tier=3)


def test_after_the_third_tier_comes_a_manager(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        escalate(w, AGENT, ticket_id, reason="Routing.", tier=3, team_id=EXPERTS)
    with pytest.raises(Invalid, match="a manager is who comes after"), db.work() as w:
        escalate(w, AGENT, ticket_id, reason="Still.")


def test_the_teams_lead_hears_of_it_and_the_agent_keeps_the_ticket(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        escalate(w, AGENT, ticket_id, reason="The customer is angry.", to_manager=True)
    assert (ticket(db, ticket_id)[0].assignee_id, told(db)) == (FIRST, [LEAD])


def test_the_lead_a_team_names_comes_before_those_with_the_role(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        w.session.get_one(Team, TEAM).lead_id = SECOND
        escalate(w, AGENT, ticket_id, reason="The customer is angry.", to_manager=True)
    assert told(db) == [SECOND]


def test_a_named_lead_who_left_is_not_turned_to(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        w.session.get_one(Team, TEAM).lead_id = SECOND
        w.session.get_one(Agent, SECOND).active = False
        escalate(w, AGENT, ticket_id, reason="The customer is angry.", to_manager=True)
    assert told(db) == [LEAD]


def watching(db: Database, ticket_id: int) -> list[int | None]:
    with db.read() as session:
        return [watcher.agent_id for watcher in watchers(session, ticket_id)]


def test_the_manager_it_goes_to_watches_from_then_on_and_once(db: Database, ticket_id: int) -> None:
    for _ in range(2):
        with db.work() as w:
            escalate(w, AGENT, ticket_id, reason="It drags on.", to_manager=True)
    assert watching(db, ticket_id) == [LEAD]


def test_a_tier_that_is_told_does_not_watch(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        escalate(w, AGENT, ticket_id, reason="The disk is gone.")
    assert watching(db, ticket_id) == []


def test_an_escalation_says_why(db: Database, ticket_id: int) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        escalate(w, AGENT, ticket_id, reason=" ")
    assert refused.value.errors[0].field == "reason"


def test_where_it_goes_can_be_arranged_for_the_whole_desk(db: Database, ticket_id: int) -> None:
    with db.work() as w:
        definition_actions.create_definition(
            w, SYSTEM, "to_experts", "escalate", settings={"tier": 3, "team_id": EXPERTS}
        )
        escalate(w, AGENT, ticket_id, reason="Routing.", extra=desk.Extra("to_experts"))
    assert ticket(db, ticket_id)[0].team_id == EXPERTS


def test_settings_that_mean_nothing_are_refused_by_name(db: Database) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        definition_actions.create_definition(w, SYSTEM, "up", "escalate", settings={"colour": "red"})
    assert refused.value.errors[0].allowed == ("tier", "team_id", "to_manager")
