"""Agents: the list, and the page of one with week, absences, skills, roles and sign-in."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Path, Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.access import actions as access
from core_psa.access import roles, second_factor, sessions, single_sign_on
from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.db.paging import MAX_LIMIT
from core_psa.errors import FieldError, Invalid
from core_psa.organisation import actions, store, working_hours
from core_psa.organisation.availability import is_available
from core_psa.organisation.tables import Agent
from server.console import weeks
from server.console.forms import EMPTY, Form, Posted, attempt, day_of
from server.console.record_forms import given
from server.console.router import page_router
from server.console.session import Console, Visit, zone_named
from server.console.views import page

router = page_router("/agents")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]
_DAYS = {"starts_at": "first", "ends_at": "last"}


@router.get("")
def agents_page(
    visit: Console, inactive: bool = False, cursor: Annotated[str | None, Query(max_length=4_000)] = None
) -> Response:
    with visit.db.read() as session:
        try:
            found = store.agent_page(session, visit.viewer, cursor, inactive=inactive)
        except Invalid:
            return RedirectResponse("/agents", 303)
        ids, now = [agent.id for agent in found.rows], visit.db.clock.now()
        schedules = store.schedules(session, ids)
        return page(
            visit,
            "organisation/agents.html",
            found=found,
            teams=_team_names(session, visit, ids),
            skills=store.skills_of(session, ids),
            present={agent_id: is_available(schedule, now) for agent_id, schedule in schedules.items()},
            inactive=inactive,
            first=cursor is None,
        )


@router.get("/new")
def new_page(visit: Console) -> Response:
    visit.viewer.require("organisation.edit")
    return page(visit, "organisation/new_agent.html", form=EMPTY, errors={})


@router.post("/new")
def create(visit: Console, form: Posted) -> Response:
    made: list[Agent] = []
    errors = attempt(visit.db, lambda w: made.append(actions.create_agent(w, visit.viewer, **_given(form))))
    if errors:
        return page(visit, "organisation/new_agent.html", status=422, form=form, errors=errors)
    return RedirectResponse(f"/agents/{made[0].id}", 303)


@router.get("/{agent_id}")
def agent_page(visit: Console, agent_id: Key) -> Response:
    return _page(visit, agent_id)


@router.post("/{agent_id}")
def change(visit: Console, agent_id: Key, form: Posted) -> Response:
    return _tried(visit, agent_id, form, lambda w: actions.update_agent(w, visit.viewer, agent_id, **_given(form)))


@router.post("/{agent_id}/week")
def set_week(visit: Console, agent_id: Key, form: Posted) -> Response:
    return _tried(
        visit,
        agent_id,
        form,
        lambda w: working_hours.set_shifts(w, visit.viewer, agent_id, weeks.parse(form, "shifts")),
    )


@router.post("/{agent_id}/absences")
def add_absence(visit: Console, agent_id: Key, form: Posted) -> Response:
    """Whole days of the agent's own zone, the last one included."""

    def save(w: Work) -> None:
        zone = ZoneInfo(store.agent(w.session, visit.viewer, agent_id).timezone)
        starts, ends = _day(form, "first", zone), _day(form, "last", zone) + timedelta(days=1)
        if ends <= starts:
            raise Invalid(FieldError("last", "must not be before the first day"))
        reason = form.text("reason").strip()
        try:
            working_hours.add_absence(w, visit.viewer, agent_id, starts.astimezone(UTC), ends.astimezone(UTC), reason)
        except Invalid as invalid:  # the form knows days, not instants
            raise Invalid(*(FieldError(_DAYS.get(e.field, e.field), e.message) for e in invalid.errors)) from invalid

    return _tried(visit, agent_id, form, save)


@router.post("/{agent_id}/absences/{absence_id}/remove")
def remove_absence(visit: Console, agent_id: Key, absence_id: Key) -> Response:
    return _tried(visit, agent_id, EMPTY, lambda w: working_hours.remove_absence(w, visit.viewer, agent_id, absence_id))


@router.post("/{agent_id}/skills")
def set_skills(visit: Console, agent_id: Key, form: Posted) -> Response:
    """A level from 1 to 5 for each skill; none where the box is empty. A new skill is made on the way."""

    def save(w: Work) -> None:
        known = {f"skill-{skill.id}": skill.name for skill in _skills(w.session, visit)}
        levels = {name: level for box, name in known.items() if (level := form.number(box)) is not None}
        if new := form.text("new_skill").strip():
            actions.create_skill(w, visit.viewer, new)
            levels[new] = form.number("new_level") or 1
        actions.set_skills(w, visit.viewer, agent_id, levels)

    return _tried(visit, agent_id, form, save)


