"""The desk's actions and its matrix of priorities, for those who arrange it."""

from typing import Annotated, Any

from fastapi import Path
from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.db.records import get
from core_psa.organisation.rules import PERMISSIONS
from core_psa.organisation.tables import Role
from core_psa.reads.choices import choices
from core_psa.tickets.urgency import actions as urgency
from core_psa.tickets.urgency import store as urgency_store
from core_psa.tickets.urgency.rules import IMPACTS, LEVELS, URGENCIES
from core_psa.tickets.workflow import definition_actions, store
from core_psa.tickets.workflow.rules import KINDS
from core_psa.tickets.workflow.tables import ActionDefinition
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/administration")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]
STATES = ("open", "paused", "done")


@router.get("/actions")
def actions_page(visit: Console) -> Response:
    visit.viewer.require("settings.edit")
    with visit.db.read() as session:
        rows = store.definition_page(session, visit.viewer, limit=200, inactive=True).rows
        statuses = {i: name for i, name, _ in choices(session).statuses}
    return page(visit, "workflow/actions.html", rows=rows, statuses=statuses, kinds=KINDS)


@router.get("/actions/new")
def new_page(visit: Console) -> Response:
    visit.viewer.require("settings.edit")
    return _form(visit, None)


@router.post("/actions/new")
def create(visit: Console, form: Posted) -> Response:
    def change(w: Work) -> None:
        name, kind = form.text("name").strip(), form.text("kind")
        definition_actions.create_definition(w, visit.viewer, name, kind, **_given(form))

    errors = attempt(visit.db, change)
    return _form(visit, None, errors, form) if errors else RedirectResponse("/administration/actions?saved=1", 303)


@router.get("/actions/{action_id}")
def action_page(visit: Console, action_id: Key) -> Response:
    visit.viewer.require("settings.edit")
    return _form(visit, action_id)


@router.post("/actions/{action_id}")
def change_action(visit: Console, action_id: Key, form: Posted) -> Response:
    given = {**_given(form), "active": "on" in form.texts("active")}

    def change(w: Work) -> None:
        definition_actions.update_definition(w, visit.viewer, action_id, **given)

    errors = attempt(visit.db, change)
    return _form(visit, action_id, errors, form) if errors else RedirectResponse("/administration/actions?saved=1", 303)


def _given(form: Form) -> dict[str, Any]:
    return {
        "label": form.text("label"),
        "states": form.texts("state"),
        "required": list(form.words("required")),
        "status_id": form.number("status"),
        "permission": form.text("permission") or "tickets.edit",
        "role_ids": form.numbers("role"),
        "customers_may": "on" in form.texts("customers_may"),
        "tells_customer": "on" in form.texts("tells_customer"),
        "time": form.text("time") or "no",
    }


def _form(visit: Visit, action_id: int | None, errors: dict[str, str] | None = None, form: Form = EMPTY) -> Response:
    with visit.db.read() as session:
        row = get(session, ActionDefinition, action_id) if action_id else None
        offered = choices(session)
        held = select(Role.id, Role.name).where(Role.id.in_(row.role_ids if row else ()), ~Role.active)
        roles = [*offered.roles, *((i, f"{name} (retired)") for i, name in session.execute(held))]
    return page(
        visit,
        "workflow/action.html",
        status=422 if errors else 200,
        row=row,
        kinds=KINDS,
        states=STATES,
        statuses=[(i, name) for i, name, _ in offered.statuses],
        roles=roles,
        permissions=PERMISSIONS,
        times=definition_actions.TIMES,
        errors=errors or {},
        form=form,
    )


@router.get("/priorities")
def matrix_page(visit: Console) -> Response:
    visit.viewer.require("settings.edit")
    return _matrix(visit)


@router.post("/priorities")
def set_matrix(visit: Console, form: Posted) -> Response:
    cells = {(i, u): form.number(f"{i}_{u}") or 0 for i in LEVELS for u in LEVELS}
    errors = attempt(visit.db, lambda w: urgency.set_matrix(w, visit.viewer, cells))
    return _matrix(visit, errors) if errors else RedirectResponse("/administration/priorities?saved=1", 303)


def _matrix(visit: Visit, errors: dict[str, str] | None = None) -> Response:
    with visit.db.read() as session:
        cells, priorities = urgency_store.matrix(session), choices(session).priorities
    return page(
        visit,
        "workflow/priorities.html",
        status=422 if errors else 200,
        cells=cells,
        priorities=priorities,
        levels=LEVELS,
        impacts=IMPACTS,
        urgencies=URGENCIES,
        errors=errors or {},
    )
