"""Changing departments, teams, agents and their skills. Nothing is deleted that a ticket may point to."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.records import get, save
from core_psa.errors import Conflict, FieldError, Invalid
from core_psa.organisation import store
from core_psa.organisation.tables import (
    Agent,
    AgentRole,
    AgentSkill,
    Department,
    Organisation,
    Role,
    Skill,
    Team,
    TeamMember,
)
from core_psa.viewer import Viewer

HIGHEST_LEVEL = 5


class TeamFields(TypedDict, total=False):
    name: str
    description: str
    department_id: int | None
    calendar_id: int | None
    lead_id: int | None
    active: bool


class AgentFields(TypedDict, total=False):
    """`tier` is 1 to 3, `timezone` an IANA name, `extension` what the agent's telephone is called by."""

    name: str
    email: str
    tier: int
    extension: str | None
    timezone: str
    active: bool


class OrganisationFields(TypedDict, total=False):
    """What the desk is called, and the zone whose clock it goes by."""

    name: str
    timezone: str


_ORGANISATION: Mapping[str, fields.Parser] = {"name": fields.name, "timezone": fields.timezone}
_NAMED: Mapping[str, fields.Parser] = {"name": fields.name}
_TEAM: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "description": fields.text,
    "department_id": fields.optional(fields.record_id),
    "calendar_id": fields.optional(fields.record_id),
    "lead_id": fields.optional(fields.record_id),
    "active": fields.flag,
}
_AGENT: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "email": fields.email,
    "tier": fields.whole_number(1, 3),
    "extension": fields.optional(fields.extension),
    "timezone": fields.timezone,
    "active": fields.flag,
}


def update_organisation(w: Work, viewer: Viewer, **given: Unpack[OrganisationFields]) -> Organisation:
    """The one row that names the desk."""
    viewer.require("access.edit")
    row = w.session.scalars(select(Organisation).with_for_update()).one()
    return update(w, viewer, row, Form(given, _ORGANISATION).accepted())


def create_department(w: Work, viewer: Viewer, name: str) -> Department:
    viewer.require("organisation.edit")
    form = Form({"name": name}, _NAMED)
    form.unique(w.session, Department.name)
    return create(w, viewer, Department(**form.accepted()))


def rename_department(w: Work, viewer: Viewer, department_id: int, name: str) -> Department:
    viewer.require("organisation.edit")
    department = get(w.session, Department, department_id, lock=True)
    form = Form({"name": name}, _NAMED)
    form.unique(w.session, Department.name, but=department_id)
    return update(w, viewer, department, form.accepted())


def lead_department(w: Work, viewer: Viewer, department_id: int, agent_id: int | None) -> Department:
    """Whom the department's team leads turn to, or nobody."""
    viewer.require("organisation.edit")
    department = get(w.session, Department, department_id, lock=True)
    form = Form({"lead_id": agent_id}, {"lead_id": fields.optional(fields.record_id)})
    form.refers(w.session, Department.lead_id)
    return update(w, viewer, department, form.accepted())


def create_team(w: Work, viewer: Viewer, **given: Unpack[TeamFields]) -> Team:
    """Needs a name."""
    viewer.require("organisation.edit")
    return create(w, viewer, Team(**_team(w.session, Form(given, _TEAM, ["name"]), None)))


def update_team(w: Work, viewer: Viewer, team_id: int, **given: Unpack[TeamFields]) -> Team:
    viewer.require("organisation.edit")
    team = get(w.session, Team, team_id, lock=True)
    return update(w, viewer, team, _team(w.session, Form(given, _TEAM), team))


def _team(session: Session, form: Form, team: Team | None) -> dict[str, Any]:
    form.unique(session, Team.name, but=team.id if team else None)
    for column in (Team.department_id, Team.calendar_id):
        form.offers(session, column, getattr(team, column.key, None), form.use(team))
    form.refers(session, Team.lead_id)
    return form.accepted()


def set_members(w: Work, viewer: Viewer, team_id: int, agent_ids: Collection[int]) -> None:
    """Leaves the team with exactly these agents."""
    viewer.require("organisation.edit")
    get(w.session, Team, team_id, lock=True)
    _must_exist(w.session, "members", agent_ids)
    before = store.members_of(w.session, [team_id]).get(team_id, [])
    after = sorted(set(agent_ids))
    if before == after:
        return
    w.session.execute(delete(TeamMember).where(TeamMember.team_id == team_id))
    save(w.session, *(TeamMember(team_id=team_id, agent_id=agent_id) for agent_id in after))
    audit.record(w, viewer, "updated", "team", team_id, {"members": [before, after]})


