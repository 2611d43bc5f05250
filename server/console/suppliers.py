"""Suppliers: the list and the form."""

from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from core_psa.customers import suppliers
from core_psa.db.fields import MAX_KEY
from core_psa.errors import Invalid
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.record_forms import given, lines
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/suppliers")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]


@router.get("")
def suppliers_page(
    visit: Console,
    q: Annotated[str, Query(max_length=200)] = "",
    inactive: bool = False,
    cursor: Annotated[str | None, Query(max_length=4_000)] = None,
) -> Response:
    with visit.db.read() as session:
        try:
            found = suppliers.supplier_page(session, visit.viewer, cursor, words=q.strip(), inactive=inactive)
        except Invalid:
            return RedirectResponse("/suppliers", 303)
    return page(visit, "customers/suppliers.html", found=found, q=q, inactive=inactive, first=cursor is None)


@router.get("/new")
def new_page(visit: Console) -> Response:
    visit.viewer.require("customers.edit")
    return _form(visit, None)


@router.post("/new")
def create(visit: Console, form: Posted) -> Response:
    errors = attempt(visit.db, lambda w: suppliers.create_supplier(w, visit.viewer, **_given(form)))
    return _form(visit, None, errors, form) if errors else RedirectResponse("/suppliers?saved=1", 303)


@router.get("/{supplier_id}")
def supplier_page(visit: Console, supplier_id: Key) -> Response:
    return _form(visit, supplier_id)


@router.post("/{supplier_id}")
def change(visit: Console, supplier_id: Key, form: Posted) -> Response:
    errors = attempt(visit.db, lambda w: suppliers.update_supplier(w, visit.viewer, supplier_id, **_given(form)))
    return _form(visit, supplier_id, errors, form) if errors else RedirectResponse("/suppliers?saved=1", 303)


def _given(form: Form) -> dict[str, Any]:
    texts = ("name", "email", "phone", "website", "our_number", "note")
    return {**given(form, texts=texts, flags=("active",)), "domains": lines(form, "domains")}


def _form(visit: Visit, supplier_id: int | None, errors: dict[str, str] | None = None, form: Form = EMPTY) -> Response:
    with visit.db.read() as session:
        supplier = suppliers.supplier(session, visit.viewer, supplier_id) if supplier_id else None
    facts = {"supplier": supplier, "errors": errors or {}, "form": form}
    return page(visit, "customers/supplier.html", status=422 if errors else 200, **facts)