@router.post("/{agent_id}/roles")
def set_roles(visit: Console, agent_id: Key, form: Posted) -> Response:
    return _tried(visit, agent_id, form, lambda w: roles.set_roles(w, visit.viewer, agent_id, form.texts("role")))


@router.post("/{agent_id}/password")
def reset_password(visit: Console, agent_id: Key, form: Posted) -> Response:
    return _tried(
        visit, agent_id, EMPTY, lambda w: access.reset_password(w, visit.viewer, agent_id, form.text("password"))
    )


@router.post("/{agent_id}/second-factor/reset")
def reset_second_factor(visit: Console, agent_id: Key) -> Response:
    return _tried(visit, agent_id, EMPTY, lambda w: second_factor.reset(w, visit.viewer, agent_id))


@router.post("/{agent_id}/sessions/end")
def end_sessions(visit: Console, agent_id: Key) -> Response:
    return _tried(visit, agent_id, EMPTY, lambda w: sessions.end_all(w, visit.viewer, agent_id, but=visit.session_id))


def _tried(visit: Visit, agent_id: int, form: Form, change: Any) -> Response:
    errors = attempt(visit.db, change)
    return _page(visit, agent_id, errors, form) if errors else RedirectResponse(f"/agents/{agent_id}?saved=1", 303)


def _given(form: Form) -> dict[str, Any]:
    return given(form, texts=("name", "email", "timezone", "extension"), flags=("active",), ids=("tier",))


def _day(form: Form, name: str, zone: ZoneInfo) -> datetime:
    day = day_of(form.text(name))
    if day is None:
        raise Invalid(FieldError(name, "must be a day"))
    return datetime.combine(day, time.min, zone)


def _roles(session: Session, visit: Visit, agent_id: int) -> Any:
    """Those on offer, and what the agent has already."""
    own = store.roles_of(session, [agent_id]).get(agent_id, [])
    rows = roles.role_page(session, visit.viewer, limit=MAX_LIMIT, inactive=True).rows
    return [role for role in rows if role.active or role.name in own]


def _skills(session: Session, visit: Visit) -> Any:
    """All of them, retired ones too."""
    return store.skill_page(session, visit.viewer, limit=MAX_LIMIT, inactive=True).rows


def _team_names(session: Session, visit: Visit, agent_ids: list[int]) -> dict[int, list[tuple[int, str]]]:
    names = {team.id: team.name for team in store.team_page(session, visit.viewer, limit=MAX_LIMIT, inactive=True).rows}
    return {
        agent_id: [(team_id, names[team_id]) for team_id in team_ids if team_id in names]
        for agent_id, team_ids in store.teams_of(session, agent_ids).items()
    }


def _page(visit: Visit, agent_id: int, errors: dict[str, str] | None = None, form: Form = EMPTY) -> Response:
    with visit.db.read() as session:
        agent, now = store.agent(session, visit.viewer, agent_id), visit.db.clock.now()
        schedule = store.schedules(session, [agent_id])[agent_id]
        levels = store.skills_of(session, [agent_id]).get(agent_id, {})
        return page(
            visit,
            "organisation/agent.html",
            status=422 if errors else 200,
            agent=agent,
            teams=_team_names(session, visit, [agent_id]).get(agent_id, []),
            zone_there=zone_named(agent.timezone),
            present=is_available(schedule, now),
            week=weeks.by_day(schedule.shifts),
            absences=store.absences_of(session, [agent_id]).get(agent_id, []),
            levels=levels,
            skills=[skill for skill in _skills(session, visit) if skill.active or skill.name in levels],
            own_roles=store.roles_of(session, [agent_id]).get(agent_id, []),
            **_sign_in(session, visit, agent_id, now),
            errors=errors or {},
            form=form,
            now=now,
        )


def _sign_in(session: Session, visit: Visit, agent_id: int, now: datetime) -> dict[str, Any]:
    """What those who administer access are shown beside."""
    if not visit.viewer.may("access.edit"):
        return {"open_sessions": (), "links": (), "has_second_factor": False, "all_roles": ()}
    return {
        "open_sessions": sessions.sessions_of(session, visit.viewer, agent_id, now),
        "links": single_sign_on.links_of(session, visit.viewer, agent_id),
        "has_second_factor": second_factor.is_set_up(session, agent_id),
        "all_roles": _roles(session, visit, agent_id),
    }
