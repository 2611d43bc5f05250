"""Departments, teams, agents and skills: what can be changed, by whom, and what is written down about it."""

import pytest
from sqlalchemy import select

from core_psa import defaults
from core_psa.access import roles
from core_psa.audit.tables import AuditEntry
from core_psa.db import Database
from core_psa.db.weeks import Hours
from core_psa.errors import Conflict, Forbidden, Invalid, NotFound
from core_psa.organisation import actions, store, working_hours
from core_psa.organisation.availability import is_available
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.organisation.tables import Agent
from core_psa.viewer import SYSTEM, Viewer

AGENT = Viewer("agent", 7, "Tamsin Orrelby", BUILTIN_ROLES["agent"])
LEAD = Viewer("agent", 8, "Jory Penhallick", BUILTIN_ROLES["team lead"])


@pytest.fixture
def agent_id(db: Database) -> int:
    with db.work() as w:
        return actions.create_agent(w, SYSTEM, name="Odalys Brennick", email="odalys@harbour.example").id


def last_entry(db: Database) -> AuditEntry:
    with db.read() as session:
        return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first() or pytest.fail("no entry")


def test_a_new_agent_stands_in_the_list_and_in_the_audit_log(db: Database) -> None:
    with db.work() as w:
        agent = actions.create_agent(w, LEAD, name="Odalys Brennick", email="Odalys@Harbour.example", tier=2)
    with db.read() as session:
        assert [a.id for a in store.agent_page(session, AGENT).rows] == [agent.id]
    entry = last_entry(db)
    assert (entry.action, entry.record_kind, entry.record_id) == ("created", "agent", agent.id)
    assert (entry.actor_name, entry.changes["email"]) == ("Jory Penhallick", [None, "odalys@harbour.example"])


def test_a_refusal_names_every_wrong_field(db: Database) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.create_agent(w, LEAD, name=" ", email="odalys", tier=4, timezone="Berlin", extension="home")
    assert {e.field for e in refused.value.errors} == {"name", "email", "tier", "timezone", "extension"}


def test_what_must_be_given_is_named_when_it_is_missing(db: Database) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.create_agent(w, LEAD, tier=2)
    assert {e.field for e in refused.value.errors} == {"name", "email"}


def test_who_may_only_see_changes_nothing(db: Database) -> None:
    with pytest.raises(Forbidden), db.work() as w:
        actions.create_department(w, AGENT, "Projects")


def test_a_customers_user_sees_no_agents(db: Database) -> None:
    with pytest.raises(Forbidden), db.read() as session:
        store.agent_page(session, Viewer("user", 1, "Ida Vance", customer_id=1))


def test_an_address_is_taken_in_any_case(db: Database, agent_id: int) -> None:
    with pytest.raises(Invalid, match="taken"), db.work() as w:
        actions.create_agent(w, LEAD, name="Another", email="ODALYS@HARBOUR.EXAMPLE")


def test_saving_an_agent_with_its_own_address_is_no_change(db: Database, agent_id: int) -> None:
    before = last_entry(db).id
    with db.work() as w:
        actions.update_agent(w, LEAD, agent_id, email="odalys@harbour.example")
    assert last_entry(db).id == before


def test_an_agent_who_leaves_is_no_longer_listed_and_still_there(db: Database, agent_id: int) -> None:
    with db.work() as w:
        actions.update_agent(w, LEAD, agent_id, active=False)
    assert last_entry(db).changes == {"active": [True, False]}
    with db.read() as session:
        assert store.agent_page(session, LEAD).rows == []
        assert [a.id for a in store.agent_page(session, LEAD, inactive=True).rows] == [agent_id]


def test_an_agent_who_does_not_exist_is_not_found(db: Database) -> None:
    for key in (99, 0, 2**70):
        with pytest.raises(NotFound), db.work() as w:
            actions.update_agent(w, LEAD, key, tier=2)


def test_a_team_has_exactly_the_members_it_is_given(db: Database, agent_id: int) -> None:
    with db.work() as w:
        department = actions.create_department(w, LEAD, "Support")
        team = actions.create_team(w, LEAD, name="Service Desk", department_id=department.id)
        other = actions.create_agent(w, LEAD, name="Wren Aldous", email="wren@harbour.example")
        actions.set_members(w, LEAD, team.id, [agent_id])
        actions.set_members(w, LEAD, team.id, [other.id, other.id])
    assert last_entry(db).changes == {"members": [[agent_id], [other.id]]}
    with db.read() as session:
        assert store.members_of(session, [team.id]) == {team.id: [other.id]}
        assert [a.name for a in store.agent_page(session, LEAD, team_id=team.id).rows] == ["Wren Aldous"]


def test_a_team_of_unknown_agents_department_or_calendar_is_refused(db: Database) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.create_team(w, LEAD, name="Field", department_id=5, calendar_id=6)
    assert {e.field for e in refused.value.errors} == {"department_id", "calendar_id"}
    with pytest.raises(Invalid, match="no agent 41"), db.work() as w:
        actions.set_members(w, LEAD, actions.create_team(w, LEAD, name="Field").id, [41])


