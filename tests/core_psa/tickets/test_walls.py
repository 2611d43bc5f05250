"""Which tickets an agent sees, and what they may read on them."""

import pytest

from core_psa import defaults
from core_psa.access import roles
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.organisation import actions as organisation
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.organisation.store import viewer_of
from core_psa.organisation.tables import Role
from core_psa.reads.queue import queue
from core_psa.reads.queue_filter import QueueFilter
from core_psa.tickets import store
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import AGENT, opened

OUTSIDER = Viewer("agent", 99, "Ravi", BUILTIN_ROLES["sales"])


@pytest.fixture
def tickets(db: Database) -> dict[str, int]:
    """One ticket of each of three teams: two share a department, one stands alone."""
    with db.work() as w:
        technical = organisation.create_department(w, SYSTEM, "Technical").id
        for name, department in (("Network", technical), ("Servers", technical), ("Onboarding", None)):
            organisation.create_team(w, SYSTEM, name=name, department_id=department)
    return {name: opened(db, team=name) for name in ("Network", "Servers", "Onboarding")}


def seen_by(db: Database, permissions: list[str]) -> set[int]:
    """The tickets in the queue of an agent of the network team with these permissions."""
    with db.work() as w:
        agent = organisation.create_agent(w, SYSTEM, name="Odalys Brennick", email="odalys@harbour.example")
        organisation.set_members(w, SYSTEM, 1, [agent.id])
        roles.create_role(w, SYSTEM, "tried", permissions)
        roles.set_roles(w, SYSTEM, agent.id, ["tried"])
    with db.read() as session:
        return {row.id for row in queue(session, viewer_of(session, agent.id), QueueFilter()).items}


def test_an_agent_may_be_kept_to_the_tickets_of_their_own_teams(db: Database, tickets: dict[str, int]) -> None:
    assert seen_by(db, ["tickets.see"]) == {tickets["Network"]}


def test_a_department_may_share_its_queue(db: Database, tickets: dict[str, int]) -> None:
    assert seen_by(db, ["tickets.see", "tickets.see_department"]) == {tickets["Network"], tickets["Servers"]}


def test_internal_notes_are_read_by_those_alone_who_may(db: Database) -> None:
    number = opened(db)
    with db.work() as w:
        desk.note(w, AGENT, number, body="Their server is out of warranty.")
        desk.reply(w, AGENT, number, body="We are on it.")
    with db.read() as session:
        assert [a.kind for a in store.timeline(session, AGENT, number)] == ["created", "note", "reply"]
        assert [a.kind for a in store.timeline(session, OUTSIDER, number)] == ["created", "reply"]


def test_a_newer_program_brings_the_roles_every_desk_has_up_to_date(db: Database) -> None:
    with db.work() as w:
        role = w.session.query(Role).filter_by(name="manager").one()
        role.permissions = ["tickets.see"]
        w.session.flush()
        defaults.refresh_roles(w)
        assert set(role.permissions) == BUILTIN_ROLES["manager"]
