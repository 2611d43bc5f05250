"""Roles: what each may do, roles of one's own, and which of them ask for a second factor."""

from collections.abc import Collection
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from core_psa.access import roles, second_factor
from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.db.paging import MAX_LIMIT
from core_psa.db.records import get
from core_psa.organisation.rules import PERMISSIONS, VERBS, permissions_by_area
from core_psa.organisation.tables import Role
from core_psa.retiring.actions import set_active
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/administration/roles")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]


@router.get("")
def roles_page(visit: Console) -> Response:
    visit.viewer.require("access.edit")
    return _list(visit)


@router.post("/second-factor")
def require_second_factor(visit: Console, form: Posted) -> Response:
    wanted = set(form.numbers("role"))
    errors = attempt(visit.db, lambda w: second_factor.require_of(w, visit.viewer, wanted))
    return _list(visit, errors) if errors else RedirectResponse("/administration/roles?saved=1", 303)


@router.get("/new")
def new_page(visit: Console, like: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None) -> Response:
    """An empty form, or one that begins with what another role may do."""
    visit.viewer.require("access.edit")
    with visit.db.read() as session:
        begun = get(session, Role, like).permissions if like else []
    return _form(visit, None, begun)


@router.post("/new")
def create(visit: Console, form: Posted) -> Response:
    chosen = form.texts("permission")
    errors = attempt(visit.db, lambda w: roles.create_role(w, visit.viewer, form.text("name"), chosen))
    return _form(visit, None, chosen, errors, form) if errors else _saved()


@router.get("/{role_id}")
def role_page(visit: Console, role_id: Key) -> Response:
    visit.viewer.require("access.edit")
    with visit.db.read() as session:
        role = get(session, Role, role_id)
    return _form(visit, role, role.permissions)


@router.post("/{role_id}")
def change(visit: Console, role_id: Key, form: Posted) -> Response:
    chosen = form.texts("permission")

    def save(w: Work) -> None:
        roles.update_role(w, visit.viewer, role_id, form.text("name"), chosen)
        if form.given("active"):
            set_active(w, visit.viewer, Role, role_id, "on" in form.texts("active"))

    errors = attempt(visit.db, save)
    if not errors:
        return _saved()
    with visit.db.read() as session:
        return _form(visit, get(session, Role, role_id), chosen, errors, form)


def _saved() -> Response:
    return RedirectResponse("/administration/roles?saved=1", 303)


def _list(visit: Visit, errors: dict[str, str] | None = None) -> Response:
    with visit.db.read() as session:
        return page(
            visit,
            "access/roles.html",
            status=422 if errors else 200,
            roles=roles.role_page(session, visit.viewer, limit=MAX_LIMIT, inactive=True).rows,
            people=roles.holders(session),
            asking=second_factor.roles_requiring(session),
            areas=permissions_by_area(),
            about=PERMISSIONS,
            errors=errors or {},
        )


def _form(
    visit: Visit,
    role: Role | None,
    chosen: Collection[str],
    errors: dict[str, str] | None = None,
    form: Form = EMPTY,
) -> Response:
    return page(
        visit,
        "access/role.html",
        status=422 if errors else 200,
        role=role,
        chosen=set(chosen),
        areas=permissions_by_area(),
        verbs=VERBS,
        about=PERMISSIONS,
        errors=errors or {},
        form=form,
    )