def test_a_renamed_department_keeps_its_id_and_gives_its_old_name_free(db: Database) -> None:
    with db.work() as w:
        department = actions.create_department(w, LEAD, "Support")
        actions.rename_department(w, LEAD, department.id, "SUPPORT")
        actions.rename_department(w, LEAD, department.id, "Operations")
        actions.create_department(w, LEAD, "Support")
    with db.read() as session:
        assert [d.name for d in store.department_page(session, AGENT).rows] == ["Operations", "Support"]


def test_skills_have_a_level_from_1_to_5(db: Database, agent_id: int) -> None:
    with db.work() as w:
        actions.rename_skill(w, LEAD, actions.create_skill(w, LEAD, "Print").id, "Printing")
        actions.create_skill(w, LEAD, "Messaging")
        actions.set_skills(w, LEAD, agent_id, {"Printing": 5, "Messaging": 1})
        actions.set_skills(w, LEAD, agent_id, {"Printing": 4})
    with db.read() as session:
        assert store.skills_of(session, [agent_id]) == {agent_id: {"Printing": 4}}
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.set_skills(w, LEAD, agent_id, {"Printing": 6, "Juggling": 1})
    assert {e.field: e.allowed for e in refused.value.errors} == {"Printing": (), "Juggling": ("Messaging", "Printing")}


def test_shifts_and_absences_decide_when_an_agent_is_available(db: Database, agent_id: int) -> None:
    now = db.clock.now()
    with db.work() as w:
        working_hours.set_shifts(w, LEAD, agent_id, [Hours(0, 480, 1020)])
    with db.read() as session:
        assert is_available(store.schedules(session, [agent_id])[agent_id], now).available
    with db.work() as w:
        absence = working_hours.add_absence(w, LEAD, agent_id, now, now.replace(hour=12), "dentist")
    with db.read() as session:
        assert not is_available(store.schedules(session, [agent_id])[agent_id], now).available
    with db.work() as w:
        working_hours.remove_absence(w, LEAD, agent_id, absence.id)
    with db.read() as session:
        assert is_available(store.schedules(session, [agent_id])[agent_id], now).available


def test_shifts_are_replaced_as_a_whole(db: Database, agent_id: int) -> None:
    with db.work() as w:
        working_hours.set_shifts(w, LEAD, agent_id, [Hours(0, 480, 720), Hours(1, 480, 720)])
        working_hours.set_shifts(w, LEAD, agent_id, [Hours(1, 480, 720)])
    assert last_entry(db).changes["shifts"][1] == ["Tuesday 08:00 to 12:00"]
    with db.read() as session:
        assert store.shifts_of(session, [agent_id]) == {agent_id: [Hours(1, 480, 720)]}


def test_overlapping_shifts_are_refused(db: Database, agent_id: int) -> None:
    with pytest.raises(Invalid, match="overlap"), db.work() as w:
        working_hours.set_shifts(w, LEAD, agent_id, [Hours(0, 480, 720), Hours(0, 719, 800)])


def test_absences_neither_overlap_nor_end_before_they_begin(db: Database, agent_id: int) -> None:
    nine, noon, three = (db.clock.now().replace(hour=hour) for hour in (9, 12, 15))
    with db.work() as w:
        working_hours.add_absence(w, LEAD, agent_id, nine, noon)
        working_hours.add_absence(w, LEAD, agent_id, noon, three)
    for starts_at, ends_at in ((nine, three), (three, three)):
        with pytest.raises(Invalid), db.work() as w:
            working_hours.add_absence(w, LEAD, agent_id, starts_at, ends_at)


def test_the_absence_of_another_agent_is_not_removed(db: Database, agent_id: int) -> None:
    nine, noon = (db.clock.now().replace(hour=hour) for hour in (9, 12))
    with db.work() as w:
        other = actions.create_agent(w, LEAD, name="Wren Aldous", email="wren@harbour.example")
        absence = working_hours.add_absence(w, LEAD, other.id, nine, noon)
    with pytest.raises(NotFound), db.work() as w:
        working_hours.remove_absence(w, LEAD, agent_id, absence.id)


@pytest.fixture
def administrator_id(db: Database) -> int:
    with db.work() as w:
        return defaults.first_administrator(w, "Ada Quill", "ada@harbour.example", "a long password").id


def test_a_team_lead_does_not_take_over_an_administrators_account(db: Database, administrator_id: int) -> None:
    with pytest.raises(Forbidden), db.work() as w:
        actions.update_agent(w, LEAD, administrator_id, email="jory@harbour.example")
    with db.work() as w:
        assert actions.update_agent(w, LEAD, administrator_id, tier=2).tier == 2


def test_the_last_administrator_stays_active(db: Database, administrator_id: int, agent_id: int) -> None:
    with pytest.raises(Conflict), db.work() as w:
        actions.update_agent(w, SYSTEM, administrator_id, active=False)
    with db.work() as w:
        roles.set_roles(w, SYSTEM, agent_id, ["administrator"])
        actions.update_agent(w, SYSTEM, administrator_id, active=False)
    with db.read() as session:
        assert not session.get_one(Agent, administrator_id).active
