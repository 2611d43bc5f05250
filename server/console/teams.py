"""Departments and their teams: who leads them, who is in them."""

from typing import Annotated, Any

from fastapi import Path
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.db.paging import MAX_LIMIT
from core_psa.organisation import actions, store
from core_psa.organisation.tables import Department, Team
from core_psa.reads import lookups
from core_psa.retiring.actions import set_active
from core_psa.sla import policy_actions, policy_store
from core_psa.sla.owner_actions import update_team
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.record_forms import given
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router()

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]


@router.get("/teams")
def teams_page(visit: Console) -> Response:
    return _list(visit)


@router.post("/departments")
def create_department(visit: Console, form: Posted) -> Response:
    name = form.text("name")
    errors = attempt(visit.db, lambda w: actions.create_department(w, visit.viewer, name))
    return _list(visit, errors, form) if errors else _saved()


@router.post("/departments/{department_id}")
def change_department(visit: Console, department_id: Key, form: Posted) -> Response:
    def save(w: Work) -> None:
        actions.rename_department(w, visit.viewer, department_id, form.text("name"))
        actions.lead_department(w, visit.viewer, department_id, form.number("lead_id"))
        if form.given("active"):
            set_active(w, visit.viewer, Department, department_id, "on" in form.texts("active"))

    errors = attempt(visit.db, save)
    return _list(visit, errors) if errors else _saved()


@router.get("/teams/new")
def new_team(visit: Console) -> Response:
    visit.viewer.require("organisation.edit")
    return _form(visit, None)


@router.post("/teams/new")
def create_team(visit: Console, form: Posted) -> Response:
    def save(w: Work) -> None:
        team = actions.create_team(w, visit.viewer, **_given(form))
        actions.set_members(w, visit.viewer, team.id, _ids(form, "member"))

    errors = attempt(visit.db, save)
    return _form(visit, None, errors, form) if errors else _saved()


@router.get("/teams/{team_id}")
def team_page(visit: Console, team_id: Key) -> Response:
    return _form(visit, team_id)


@router.post("/teams/{team_id}")
def change_team(visit: Console, team_id: Key, form: Posted) -> Response:
    def save(w: Work) -> None:
        update_team(w, visit.viewer, team_id, **_given(form))
        actions.set_members(w, visit.viewer, team_id, _ids(form, "member"))
        if form.given("sla_policy_id"):
            policy_actions.set_policy_of_team(w, visit.viewer, team_id, form.number("sla_policy_id"))

    errors = attempt(visit.db, save)
    return _form(visit, team_id, errors, form) if errors else _saved()


def _given(form: Form) -> dict[str, Any]:
    ids = ("department_id", "calendar_id", "lead_id")
    return given(form, texts=("name", "description"), flags=("active",), ids=ids)


def _ids(form: Form, name: str) -> list[int]:
    return [int(value) for value in form.texts(name) if value.isascii() and value.isdecimal() and len(value) <= 18]


def _saved() -> Response:
    return RedirectResponse("/teams?saved=1", 303)


def _list(visit: Visit, errors: dict[str, str] | None = None, form: Form = EMPTY) -> Response:
    with visit.db.read() as session:
        teams = store.team_page(session, visit.viewer, limit=MAX_LIMIT, inactive=True).rows
        return page(
            visit,
            "organisation/teams.html",
            status=422 if errors else 200,
            departments=store.department_page(session, visit.viewer, limit=MAX_LIMIT, inactive=True).rows,
            teams=teams,
            members=store.members_of(session, [team.id for team in teams]),
            agents=_agents(session, visit),
            errors=errors or {},
            form=form,
        )


def _agents(session: Session, visit: Visit) -> dict[int, str]:
    rows = store.agent_page(session, visit.viewer, limit=MAX_LIMIT).rows
    return {agent.id: agent.name for agent in rows}


def _form(visit: Visit, team_id: int | None, errors: dict[str, str] | None = None, form: Form = EMPTY) -> Response:
    with visit.db.read() as session:
        team: Team | None = store.team(session, visit.viewer, team_id) if team_id else None
        present = store.members_of(session, [team_id]).get(team_id, []) if team_id else []
        policy_id = policy_store.policy_of_team(session, visit.viewer, team_id) if team_id else None
        return page(
            visit,
            "organisation/team.html",
            status=422 if errors else 200,
            team=team,
            members=set(_ids(form, "member") if form.given("name") else present),
            agents=_agents(session, visit),
            departments=lookups.departments(session, team.department_id if team else None),
            calendars=lookups.calendars(session, team.calendar_id if team else None),
            policies=lookups.sla_policies(session, policy_id),
            policy_id=policy_id,
            errors=errors or {},
            form=form,
        )
