"""What is used no more is retired: it stays where it was, comes nowhere new, and nothing that needs it is left without."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core_psa.access import actions as access
from core_psa.access import providers, roles, second_factor
from core_psa.agreements import actions as agreements
from core_psa.audit.tables import AuditEntry
from core_psa.customers import actions as customers
from core_psa.db import Database, Work
from core_psa.desk.approvals import request_approval
from core_psa.errors import Conflict, Forbidden, Invalid
from core_psa.organisation import actions, store
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.organisation.tables import Department, Role, Skill, Team
from core_psa.reads.choices import choices
from core_psa.reads.lookups import calendars, sla_policies
from core_psa.retiring.actions import set_active
from core_psa.routing import actions as routing
from core_psa.sla import actions as sla
from core_psa.sla import owner_actions, policy_actions
from core_psa.sla.tables import Calendar, SlaPolicy
from core_psa.tickets.workflow import definition_actions
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import opened

AGENT = Viewer("agent", 7, "Tamsin Orrelby", BUILTIN_ROLES["agent"])
STARTS = date(2026, 1, 1)

Do = Callable[[Callable[[Work], Any]], Any]


@pytest.fixture
def do(db: Database) -> Do:
    """One transaction."""

    def work(change: Callable[[Work], Any]) -> Any:
        with db.work() as w:
            return change(w)

    return work


@pytest.fixture
def made(do: Do) -> dict[type, int]:
    """One of each, used by nobody."""
    return {
        Department: do(lambda w: actions.create_department(w, SYSTEM, "Field")).id,
        Skill: do(lambda w: actions.create_skill(w, SYSTEM, "Fax")).id,
        Role: do(lambda w: roles.create_role(w, SYSTEM, "auditor", ["audit.see"])).id,
        Calendar: do(lambda w: sla.create_calendar(w, SYSTEM, name="Nights", timezone="UTC")).id,
        SlaPolicy: do(lambda w: policy_actions.create_policy(w, SYSTEM, name="Silver")).id,
    }


NAMES = {Department: "Field", Skill: "Fax", Role: "auditor", Calendar: "Nights", SlaPolicy: "Silver"}
MODELS: list[Any] = list(NAMES)


def agent(w: Work) -> int:
    return actions.create_agent(w, SYSTEM, name="Odalys Brennick", email="odalys@harbour.example").id


def customer(w: Work, **given: Any) -> int:
    return customers.create_customer(w, SYSTEM, name="Larkfield Dairy", **given).id


def rule(w: Work, field: str, record_id: int) -> int:
    return routing.create_rule(w, SYSTEM, name="By day", conditions=[{"field": field, "values": [record_id]}]).id


def refused(do: Do, change: Callable[[Work], Any]) -> list[str]:
    with pytest.raises(Invalid) as error:
        do(change)
    return [f"{e.field}: {e.message}" for e in error.value.errors]


@pytest.mark.parametrize("model", MODELS)
def test_what_nobody_uses_is_retired_and_brought_back_and_the_log_tells(
    db: Database, do: Do, made: dict[type, int], model: Any
) -> None:
    for active in (False, True):
        assert do(lambda w, on=active: set_active(w, SYSTEM, model, made[model], on)).active is active
        with db.read() as session:
            entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
            assert entry is not None
            assert (entry.record_id, entry.changes) == (made[model], {"active": [not active, active]})


@pytest.mark.parametrize("model", MODELS)
def test_who_may_not_change_it_does_not_retire_it(do: Do, made: dict[type, int], model: Any) -> None:
    with pytest.raises(Forbidden):
        do(lambda w: set_active(w, AGENT, model, made[model], False))


def test_retired_ones_are_offered_nowhere(db: Database, do: Do, made: dict[type, int]) -> None:
    for model, record_id in made.items():
        do(lambda w, m=model, i=record_id: set_active(w, SYSTEM, m, i, False))
    with db.read() as session:
        assert "auditor" not in [name for _, name in choices(session).roles]
        assert "auditor" not in [row.name for row in roles.role_page(session, SYSTEM).rows]
        assert [row.name for row in store.department_page(session, SYSTEM).rows] == []
        assert [row.name for row in store.skill_page(session, SYSTEM).rows] == []
        assert [row.name for row in store.skill_page(session, SYSTEM, inactive=True).rows] == ["Fax"]
        assert "Nights" not in dict(calendars(session)).values()
        assert dict(calendars(session, made[Calendar]))[made[Calendar]] == "Nights (retired)"
        assert "Silver" not in dict(sla_policies(session)).values()


USES: dict[str, tuple[type, Callable[[Work, int], Any]]] = {
    "team Network": (Department, lambda w, i: actions.create_team(w, SYSTEM, name="Network", department_id=i)),
    "routing rule By day": (Skill, lambda w, i: rule(w, "skill", i)),
    "routing rule Fax": (Skill, lambda w, i: routing.create_rule(w, SYSTEM, name="Fax", skill_id=i)),
    "agent Odalys Brennick": (Role, lambda w, i: roles.set_roles(w, SYSTEM, agent(w), ["auditor"])),
    "API key nightly": (Role, lambda w, i: access.create_key(w, SYSTEM, "nightly", "auditor")),
    "identity provider Harbour": (
        Role,
        lambda w, i: providers.create_provider(
            w, SYSTEM, name="Harbour", issuer="https://id.example", client_id="x", role_by_group={"all": "auditor"}
        ),
    ),
    "action Order part": (
        Role,
        lambda w, i: definition_actions.create_definition(w, SYSTEM, "order_part", "update", role_ids=[i]),
    ),
    "team Nightshift": (Calendar, lambda w, i: actions.create_team(w, SYSTEM, name="Nightshift", calendar_id=i)),
    "customer Larkfield Dairy": (Calendar, lambda w, i: customer(w, calendar_id=i)),
    "routing rule By day, by hours": (Calendar, lambda w, i: rule(w, "hours", i)),
    "agreement Always of Larkfield Dairy": (
        Calendar,
        lambda w, i: agreements.create_agreement(
            w, SYSTEM, customer(w), name="Always", starts_on=STARTS, calendar_id=i
        ),
    ),
    "the desk itself, as its default": (
        SlaPolicy,
        lambda w, i: policy_actions.update_policy(w, SYSTEM, i, is_default=True),
    ),
    "agreement Silver of Larkfield Dairy": (
        SlaPolicy,
        lambda w, i: agreements.create_agreement(
            w, SYSTEM, customer(w), name="Silver", starts_on=STARTS, sla_policy_id=i
        ),
    ),
    "customer Larkfield Dairy, by its policy": (
        SlaPolicy,
        lambda w, i: policy_actions.set_policy_of_customer(w, SYSTEM, customer(w), i),
    ),
}


@pytest.mark.parametrize("use", USES)
def test_what_is_used_stays_and_its_users_are_named(do: Do, made: dict[type, int], use: str) -> None:
    model, bring = USES[use]
    do(lambda w: bring(w, made[model]))
    (said,) = refused(do, lambda w: set_active(w, SYSTEM, model, made[model], False))
    assert said.startswith("active: the ")
    assert f" {NAMES[model]} is used by {use.split(', by', maxsplit=1)[0]}: give them another first" in said


def test_the_default_calendar_and_the_roles_of_every_desk_stay(db: Database, do: Do) -> None:
    with db.read() as session:
        default = session.scalars(select(Calendar.id).where(Calendar.is_default)).one()
        builtin = session.scalars(select(Role.id).where(Role.name == "dispatcher")).one()
    assert "as its default" in refused(do, lambda w: set_active(w, SYSTEM, Calendar, default, False))[0]
    with pytest.raises(Conflict, match="every desk"):
        do(lambda w: set_active(w, SYSTEM, Role, builtin, False))


def test_an_open_approval_keeps_the_role_it_was_asked_of(db: Database, do: Do, made: dict[type, int]) -> None:
    ticket_id, agent_id = opened(db), do(agent)
    do(lambda w: roles.update_role(w, SYSTEM, made[Role], "auditor", ["tickets.see", "tickets.approve"]))
    do(lambda w: roles.set_roles(w, SYSTEM, agent_id, ["auditor"]))
    do(lambda w: request_approval(w, SYSTEM, ticket_id, question="Buy it?", role_id=made[Role]))
    do(lambda w: actions.update_agent(w, SYSTEM, agent_id, active=False))
    (said,) = refused(do, lambda w: set_active(w, SYSTEM, Role, made[Role], False))
    assert f"an open approval of ticket {ticket_id:07d}" in said


def test_of_many_users_the_first_are_named(do: Do, made: dict[type, int]) -> None:
    for number in range(11):
        do(lambda w, n=number: actions.create_team(w, SYSTEM, name=f"Team {n:02}", department_id=made[Department]))
    (said,) = refused(do, lambda w: set_active(w, SYSTEM, Department, made[Department], False))
    assert "team Team 07, 3 more: give them" in said


def test_what_has_ended_uses_nothing(do: Do, made: dict[type, int]) -> None:
    ended = {"starts_on": date(2020, 1, 1), "ends_on": date(2020, 12, 31)}
    held: dict[str, Any] = {"calendar_id": made[Calendar], "sla_policy_id": made[SlaPolicy]}
    old = do(lambda w: agreements.create_agreement(w, SYSTEM, customer(w), name="Old", **ended, **held)).id
    team = do(lambda w: actions.create_team(w, SYSTEM, name="Field", department_id=made[Department])).id
    do(lambda w: actions.update_team(w, SYSTEM, team, active=False))
    for model in (Calendar, SlaPolicy, Department):
        do(lambda w, m=model: set_active(w, SYSTEM, m, made[m], False))
    # They keep what they had, as long as they are not taken up again.
    do(lambda w: agreements.update_agreement(w, SYSTEM, old, note="over", **held))
    assert refused(do, lambda w: agreements.update_agreement(w, SYSTEM, old, ends_on=None)) == [
        "sla_policy_id: the sla policy Silver is retired",
        "calendar_id: the calendar Nights is retired",
    ]
    do(lambda w: actions.update_team(w, SYSTEM, team, description="was in the field"))
    back = refused(do, lambda w: actions.update_team(w, SYSTEM, team, active=True))
    assert back == ["department_id: the department Field is retired"]


NEW_USES: dict[str, tuple[type, Callable[[Work, int], Any]]] = {
    "department_id: the department Field is retired": USES["team Network"],
    "Fax: the skill Fax is retired": (Skill, lambda w, i: actions.set_skills(w, SYSTEM, agent(w), {"Fax": 2})),
    "conditions.0: the skill Fax is retired": USES["routing rule By day"],
    "skill_id: the skill Fax is retired": USES["routing rule Fax"],
    "roles: the role auditor is retired": USES["agent Odalys Brennick"],
    "role: the role auditor is retired": USES["API key nightly"],
    "role_by_group: the role auditor is retired": USES["identity provider Harbour"],
    "role_ids: the role auditor is retired": USES["action Order part"],
    "roles: the role auditor is retired, for a second factor": (
        Role,
        lambda w, i: second_factor.require_of(w, SYSTEM, [i]),
    ),
    "calendar_id: the calendar Nights is retired": USES["team Nightshift"],
    "calendar_id: the calendar Nights is retired, for customers": USES["customer Larkfield Dairy"],
    "calendar_id: the calendar Nights is retired, for agreements": USES["agreement Always of Larkfield Dairy"],
    "conditions.0: the calendar Nights is retired": USES["routing rule By day, by hours"],
    "is_default: the calendar Nights is retired": (
        Calendar,
        lambda w, i: sla.update_calendar(w, SYSTEM, i, is_default=True),
    ),
    "is_default: the sla policy Silver is retired": USES["the desk itself, as its default"],
    "sla_policy_id: the sla policy Silver is retired": USES["agreement Silver of Larkfield Dairy"],
    "sla_policy_id: the sla policy Silver is retired, for customers": USES["customer Larkfield Dairy, by its policy"],
}


@pytest.mark.parametrize("said", NEW_USES)
def test_a_retired_one_comes_nowhere_new(do: Do, made: dict[type, int], said: str) -> None:
    model, bring = NEW_USES[said]
    do(lambda w: set_active(w, SYSTEM, model, made[model], False))
    assert refused(do, lambda w: bring(w, made[model])) == [said.split(", for", maxsplit=1)[0]]


def test_an_approval_is_not_asked_of_a_retired_role(db: Database, do: Do, made: dict[type, int]) -> None:
    ticket_id = opened(db)
    do(lambda w: set_active(w, SYSTEM, Role, made[Role], False))
    asked = refused(do, lambda w: request_approval(w, SYSTEM, ticket_id, question="Buy?", role_id=made[Role]))
    assert asked == ["role: the role auditor is retired"]


def test_agents_keep_a_retired_skill(db: Database, do: Do, made: dict[type, int]) -> None:
    agent_id = do(agent)
    do(lambda w: actions.set_skills(w, SYSTEM, agent_id, {"Fax": 2}))
    do(lambda w: set_active(w, SYSTEM, Skill, made[Skill], False))
    do(lambda w: actions.set_skills(w, SYSTEM, agent_id, {"Fax": 3}))
    with db.read() as session:
        assert store.skills_of(session, [agent_id]) == {agent_id: {"Fax": 3}}


def test_who_left_with_a_retired_role_comes_back_without_it(do: Do, made: dict[type, int]) -> None:
    agent_id = do(agent)
    do(lambda w: roles.set_roles(w, SYSTEM, agent_id, ["auditor"]))
    do(lambda w: actions.update_agent(w, SYSTEM, agent_id, active=False))
    do(lambda w: set_active(w, SYSTEM, Role, made[Role], False))
    (said,) = refused(do, lambda w: actions.update_agent(w, SYSTEM, agent_id, active=True))
    assert said.startswith("active: Odalys Brennick has the retired role auditor")
    do(lambda w: roles.set_roles(w, SYSTEM, agent_id, ["agent"]))
    assert do(lambda w: actions.update_agent(w, SYSTEM, agent_id, active=True)).active


def test_a_rule_goes_on_asking_for_what_was_retired_only_while_it_rests(do: Do, made: dict[type, int]) -> None:
    rule_id = do(lambda w: rule(w, "skill", made[Skill]))
    do(lambda w: routing.update_rule(w, SYSTEM, rule_id, active=False))
    do(lambda w: set_active(w, SYSTEM, Skill, made[Skill], False))
    do(lambda w: routing.update_rule(w, SYSTEM, rule_id, name="By night"))
    woken = refused(do, lambda w: routing.update_rule(w, SYSTEM, rule_id, active=True))
    assert woken == ["conditions.0: the skill Fax is retired"]


def resting_team(w: Work, policy_id: int) -> Team:
    team = actions.create_team(w, SYSTEM, name="Network", active=False)
    policy_actions.set_policy_of_team(w, SYSTEM, team.id, policy_id)
    return team


WHERE_ONE_RESTS: dict[str, tuple[type, Callable[[Work, int], Any], Callable[[Work, Any], Any]]] = {
    "a rule that picks by skill": (
        Skill,
        lambda w, i: routing.create_rule(w, SYSTEM, name="Fax", skill_id=i, active=False),
        lambda w, row: routing.update_rule(w, SYSTEM, row.id, active=True),
    ),
    "a rule that asks for hours": (
        Calendar,
        lambda w, i: routing.create_rule(
            w, SYSTEM, name="By day", conditions=[{"field": "hours", "values": [i]}], active=False
        ),
        lambda w, row: routing.update_rule(w, SYSTEM, row.id, active=True),
    ),
    "a team of a department": (
        Department,
        lambda w, i: actions.create_team(w, SYSTEM, name="Network", department_id=i, active=False),
        lambda w, row: actions.update_team(w, SYSTEM, row.id, active=True),
    ),
    "a customer's calendar": (
        Calendar,
        lambda w, i: customers.create_customer(w, SYSTEM, name="Larkfield Dairy", calendar_id=i, active=False),
        lambda w, row: customers.update_customer(w, SYSTEM, row.id, active=True),
    ),
    "an agreement that is over": (
        SlaPolicy,
        lambda w, i: agreements.create_agreement(
            w, SYSTEM, customer(w), name="Old", starts_on=STARTS, ends_on=STARTS, sla_policy_id=i
        ),
        lambda w, row: agreements.update_agreement(w, SYSTEM, row.id, ends_on=None),
    ),
    "an identity provider": (
        Role,
        lambda w, i: providers.create_provider(
            w,
            SYSTEM,
            name="Harbour",
            issuer="https://id.example",
            client_id="x",
            role_by_group={"all": "auditor"},
            active=False,
        ),
        lambda w, row: providers.update_provider(w, SYSTEM, row.id, active=True),
    ),
    "an action": (
        Role,
        lambda w, i: definition_actions.create_definition(
            w, SYSTEM, "order_part", "update", role_ids=[i], active=False
        ),
        lambda w, row: definition_actions.update_definition(w, SYSTEM, row.id, active=True),
    ),
    "a team's policy": (
        SlaPolicy,
        resting_team,
        lambda w, row: owner_actions.update_team(w, SYSTEM, row.id, active=True),
    ),
}


@pytest.mark.parametrize("where", WHERE_ONE_RESTS)
def test_what_rests_may_name_what_is_retired_until_it_is_taken_into_use(
    do: Do, made: dict[type, int], where: str
) -> None:
    model, name_it, use_it = WHERE_ONE_RESTS[where]
    do(lambda w: set_active(w, SYSTEM, model, made[model], False))
    row = do(lambda w: name_it(w, made[model]))
    (said,) = refused(do, lambda w: use_it(w, row))
    assert f"{NAMES[model]} is retired" in said
    do(lambda w: set_active(w, SYSTEM, model, made[model], True))
    do(lambda w: use_it(w, row))
