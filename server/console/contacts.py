"""The sites and users of customers: their pages and their forms."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from core_psa.customers import actions, store
from core_psa.customers.tables import Site, User
from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.reads import lookups
from core_psa.reads.customer_page import PersonPage, site_page, user_page
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.record_forms import given, set_numbers, written
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router()

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]


@router.get("/users/{user_id}")
def one_user(visit: Console, user_id: Key) -> Response:
    with visit.db.read() as session:
        return page(visit, "customers/user.html", shown=user_page(session, visit.viewer, user_id))


@router.get("/sites/{site_id}")
def one_site(visit: Console, site_id: Key) -> Response:
    with visit.db.read() as session:
        shown = site_page(session, visit.viewer, site_id)
        return page(visit, "customers/site.html", shown=shown)


@router.get("/customers/{customer_id}/users/new")
def new_user(visit: Console, customer_id: Key) -> Response:
    visit.viewer.require("customers.edit")
    return _user_form(visit, customer_id, None)


@router.post("/customers/{customer_id}/users/new")
def create_user(visit: Console, customer_id: Key, form: Posted) -> Response:
    return _saved(
        visit,
        form,
        lambda w: actions.create_user(w, visit.viewer, customer_id, **_user(form)),
        lambda errors: _user_form(visit, customer_id, None, errors, form),
    )


@router.get("/users/{user_id}/edit")
def edit_user(visit: Console, user_id: Key) -> Response:
    visit.viewer.require("customers.edit")
    return _user_form(visit, None, user_id)


@router.post("/users/{user_id}/edit")
def change_user(visit: Console, user_id: Key, form: Posted) -> Response:
    return _saved(
        visit,
        form,
        lambda w: actions.update_user(w, visit.viewer, user_id, **_user(form)),
        lambda errors: _user_form(visit, None, user_id, errors, form),
    )


@router.get("/customers/{customer_id}/sites/new")
def new_site(visit: Console, customer_id: Key) -> Response:
    visit.viewer.require("customers.edit")
    return _site_form(visit, customer_id, None)


@router.post("/customers/{customer_id}/sites/new")
def create_site(visit: Console, customer_id: Key, form: Posted) -> Response:
    return _saved(
        visit,
        form,
        lambda w: actions.create_site(w, visit.viewer, customer_id, **_site(form)),
        lambda errors: _site_form(visit, customer_id, None, errors, form),
    )


@router.get("/sites/{site_id}/edit")
def edit_site(visit: Console, site_id: Key) -> Response:
    visit.viewer.require("customers.edit")
    return _site_form(visit, None, site_id)


@router.post("/sites/{site_id}/edit")
def change_site(visit: Console, site_id: Key, form: Posted) -> Response:
    return _saved(
        visit,
        form,
        lambda w: actions.update_site(w, visit.viewer, site_id, **_site(form)),
        lambda errors: _site_form(visit, None, site_id, errors, form),
    )


def _saved(
    visit: Visit, form: Form, save: Callable[[Work], User | Site], again: Callable[[dict[str, str]], Response]
) -> Response:
    """The record with its telephone numbers; `again` is the form with what was refused."""
    saved: list[User | Site] = []

    def save_all(w: Work) -> None:
        saved.append(save(w))
        set_numbers(w, visit.viewer, saved[0], form)

    if errors := attempt(visit.db, save_all):
        return again(errors)
    return RedirectResponse(f"/{'users' if isinstance(saved[0], User) else 'sites'}/{saved[0].id}", 303)


def _user(form: Form) -> dict[str, Any]:
    texts = ("name", "email", "phone", "language", "timezone", "note")
    return given(form, texts=texts, flags=("vip", "supported", "active"), ids=("site_id",))


def _site(form: Form) -> dict[str, Any]:
    return given(form, texts=("name", "address", "timezone", "country", "note"), flags=("active",))


def _user_form(
    visit: Visit,
    customer_id: int | None,
    user_id: int | None,
    errors: dict[str, str] | None = None,
    form: Form = EMPTY,
) -> Response:
    with visit.db.read() as session:
        shown = user_page(session, visit.viewer, user_id) if user_id else None
        customer = shown.customer if shown else store.customer(session, visit.viewer, customer_id or 0)
        sites = lookups.sites_of(session, visit.viewer, customer.id)
    facts = {"customer": customer, "user": shown.user if shown else None, "sites": sites}
    return _drawn(visit, "customers/user_form.html", shown, errors, form, facts)


def _site_form(
    visit: Visit,
    customer_id: int | None,
    site_id: int | None,
    errors: dict[str, str] | None = None,
    form: Form = EMPTY,
) -> Response:
    with visit.db.read() as session:
        shown = site_page(session, visit.viewer, site_id) if site_id else None
        customer = shown.customer if shown else store.customer(session, visit.viewer, customer_id or 0)
    facts = {"customer": customer, "site": shown.site if shown else None}
    return _drawn(visit, "customers/site_form.html", shown, errors, form, facts)


def _drawn(
    visit: Visit,
    template: str,
    shown: PersonPage | None,
    errors: dict[str, str] | None,
    form: Form,
    facts: dict[str, Any],
) -> Response:
    phones = written(shown.phones) if shown else ""
    status = 422 if errors else 200
    return page(visit, template, status=status, errors=errors or {}, form=form, phones=phones, **facts)
