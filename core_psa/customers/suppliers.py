"""Suppliers: whom the desk buys from, or waits for."""

from collections.abc import Collection, Mapping
from typing import Any, TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.audit.changes import create, update
from core_psa.customers.phones import e164
from core_psa.customers.tables import Supplier
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.db.spelling import holds
from core_psa.viewer import Viewer


class SupplierFields(TypedDict, total=False):
    """`our_number` is the customer number that they know the desk by; `domains` are those they write from."""

    name: str
    email: str | None
    phone: str | None
    website: str
    our_number: str
    domains: Collection[str]
    note: str
    active: bool


def _domains(value: Collection[str]) -> list[str]:
    return sorted({fields.domain(domain) for domain in value})


_SUPPLIER: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "email": fields.optional(fields.email),
    "phone": fields.optional(e164(None)),
    "website": fields.text,
    "our_number": fields.text,
    "domains": _domains,
    "note": fields.text,
    "active": fields.flag,
}


def supplier_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    words: str = "",
    inactive: bool = False,
) -> Page[Supplier]:
    """Suppliers by name, those whose name holds the words; inactive ones only if asked for."""
    viewer.require("customers.see")
    query = select(Supplier) if inactive else select(Supplier).where(Supplier.active)
    if words:
        query = query.where(holds(Supplier.name, words))
    return page(session, query, (Supplier.name, Supplier.id), cursor, limit)


def supplier(session: Session, viewer: Viewer, supplier_id: int) -> Supplier:
    viewer.require("customers.see")
    return get(session, Supplier, supplier_id)


def create_supplier(w: Work, viewer: Viewer, **given: Unpack[SupplierFields]) -> Supplier:
    """Needs a name."""
    viewer.require("customers.edit")
    values = _accepted(w.session, Form(given, _SUPPLIER, ["name"]), None)
    return create(w, viewer, Supplier(**{"domains": [], **values}))


def update_supplier(w: Work, viewer: Viewer, supplier_id: int, **given: Unpack[SupplierFields]) -> Supplier:
    viewer.require("customers.edit")
    row = get(w.session, Supplier, supplier_id, lock=True)
    return update(w, viewer, row, _accepted(w.session, Form(given, _SUPPLIER), supplier_id))


def _accepted(session: Session, form: Form, supplier_id: int | None) -> dict[str, Any]:
    form.unique(session, Supplier.name, but=supplier_id)
    return form.accepted()
