"""Roles of a desk's own, and who has which."""

import pytest
from sqlalchemy import select

from core_psa import defaults
from core_psa.access import roles
from core_psa.db import Database
from core_psa.errors import Conflict, Forbidden, Invalid
from core_psa.organisation import actions, store
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.organisation.tables import Role
from core_psa.viewer import SYSTEM, Viewer

MANAGER = Viewer("agent", 7, "Mira Castell", BUILTIN_ROLES["manager"])


@pytest.fixture
def agent_id(db: Database) -> int:
    with db.work() as w:
        return actions.create_agent(w, SYSTEM, name="Odalys Brennick", email="odalys@harbour.example").id


@pytest.fixture
def administrator_id(db: Database) -> int:
    with db.work() as w:
        return defaults.first_administrator(w, "Ada Quill", "ada@harbour.example", "a long password").id


def test_an_agent_may_do_what_all_their_roles_allow(db: Database, agent_id: int) -> None:
    with db.work() as w:
        roles.create_role(w, SYSTEM, "auditor", ["audit.see", "audit.see"])
        roles.set_roles(w, SYSTEM, agent_id, ["auditor", "sales"])
    with db.read() as session:
        assert store.viewer_of(session, agent_id).permissions == BUILTIN_ROLES["sales"] | {"audit.see"}
        assert store.roles_of(session, [agent_id]) == {agent_id: ["auditor", "sales"]}


def test_a_role_that_changes_changes_what_its_agents_may_do(db: Database, agent_id: int) -> None:
    with db.work() as w:
        role = roles.create_role(w, SYSTEM, "auditor", ["audit.see"])
        roles.set_roles(w, SYSTEM, agent_id, ["auditor"])
        roles.update_role(w, SYSTEM, role.id, "reader", ["tickets.see"])
    with db.read() as session:
        assert store.viewer_of(session, agent_id).permissions == {"tickets.see"}


def test_the_roles_every_desk_has_cannot_be_changed(db: Database) -> None:
    with db.read() as session:
        builtin = session.scalars(select(Role.id).where(Role.name == "agent")).one()
    with pytest.raises(Conflict), db.work() as w:
        roles.update_role(w, SYSTEM, builtin, "agent", [])


def test_unknown_permissions_and_a_taken_name_are_refused_together(db: Database) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        roles.create_role(w, SYSTEM, "Manager", ["audit.see", "tickets.burn"])
    errors = {e.field: e.allowed for e in refused.value.errors}
    assert errors.keys() == {"name", "permissions"}
    assert "tickets.see" in errors["permissions"]


def test_an_unknown_role_is_refused_with_those_there_are(db: Database, agent_id: int) -> None:
    with pytest.raises(Invalid) as refused, db.work() as w:
        roles.set_roles(w, SYSTEM, agent_id, ["wizard"])
    assert "dispatcher" in refused.value.errors[0].allowed


def test_a_manager_gives_no_roles(db: Database, agent_id: int) -> None:
    with pytest.raises(Forbidden), db.work() as w:
        roles.set_roles(w, MANAGER, agent_id, ["administrator"])


def test_the_last_administrator_keeps_the_role(db: Database, administrator_id: int) -> None:
    with pytest.raises(Conflict), db.work() as w:
        roles.set_roles(w, SYSTEM, administrator_id, ["agent"])


def test_the_only_role_that_administers_access_keeps_that_permission(
    db: Database, administrator_id: int, agent_id: int
) -> None:
    with db.work() as w:
        role = roles.create_role(w, SYSTEM, "keeper", ["access.edit"])
        roles.set_roles(w, SYSTEM, agent_id, ["keeper"])
        roles.set_roles(w, SYSTEM, administrator_id, ["agent"])
    with pytest.raises(Conflict), db.work() as w:
        roles.update_role(w, SYSTEM, role.id, "keeper", [])
