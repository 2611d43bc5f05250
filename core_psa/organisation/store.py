"""Queries on agents, teams and roles."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.audit.known import Known
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.db.weeks import Hours
from core_psa.errors import NotFound, Unauthenticated
from core_psa.organisation.availability import Away, Schedule
from core_psa.organisation.tables import (
    Absence,
    Agent,
    AgentRole,
    AgentSkill,
    Department,
    Organisation,
    Role,
    Shift,
    Skill,
    Team,
    TeamMember,
)
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class Profile:
    """An agent as every page needs them; `teams` are the own ones that are active, by name."""

    viewer: Viewer
    timezone: str
    teams: tuple[tuple[int, str], ...]


def profile_of(session: Session, agent_id: int) -> Profile:
    """Raises Unauthenticated for one who is no longer active."""
    profile = _PROFILES.of(session, agent_id)
    if profile is None:
        raise Unauthenticated("this agent is not active")
    return profile


def viewer_of(session: Session, agent_id: int) -> Viewer:
    """The agent as a viewer: permissions of all their roles, and their teams. Raises Unauthenticated if no longer active."""
    return profile_of(session, agent_id).viewer


def _read_profile(session: Session, agent_id: int) -> Profile | None:
    agent = session.get(Agent, agent_id)
    if agent is None or not agent.active:
        return None
    roles = session.scalars(
        select(Role.permissions).join(AgentRole, AgentRole.role_id == Role.id).where(AgentRole.agent_id == agent_id)
    )
    permissions = frozenset(name for names in roles for name in names)
    teams = frozenset(session.scalars(select(TeamMember.team_id).where(TeamMember.agent_id == agent_id)))
    beside = _department_teams(session, teams) if "tickets.see_department" in permissions else frozenset()
    viewer = Viewer("agent", agent.id, agent.name, permissions, teams, department_team_ids=beside)
    own = select(Team.id, Team.name).where(Team.id.in_(teams), Team.active).order_by(Team.name)
    return Profile(viewer, agent.timezone, tuple((i, name) for i, name in session.execute(own)))


_PROFILES = Known(_read_profile)


def _department_teams(session: Session, teams: Collection[int]) -> frozenset[int]:
    """The teams that share a department with one of these."""
    own = select(Team.department_id).where(Team.id.in_(teams), Team.department_id.is_not(None))
    return frozenset(session.scalars(select(Team.id).where(Team.department_id.in_(own))))


def agent_by_email(session: Session, email: str) -> Agent:
    """Raises NotFound."""
    found = session.scalar(select(Agent).where(Agent.email == email.strip().lower()))
    if found is None:
        raise NotFound("agent", email)
    return found


def desk_name(session: Session) -> tuple[str, bool]:
    """What this desk is called, and whether it is a sandbox."""
    return _DESK_NAME.of(session, None)


def _read_desk_name(session: Session, _: None) -> tuple[str, bool]:
    found = session.execute(select(Organisation.name, Organisation.sandbox)).one_or_none()
    return (found.name, found.sandbox) if found else ("", False)


_DESK_NAME = Known(_read_desk_name)


def is_sandbox(session: Session) -> bool:
    """Whether this desk is there to try things out on."""
    return bool(session.scalar(select(Organisation.sandbox)))


def desk_timezone(session: Session) -> str:
    """The zone whose clock the desk goes by."""
    return session.scalar(select(Organisation.timezone)) or "UTC"


def teams(session: Session) -> Sequence[Team]:
    return session.scalars(select(Team).where(Team.active).order_by(Team.name)).all()


def agents(session: Session) -> Sequence[Agent]:
    return session.scalars(select(Agent).where(Agent.active).order_by(Agent.name)).all()


def members(session: Session) -> dict[int, frozenset[int]]:
    """Agent ids by team."""
    found: dict[int, set[int]] = {}
    for team_id, agent_id in session.execute(select(TeamMember.team_id, TeamMember.agent_id)):
        found.setdefault(team_id, set()).add(agent_id)
    return {team_id: frozenset(ids) for team_id, ids in found.items()}


def agents_of_tier(session: Session, tier: int, team_id: int | None) -> list[int]:
    """Ids of the active agents of at least this tier, of one team if given."""
    query = select(Agent.id).where(Agent.active, Agent.tier >= tier)
    if team_id is not None:
        query = query.where(Agent.id.in_(select(TeamMember.agent_id).where(TeamMember.team_id == team_id)))
    return list(session.scalars(query.order_by(Agent.id)))


def agents_with_role(session: Session, role_id: int) -> list[int]:
    query = select(Agent.id).join(AgentRole, AgentRole.agent_id == Agent.id)
    return list(session.scalars(query.where(Agent.active, AgentRole.role_id == role_id).order_by(Agent.id)))


def managers(session: Session, team_id: int | None) -> list[int]:
    """Whom a ticket of this team is escalated to: those who lead it, else every manager."""
    return (leads_of(session, team_id) if team_id else []) or agents_in_role(session, "manager")


def agents_in_role(session: Session, role: str) -> list[int]:
    """Ids of the active agents who have the role of this name."""
    query = select(Agent.id).join(AgentRole, AgentRole.agent_id == Agent.id).join(Role, Role.id == AgentRole.role_id)
    return list(session.scalars(query.where(Agent.active, Role.name == role).order_by(Agent.id)))


def department_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    inactive: bool = False,
) -> Page[Department]:
    """Departments by name; retired ones only if asked for."""
    viewer.require("organisation.see")
    query = select(Department) if inactive else select(Department).where(Department.active)
    return page(session, query, (Department.name, Department.id), cursor, limit)


def team_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    inactive: bool = False,
) -> Page[Team]:
    """Teams by name; those no longer active only if asked for."""
    viewer.require("organisation.see")
    query = select(Team) if inactive else select(Team).where(Team.active)
    return page(session, query, (Team.name, Team.id), cursor, limit)


def agent_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    team_id: int | None = None,
    inactive: bool = False,
) -> Page[Agent]:
    """Agents by name, of one team if asked; those no longer active only if asked for."""
    viewer.require("organisation.see")
    query = select(Agent) if inactive else select(Agent).where(Agent.active)
    if team_id is not None:
        query = query.where(Agent.id.in_(select(TeamMember.agent_id).where(TeamMember.team_id == team_id)))
    return page(session, query, (Agent.name, Agent.id), cursor, limit)


def skill_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    inactive: bool = False,
) -> Page[Skill]:
    """Skills by name; retired ones only if asked for."""
    viewer.require("organisation.see")
    query = select(Skill) if inactive else select(Skill).where(Skill.active)
    return page(session, query, (Skill.name, Skill.id), cursor, limit)


def able(session: Session) -> dict[int, int]:
    """How many active agents have each skill, by the skill's id."""
    query = select(AgentSkill.skill_id, func.count()).join(Agent, Agent.id == AgentSkill.agent_id)
    return {i: number for i, number in session.execute(query.where(Agent.active).group_by(AgentSkill.skill_id))}