def create_agent(w: Work, viewer: Viewer, **given: Unpack[AgentFields]) -> Agent:
    """Needs a name and an e-mail address. The new agent has no role and no password: see `core_psa.access`."""
    viewer.require("organisation.edit")
    form = Form(given, _AGENT, ["name", "email"])
    form.unique(w.session, Agent.email)
    return create(w, viewer, Agent(**form.accepted(), created_at=w.now))


def update_agent(w: Work, viewer: Viewer, agent_id: int, **given: Unpack[AgentFields]) -> Agent:
    """Who administers access keeps their address and stays active unless another such person changes it.

    Raises Conflict where nobody would be left to administer access.
    """
    viewer.require("organisation.edit")
    agent = get(w.session, Agent, agent_id, lock=True)
    form = Form(given, _AGENT)
    form.unique(w.session, Agent.email, but=agent_id)
    if form.values.get("active") and not agent.active and (gone := _retired_roles(w.session, agent_id)):
        form.refuse("active", f"{agent.name} has the retired role {gone[0]}: bring it back or take it from them first")
    values = form.accepted()
    guarded = _locks_out(agent, values) and agent_id in administrators(w.session)
    if guarded:
        viewer.require("access.edit")
    update(w, viewer, agent, values)
    if guarded:
        must_keep_an_administrator(w.session)
    return agent


def _retired_roles(session: Session, agent_id: int) -> Sequence[str]:
    query = select(Role.name).join(AgentRole, AgentRole.role_id == Role.id)
    return session.scalars(query.where(AgentRole.agent_id == agent_id, ~Role.active).order_by(Role.name)).all()


def _locks_out(agent: Agent, values: Mapping[str, Any]) -> bool:
    return any(values.get(name, getattr(agent, name)) != getattr(agent, name) for name in ("email", "active"))


def administrators(session: Session) -> frozenset[int]:
    """Ids of the active agents who may administer access."""
    query = select(Agent.id, Role.permissions).join(AgentRole, AgentRole.agent_id == Agent.id)
    rows = session.execute(query.join(Role, Role.id == AgentRole.role_id).where(Agent.active))
    return frozenset(agent_id for agent_id, permissions in rows if "access.edit" in permissions)


def must_keep_an_administrator(session: Session) -> None:
    """Raises Conflict if no active agent could let anybody in any more."""
    if not administrators(session):
        raise Conflict("the desk would have no administrator left: give another active agent that role first")


def create_skill(w: Work, viewer: Viewer, name: str) -> Skill:
    viewer.require("organisation.edit")
    form = Form({"name": name}, _NAMED)
    form.unique(w.session, Skill.name)
    return create(w, viewer, Skill(**form.accepted()))


def rename_skill(w: Work, viewer: Viewer, skill_id: int, name: str) -> Skill:
    viewer.require("organisation.edit")
    skill = get(w.session, Skill, skill_id, lock=True)
    form = Form({"name": name}, _NAMED)
    form.unique(w.session, Skill.name, but=skill_id)
    return update(w, viewer, skill, form.accepted())


def set_skills(w: Work, viewer: Viewer, agent_id: int, levels: Mapping[str, int]) -> None:
    """Leaves the agent with exactly these skills: level 1 (knows the words) to 5 (the others ask) by the skill's name."""
    viewer.require("organisation.edit")
    get(w.session, Agent, agent_id, lock=True)
    before = store.skills_of(w.session, [agent_id]).get(agent_id, {})
    skills = w.session.scalars(select(Skill).order_by(Skill.name)).all()
    known = {skill.name: skill.id for skill in skills}
    form = Form(levels, dict.fromkeys(known, fields.whole_number(1, HIGHEST_LEVEL)))
    for skill in skills:
        if not skill.active and skill.name in levels and skill.name not in before:
            form.refuse(skill.name, f"the skill {skill.name} is retired")
    after = form.accepted()
    if before == after:
        return
    w.session.execute(delete(AgentSkill).where(AgentSkill.agent_id == agent_id))
    save(w.session, *(AgentSkill(agent_id=agent_id, skill_id=known[name], level=n) for name, n in after.items()))
    audit.record(w, viewer, "updated", "agent", agent_id, {"skills": [before, after]})


def _must_exist(session: Session, field: str, agent_ids: Collection[int]) -> None:
    known = set(session.scalars(select(Agent.id).where(Agent.id.in_(agent_ids))))
    if missing := sorted(set(agent_ids) - known):
        raise Invalid(*(FieldError(field, f"there is no agent {agent_id}") for agent_id in missing))
