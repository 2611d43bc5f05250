"""Agents, teams and departments, as a team lead and an administrator work on them."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from core_psa.access import actions as access
from core_psa.organisation import actions, store
from core_psa.sla.tables import SlaPolicy
from core_psa.viewer import SYSTEM
from server.wiring import Desk
from tests.server.console.conftest import Browser


@pytest.fixture
def lead(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("team lead")


@pytest.fixture
def odalys(desk: Desk) -> int:
    with desk.db.work() as w:
        agent = actions.create_agent(
            w, SYSTEM, name="Odalys Brennick", email="odalys@desk.example", timezone="Europe/Berlin"
        )
        access.set_password(w, agent.id, "a long password")
        return agent.id


def refused(lead: Browser, address: str, **fields: str) -> str:
    """The page that says what is wrong beside the field."""
    answer = lead.client.post(address, data={**lead.token, **fields})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    return answer.text


def test_departments_hold_teams_with_leads_and_agents(desk: Desk, lead: Browser, odalys: int) -> None:
    assert lead.post("/departments", name="Technical") == 303
    assert lead.post("/departments/1", name="Engineering", lead_id=str(odalys)) == 303
    team = {"name": "Network", "description": "Cables", "department_id": "1", "lead_id": str(odalys)}
    assert lead.post("/teams/new", **team, member=[str(odalys)]) == 303
    page = lead.get("/teams")
    assert "Engineering" in page
    assert "Odalys Brennick" in page
    with desk.db.read() as session:
        assert store.members_of(session, [1]) == {1: [odalys]}
        assert store.leads_of(session, 1) == [odalys]
    assert lead.post("/teams/new", name="network") == 422


def test_who_may_not_change_a_team_reads_who_is_in_it(
    lead: Browser, odalys: int, signed_in: Callable[[str], Browser]
) -> None:
    assert lead.post("/teams/new", name="Network", lead_id=str(odalys), member=[str(odalys)]) == 303
    page = signed_in("agent").get("/teams/1")
    assert f'<a href="/agents/{odalys}">' in page
    assert "<fieldset" not in page


def test_a_team_whose_lead_left_escalates_to_the_department(desk: Desk, lead: Browser, odalys: int) -> None:
    with desk.db.work() as w:
        other = actions.create_agent(w, SYSTEM, name="Jory Penhallick", email="jory@desk.example").id
        department = actions.create_department(w, SYSTEM, "Technical").id
        actions.lead_department(w, SYSTEM, department, other)
        team = actions.create_team(w, SYSTEM, name="Network", department_id=department, lead_id=odalys).id
        actions.update_agent(w, SYSTEM, odalys, active=False)
        assert store.leads_of(w.session, team) == [other]


def test_an_agents_week_is_typed_as_people_write_it(desk: Desk, lead: Browser, odalys: int) -> None:
    week = {"shifts-0": "8-12 13:00-17:30", "shifts-4": "0800-1400"}
    assert lead.post(f"/agents/{odalys}/week", **week) == 303
    assert "08:00-12:00 13:00-17:30" in lead.get(f"/agents/{odalys}")
    assert lead.post(f"/agents/{odalys}/week", **{"shifts-0": "mornings"}) == 422
    assert lead.post(f"/agents/{odalys}/week", **{"shifts-0": "08:00-12:00 11:00-13:00"}) == 422


def test_absences_are_whole_days_of_the_agents_zone(desk: Desk, lead: Browser, odalys: int) -> None:
    days = {"first": "2100-06-01", "last": "2100-06-02", "reason": "holiday"}
    assert lead.post(f"/agents/{odalys}/absences", **days) == 303
    page = lead.get(f"/agents/{odalys}")
    assert "holiday" in page
    assert "1 Jun 2100 – 2 Jun 2100" in page
    with desk.db.read() as session:
        (absence,) = store.absences_of(session, [odalys])[odalys]
        assert absence.starts_at.isoformat() == "2100-05-31T22:00:00+00:00"
        assert (absence.ends_at - absence.starts_at).days == 2
    assert "overlaps the absence" in refused(lead, f"/agents/{odalys}/absences", **days)
    turned = {"first": "2100-07-02", "last": "2100-07-01"}
    assert "must not be before the first day" in refused(lead, f"/agents/{odalys}/absences", **turned)
    assert lead.post(f"/agents/{odalys}/absences/{absence.id}/remove") == 303


def test_skills_are_set_and_made_on_the_way(desk: Desk, lead: Browser, odalys: int) -> None:
    assert lead.post(f"/agents/{odalys}/skills", new_skill="Printing", new_level="4") == 303
    assert lead.post(f"/agents/{odalys}/skills", **{"skill-1": "5"}) == 303
    with desk.db.read() as session:
        assert store.skills_of(session, [odalys]) == {odalys: {"Printing": 5}}


def test_only_an_administrator_gives_roles_and_passwords(
    desk: Desk, lead: Browser, signed_in: Callable[[str], Browser], odalys: int, stranger: TestClient
) -> None:
    for path, fields in (("roles", {"role": "administrator"}), ("password", {"password": "another long one"})):
        assert lead.post(f"/agents/{odalys}/{path}", **fields) == 403
    admin = signed_in("administrator")
    assert admin.post(f"/agents/{odalys}/roles", role=["agent", "sales"]) == 303
    assert admin.post(f"/agents/{odalys}/password", password="short") == 422
    assert admin.post(f"/agents/{odalys}/password", password="another long one") == 303
    fields = {"email": "odalys@desk.example", "password": "another long one"}
    assert stranger.post("/sign-in", data=fields, follow_redirects=False).status_code == 303
    assert "Not signed in" not in admin.get(f"/agents/{odalys}")
    assert admin.post(f"/agents/{odalys}/sessions/end") == 303
    assert stranger.get("/queue", follow_redirects=False).status_code == 303


def test_a_new_agent_is_created_with_what_was_written(desk: Desk, lead: Browser) -> None:
    form = {"name": "Ilva Quarrender", "email": "ilva@desk.example", "tier": "2", "timezone": "Europe/London"}
    assert lead.post("/agents/new", **form) == 303
    assert lead.post("/agents/new", **form) == 422
    assert "Ilva Quarrender" in lead.get("/agents")


def test_who_may_only_see_the_organisation_is_offered_no_form(agent: Browser, odalys: int) -> None:
    page = agent.get(f"/agents/{odalys}")
    assert '<form method="post" action="/agents' not in page
    assert agent.post(f"/agents/{odalys}", name="x") == 403


def test_a_team_is_given_an_sla_policy_on_its_page(desk: Desk, signed_in: Callable[[str], Browser]) -> None:
    manager = signed_in("manager")
    with desk.db.work() as w:
        team_id = actions.create_team(w, SYSTEM, name="Night watch").id
        policy_id = w.session.scalars(select(SlaPolicy.id)).first()
    fields = {"name": "Night watch", "active": "on", "sla_policy_id": str(policy_id)}
    assert manager.post(f"/teams/{team_id}", **fields) == 303
    assert f'<option value="{policy_id}" selected>' in manager.get(f"/teams/{team_id}")
