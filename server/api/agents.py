"""Agents over the API, with their roles, skills, shifts and absences."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from sqlalchemy.orm import Session

from core_psa.access import roles
from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.organisation import actions, store, working_hours
from core_psa.organisation.availability import is_available
from core_psa.organisation.tables import Agent
from core_psa.viewer import Viewer
from server.api.deps import Api
from server.api.models import (
    DEFAULT,
    MAX_LISTED,
    NOT_GIVEN,
    Body,
    Cursor,
    Email,
    Key,
    Limit,
    Listed,
    Moment,
    Name,
    Record,
    Text,
    WeekHours,
    WithInactive,
    Zone,
    hours,
    listed,
    week,
)
from server.api.router import api_router

router = api_router("agents")

Level = Annotated[int, Field(ge=1, le=actions.HIGHEST_LEVEL, description="1 knows the words, 5 is whom others ask")]


class AgentChange(Body):
    """Fields left out stay as they are; `roles` and `skills` replace what the agent has."""

    name: Name = NOT_GIVEN
    email: Email = NOT_GIVEN
    tier: Annotated[int, Field(ge=1, le=3)] = NOT_GIVEN
    extension: Annotated[str, Field(max_length=20, description="digits, * and #")] | None = NOT_GIVEN
    timezone: Zone = NOT_GIVEN
    active: bool = NOT_GIVEN
    roles: Annotated[list[Name], Field(max_length=MAX_LISTED, description="needs access.edit")] = NOT_GIVEN
    skills: Annotated[dict[Name, Level], Field(max_length=MAX_LISTED, description="level by skill")] = NOT_GIVEN


class NewAgent(AgentChange):
    name: Name
    email: Email


class NewAbsence(Body):
    starts_at: Moment
    ends_at: Moment
    reason: Text = ""


class Week(Body):
    shifts: Annotated[list[WeekHours], Field(max_length=MAX_LISTED)]


class AbsenceOut(Record):
    id: int
    starts_at: datetime
    ends_at: datetime
    reason: str


class AgentOut(Record):
    id: int
    name: str
    email: str
    tier: int
    extension: str | None
    timezone: str
    active: bool
    teams: list[int] = Field(description="ids of teams")
    roles: list[str]
    skills: dict[str, int] = Field(description="level by skill")


class AgentDetail(AgentOut):
    """`available` is whether the agent works at this moment, `availability` why or why not."""

    shifts: list[WeekHours]
    absences: list[AbsenceOut]
    available: bool
    availability: str


@router.get("/agents")
def list_agents(
    api: Api,
    cursor: Cursor = None,
    limit: Limit = DEFAULT,
    team: Annotated[int | None, Query(ge=1, le=MAX_KEY, description="id of a team")] = None,
    inactive: WithInactive = False,
) -> Listed[AgentOut]:
    with api.db.read() as session:
        page = store.agent_page(session, api.viewer, cursor, limit, team_id=team, inactive=inactive)
        shapes = _agents(session, page.rows)
        return listed(page, lambda agent: shapes[agent.id])


@router.post("/agents", status_code=201)
def create_agent(api: Api, body: NewAgent) -> AgentDetail:
    """A new agent has no password; without roles they may do nothing."""
    with api.db.work() as w:
        own, parts = _parted(body)
        agent = actions.create_agent(w, api.viewer, **own)
        return _with_parts(w, api.viewer, agent, parts)


@router.get("/agents/{agent_id}")
def get_agent(api: Api, agent_id: Key) -> AgentDetail:
    with api.db.read() as session:
        return _detail(session, store.agent(session, api.viewer, agent_id), api.now)


@router.patch("/agents/{agent_id}")
def change_agent(api: Api, agent_id: Key, body: AgentChange) -> AgentDetail:
    """An agent who is no longer active cannot sign in and is not offered for tickets; those they had keep them."""
    with api.db.work() as w:
        own, parts = _parted(body)
        agent = actions.update_agent(w, api.viewer, agent_id, **own)
        return _with_parts(w, api.viewer, agent, parts)


@router.put("/agents/{agent_id}/shifts")
def set_shifts(api: Api, agent_id: Key, body: Week) -> AgentDetail:
    """Replaces the agent's week, in minutes of the agent's own day."""
    with api.db.work() as w:
        working_hours.set_shifts(w, api.viewer, agent_id, hours(body.shifts))
        return _detail(w.session, store.agent(w.session, api.viewer, agent_id), w.now)


@router.post("/agents/{agent_id}/absences", status_code=201)
def add_absence(api: Api, agent_id: Key, body: NewAbsence) -> AbsenceOut:
    with api.db.work() as w:
        absence = working_hours.add_absence(w, api.viewer, agent_id, body.starts_at, body.ends_at, body.reason)
        return AbsenceOut.of(absence)


@router.delete("/agents/{agent_id}/absences/{absence_id}", status_code=204)
def remove_absence(api: Api, agent_id: Key, absence_id: Key) -> None:
    with api.db.work() as w:
        working_hours.remove_absence(w, api.viewer, agent_id, absence_id)


def _parted(body: AgentChange) -> tuple[dict[str, Any], dict[str, Any]]:
    """The agent's own fields, and what stands in tables of its own."""
    given = body.given()
    parts: dict[str, Any] = {name: given.pop(name) for name in ("roles", "skills") if name in given}
    return given, parts


def _with_parts(w: Work, viewer: Viewer, agent: Agent, parts: dict[str, Any]) -> AgentDetail:
    if "roles" in parts:
        roles.set_roles(w, viewer, agent.id, parts["roles"])
    if "skills" in parts:
        actions.set_skills(w, viewer, agent.id, parts["skills"])
    return _detail(w.session, agent, w.now)


def _agents(session: Session, agents: Sequence[Agent]) -> dict[int, AgentOut]:
    ids = [agent.id for agent in agents]
    teams, roles_of, skills = store.teams_of(session, ids), store.roles_of(session, ids), store.skills_of(session, ids)
    return {
        agent.id: AgentOut.of(
            agent,
            teams=teams.get(agent.id, []),
            roles=roles_of.get(agent.id, []),
            skills=skills.get(agent.id, {}),
        )
        for agent in agents
    }


def _detail(session: Session, agent: Agent, now: datetime) -> AgentDetail:
    schedule = store.schedules(session, [agent.id])[agent.id]
    availability = is_available(schedule, now)
    return AgentDetail(
        **_agents(session, [agent])[agent.id].model_dump(),
        shifts=week(schedule.shifts),
        absences=[AbsenceOut.of(absence) for absence in store.absences_of(session, [agent.id]).get(agent.id, [])],
        available=availability.available,
        availability=availability.reason,
    )
