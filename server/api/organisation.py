"""The desk's own organisation over the API: departments, teams, skills."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from pydantic import Field
from sqlalchemy.orm import Session

from core_psa.db import Work
from core_psa.db.records import get
from core_psa.organisation import actions, store
from core_psa.organisation.tables import Department, Skill, Team
from core_psa.retiring.actions import set_active
from core_psa.sla.owner_actions import update_team
from core_psa.viewer import Viewer
from server.api.deps import Api
from server.api.models import (
    DEFAULT,
    MAX_LISTED,
    NOT_GIVEN,
    Body,
    Cursor,
    Key,
    Limit,
    Listed,
    Name,
    Named,
    Record,
    RecordId,
    Text,
    Wanted,
    WithInactive,
    listed,
)
from server.api.router import api_router

router = api_router("organisation")


N = TypeVar("N", Department, Skill)
Rename = Callable[[Work, Viewer, int, str], N]


class NamedChange(Body):
    """Fields left out stay as they are. What is no longer `active` stays where it was, and comes nowhere new."""

    name: Name = NOT_GIVEN
    active: bool = NOT_GIVEN


class NamedOut(Record):
    id: int
    name: str
    active: bool


class TeamChange(Body):
    """Fields left out stay as they are; `members` replaces the team's agents."""

    name: Name = NOT_GIVEN
    description: Text = NOT_GIVEN
    department_id: RecordId | None = NOT_GIVEN
    calendar_id: RecordId | None = NOT_GIVEN
    lead_id: RecordId | None = NOT_GIVEN
    active: bool = NOT_GIVEN
    members: Annotated[list[RecordId], Field(max_length=MAX_LISTED, description="ids of agents")] = NOT_GIVEN


class NewTeam(TeamChange):
    name: Name


class TeamOut(Record):
    id: int
    name: str
    description: str
    department_id: int | None
    calendar_id: int | None
    lead_id: int | None = Field(description="whom escalations go to")
    active: bool
    members: list[int] = Field(description="ids of agents")


@router.get("/departments")
def list_departments(api: Api, wanted: Wanted) -> Listed[NamedOut]:
    return wanted.page(api, store.department_page, NamedOut.of)


@router.post("/departments", status_code=201)
def create_department(api: Api, body: Named) -> NamedOut:
    with api.db.work() as w:
        return NamedOut.of(actions.create_department(w, api.viewer, body.name))


@router.patch("/departments/{department_id}")
def change_department(api: Api, department_id: Key, body: NamedChange) -> NamedOut:
    """One that has active teams is not retired."""
    return _changed(api, Department, department_id, body, actions.rename_department)


@router.get("/skills")
def list_skills(api: Api, wanted: Wanted) -> Listed[NamedOut]:
    return wanted.page(api, store.skill_page, NamedOut.of)


@router.post("/skills", status_code=201)
def create_skill(api: Api, body: Named) -> NamedOut:
    with api.db.work() as w:
        return NamedOut.of(actions.create_skill(w, api.viewer, body.name))


@router.patch("/skills/{skill_id}")
def change_skill(api: Api, skill_id: Key, body: NamedChange) -> NamedOut:
    """One that a routing rule asks for is not retired; agents keep theirs."""
    return _changed(api, Skill, skill_id, body, actions.rename_skill)


def _changed(api: Api, model: type[N], record_id: int, body: NamedChange, rename: Rename[N]) -> NamedOut:
    api.viewer.require("organisation.edit")
    with api.db.work() as w:
        given, row = body.given(), get(w.session, model, record_id)
        if "name" in given:
            row = rename(w, api.viewer, record_id, given["name"])
        if "active" in given:
            row = set_active(w, api.viewer, model, record_id, given["active"])
        return NamedOut.of(row)


@router.get("/teams")
def list_teams(
    api: Api, cursor: Cursor = None, limit: Limit = DEFAULT, inactive: WithInactive = False
) -> Listed[TeamOut]:
    with api.db.read() as session:
        page = store.team_page(session, api.viewer, cursor, limit, inactive=inactive)
        shapes = _teams(session, page.rows)
        return listed(page, lambda team: shapes[team.id])


@router.post("/teams", status_code=201)
def create_team(api: Api, body: NewTeam) -> TeamOut:
    with api.db.work() as w:
        given = body.given()
        members = given.pop("members", [])
        return _with_members(w, api.viewer, actions.create_team(w, api.viewer, **given), members)


@router.get("/teams/{team_id}")
def get_team(api: Api, team_id: Key) -> TeamOut:
    with api.db.read() as session:
        return _teams(session, [store.team(session, api.viewer, team_id)])[team_id]


@router.patch("/teams/{team_id}")
def change_team(api: Api, team_id: Key, body: TeamChange) -> TeamOut:
    """A team that is no longer active is not offered for tickets; those it has keep it."""
    with api.db.work() as w:
        given = body.given()
        members = given.pop("members", None)
        return _with_members(w, api.viewer, update_team(w, api.viewer, team_id, **given), members)


def _with_members(w: Work, viewer: Viewer, team: Team, members: Sequence[int] | None) -> TeamOut:
    if members is not None:
        actions.set_members(w, viewer, team.id, members)
    return _teams(w.session, [team])[team.id]


def _teams(session: Session, teams: Sequence[Team]) -> dict[int, TeamOut]:
    members = store.members_of(session, [team.id for team in teams])
    return {team.id: TeamOut.of(team, members=members.get(team.id, [])) for team in teams}