def team(session: Session, viewer: Viewer, team_id: int) -> Team:
    viewer.require("organisation.see")
    return get(session, Team, team_id)


def agent(session: Session, viewer: Viewer, agent_id: int) -> Agent:
    viewer.require("organisation.see")
    return get(session, Agent, agent_id)


def members_of(session: Session, team_ids: Collection[int]) -> dict[int, list[int]]:
    """Agent ids by team, of these teams."""
    query = select(TeamMember.team_id, TeamMember.agent_id).where(TeamMember.team_id.in_(team_ids))
    return _grouped(session.execute(query.order_by(TeamMember.agent_id)))


def teams_of(session: Session, agent_ids: Collection[int]) -> dict[int, list[int]]:
    """Team ids by agent, of these agents."""
    query = select(TeamMember.agent_id, TeamMember.team_id).where(TeamMember.agent_id.in_(agent_ids))
    return _grouped(session.execute(query.order_by(TeamMember.team_id)))


def roles_of(session: Session, agent_ids: Collection[int]) -> dict[int, list[str]]:
    """Names of roles by agent, of these agents."""
    query = select(AgentRole.agent_id, Role.name).join(Role, Role.id == AgentRole.role_id)
    return _grouped(session.execute(query.where(AgentRole.agent_id.in_(agent_ids)).order_by(Role.name)))


def permissions_of(session: Session, roles: Collection[str]) -> list[list[str]]:
    """The permissions of each of these roles, given by name."""
    return list(session.scalars(select(Role.permissions).where(Role.name.in_(roles))))


def skills_of(session: Session, agent_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Level by name of skill by agent, of these agents."""
    query = select(AgentSkill.agent_id, Skill.name, AgentSkill.level).join(Skill, Skill.id == AgentSkill.skill_id)
    found: dict[int, dict[str, int]] = {}
    for agent_id, name, level in session.execute(query.where(AgentSkill.agent_id.in_(agent_ids)).order_by(Skill.name)):
        found.setdefault(agent_id, {})[name] = level
    return found


def absences_of(session: Session, agent_ids: Collection[int]) -> dict[int, list[Absence]]:
    """Absences by agent, of these agents, the earliest first."""
    query = select(Absence).where(Absence.agent_id.in_(agent_ids)).order_by(Absence.starts_at)
    return _grouped((absence.agent_id, absence) for absence in session.scalars(query))


def shifts_of(session: Session, agent_ids: Collection[int]) -> dict[int, list[Hours]]:
    """The week of each of these agents, in order."""
    query = select(Shift).where(Shift.agent_id.in_(agent_ids)).order_by(Shift.weekday, Shift.starts)
    return _grouped((s.agent_id, Hours(s.weekday, s.starts, s.ends)) for s in session.scalars(query))


def schedules(session: Session, agent_ids: Collection[int]) -> dict[int, Schedule]:
    """What `availability.is_available` needs to know of each of these agents."""
    shifts, absences = shifts_of(session, agent_ids), absences_of(session, agent_ids)
    return {
        agent.id: Schedule(
            timezone=agent.timezone,
            shifts=shifts.get(agent.id, ()),
            absences=[Away(a.starts_at, a.ends_at, a.reason) for a in absences.get(agent.id, ())],
            active=agent.active,
        )
        for agent in session.scalars(select(Agent).where(Agent.id.in_(agent_ids)))
    }


def leads_of(session: Session, team_id: int) -> list[int]:
    """Who leads a team: the one it names, else its members with that role, else the one its department names.

    Only who works here still.
    """
    query = select(Team.lead_id, Department.lead_id).outerjoin(Department, Department.id == Team.department_id)
    own, departments = session.execute(query.where(Team.id == team_id)).one()
    in_team = set(session.scalars(select(TeamMember.agent_id).where(TeamMember.team_id == team_id)))
    with_role = [agent_id for agent_id in agents_in_role(session, "team lead") if agent_id in in_team]
    return _active(session, own) or with_role or _active(session, departments)


def _active(session: Session, agent_id: int | None) -> list[int]:
    return list(session.scalars(select(Agent.id).where(Agent.id == agent_id, Agent.active)))


def _grouped(pairs: Iterable[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
