"""Customers: the list, the page of one with its tabs, and the form."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Path, Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.assets import remote_actions
from core_psa.audit import actions as audit
from core_psa.customers import actions, pop_ups, store
from core_psa.customers.tables import Customer
from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.db.paging import MAX_LIMIT
from core_psa.errors import Invalid
from core_psa.reads import lookups
from core_psa.reads.customer_page import customer_page
from core_psa.sla.owner_actions import update_customer
from server.console.customer_blocks import drawn
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.record_forms import given, lines, set_numbers, written
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page
from server.csv_file import csv_file

router = page_router("/customers")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]
Cursor = Annotated[str | None, Query(max_length=4_000)]
Words = Annotated[str, Query(max_length=200)]

TABS = {"overview": "Overview", "users": "Users", "sites": "Sites", "notes": "Pop-up notes"}


@router.get("")
def customers_page(visit: Console, q: Words = "", inactive: bool = False, cursor: Cursor = None) -> Response:
    with visit.db.read() as session:
        try:
            found = store.customer_page(session, visit.viewer, cursor, words=q.strip(), inactive=inactive)
        except Invalid:
            return RedirectResponse("/customers", 303)
        ids = [customer.id for customer in found.rows]
        domains = store.domains_of(session, ids)
    first = cursor is None
    return page(visit, "customers/list.html", found=found, domains=domains, q=q, inactive=inactive, first=first)


@router.get("/new")
def new_page(visit: Console) -> Response:
    visit.viewer.require("customers.edit")
    return _form(visit, None)


@router.post("/new")
def create(visit: Console, form: Posted) -> Response:
    made: list[int] = []

    def change(w: Work) -> None:
        customer = actions.create_customer(w, visit.viewer, **_given(form))
        _set_parts(w, visit, customer, form)
        made.append(customer.id)

    errors = attempt(visit.db, change)
    return _form(visit, None, errors, form) if errors else RedirectResponse(f"/customers/{made[0]}", 303)


@router.get("/export.csv")
def export(visit: Console, q: Words = "", inactive: bool = False) -> Response:
    """The customers that the list shows, as a file; that it was taken is itself written down."""
    visit.viewer.require("customers.export")
    with visit.db.work() as w:
        audit.record(w, visit.viewer, "exported", "customer", None)
    header = ("id", "name", "domains", "timezone", "language", "country", "vip", "active", "note")
    return csv_file("customers", header, _rows(visit, q.strip(), inactive))


def _rows(visit: Visit, words: str, inactive: bool) -> Iterator[tuple[object, ...]]:
    cursor, more = None, True
    with visit.db.read() as session:
        while more:
            found = store.customer_page(session, visit.viewer, cursor, MAX_LIMIT, words=words, inactive=inactive)
            domains = store.domains_of(session, [c.id for c in found.rows])
            for c in found.rows:
                named = (c.id, c.name, " ".join(domains.get(c.id, [])), c.timezone, c.language, c.country)
                yield *named, "yes" if c.vip else "no", "yes" if c.active else "no", c.note
            cursor = found.next_cursor
            more = cursor is not None


@router.get("/{customer_id}")
def one_customer(
    visit: Console,
    customer_id: Key,
    tab: Annotated[str, Query(max_length=20)] = "overview",
    q: Words = "",
    cursor: Cursor = None,
) -> Response:
    try:
        return _page(visit, customer_id, tab if tab in TABS else "overview", q.strip(), cursor)
    except Invalid:
        return RedirectResponse(f"/customers/{customer_id}", 303)


def _page(
    visit: Visit,
    customer_id: int,
    tab: str = "overview",
    q: str = "",
    cursor: str | None = None,
    form: Form = EMPTY,
    errors: dict[str, str] | None = None,
) -> Response:
    with visit.db.read() as session:
        shown = customer_page(session, visit.viewer, customer_id)
        return page(
            visit,
            "customers/customer.html",
            status=422 if errors else 200,
            shown=shown,
            customer=shown.customer,
            tab=tab,
            tabs=TABS,
            q=q,
            first=cursor is None,
            form=form,
            errors=errors or {},
            **_tab(session, visit, customer_id, tab, q, cursor),
        )


def _tab(session: Session, visit: Visit, customer_id: int, tab: str, q: str, cursor: str | None) -> dict[str, Any]:
    """What the chosen tab needs beside the head of the page."""
    viewer = visit.viewer
    if tab == "users":
        found = store.user_page(session, viewer, cursor, customer_id=customer_id, words=q, inactive=True)
        return {"found": found, "sites": dict(lookups.sites_of(session, viewer, customer_id))}
    if tab == "sites":
        return {"found": store.site_page(session, viewer, customer_id, cursor)}
    if tab == "notes":
        return {"notes": pop_ups.notes_of(session, viewer, customer_id), **_choices(session, visit, customer_id)}
    return {"blocks": drawn(session, viewer, customer_id)}


def _choices(session: Session, visit: Visit, customer_id: int) -> dict[str, Any]:
    users = store.user_page(session, visit.viewer, limit=200, customer_id=customer_id).rows
    return {
        "sites": lookups.sites_of(session, visit.viewer, customer_id),
        "users": [(user.id, user.name) for user in users],
    }


@router.get("/{customer_id}/edit")
def edit_page(visit: Console, customer_id: Key) -> Response:
    visit.viewer.require("customers.edit")
    return _form(visit, customer_id)


@router.post("/{customer_id}/edit")
def change(visit: Console, customer_id: Key, form: Posted) -> Response:
    def save(w: Work) -> None:
        _set_parts(w, visit, update_customer(w, visit.viewer, customer_id, **_given(form)), form)

    errors = attempt(visit.db, save)
    return _form(visit, customer_id, errors, form) if errors else RedirectResponse(f"/customers/{customer_id}", 303)


@router.post("/{customer_id}/notes")
def add_note(visit: Console, customer_id: Key, form: Posted) -> Response:
    values = given(form, texts=("text",), ids=("site_id", "user_id"))
    errors = attempt(visit.db, lambda w: pop_ups.add_note(w, visit.viewer, customer_id, **values))
    if errors:
        return _page(visit, customer_id, "notes", form=form, errors=errors)
    return RedirectResponse(f"/customers/{customer_id}?tab=notes", 303)


@router.post("/{customer_id}/documents")
def add_document(visit: Console, customer_id: Key, form: Posted) -> Response:
    """Where documentation of the whole customer stands."""
    label, url = form.text("label"), form.text("url")
    errors = attempt(
        visit.db, lambda w: remote_actions.create_document(w, visit.viewer, customer_id, label=label, url=url)
    )
    if errors:
        return _page(visit, customer_id, form=form, errors=errors)
    return RedirectResponse(f"/customers/{customer_id}#documents", 303)


@router.post("/notes/{note_id}")
def switch_note(visit: Console, note_id: Key, form: Posted) -> Response:
    """Switches a pop-up note off, or on again."""
    with visit.db.work() as w:
        note = pop_ups.change_note(w, visit.viewer, note_id, active="on" in form.texts("active"))
    return RedirectResponse(f"/customers/{note.customer_id}?tab=notes", 303)


def _given(form: Form) -> dict[str, Any]:
    texts = ("name", "timezone", "language", "country", "note")
    return given(form, texts=texts, flags=("vip", "active"), ids=("calendar_id",))


def _set_parts(w: Work, visit: Visit, customer: Customer, form: Form) -> None:
    if form.given("domains"):
        actions.set_domains(w, visit.viewer, customer.id, lines(form, "domains"))
    set_numbers(w, visit.viewer, customer, form)


def _form(visit: Visit, customer_id: int | None, errors: dict[str, str] | None = None, form: Form = EMPTY) -> Response:
    with visit.db.read() as session:
        shown = customer_page(session, visit.viewer, customer_id) if customer_id else None
        calendars = lookups.calendars(session, shown.customer.calendar_id if shown else None)
    return page(
        visit,
        "customers/customer_form.html",
        status=422 if errors else 200,
        customer=shown.customer if shown else None,
        domains="\n".join(shown.domains) if shown else "",
        phones=written(shown.phones) if shown else "",
        calendars=calendars,
        errors=errors or {},
        form=form,
    )
