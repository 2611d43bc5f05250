"""Changing agreements. None is deleted: one that is over has an end."""

from collections.abc import Collection
from datetime import date
from typing import Any, TypedDict, Unpack

from sqlalchemy import delete

from core_psa.agreements import rules, store
from core_psa.agreements.tables import Agreement, AgreementSite, AgreementType
from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.customers.tables import Customer, Site
from core_psa.db import Base, Work, fields
from core_psa.db.forms import Form, Use
from core_psa.db.records import get, save
from core_psa.errors import FieldError, Invalid
from core_psa.viewer import Viewer


class AgreementFields(TypedDict, total=False):
    """`ends_on` is the last day in force. Without a policy or calendar the agreement says nothing about them."""

    name: str
    note: str
    starts_on: date
    ends_on: date | None
    sla_policy_id: int | None
    calendar_id: int | None
    raises_priority: bool


def create_agreement(w: Work, viewer: Viewer, customer_id: int, **given: Unpack[AgreementFields]) -> Agreement:
    """Needs a name and the day it starts. It covers all sites and types: see `set_sites` and `set_types`."""
    viewer.require("agreements.edit")
    get(w.session, Customer, customer_id)
    values = _agreement(w, Form(given, rules.AGREEMENT, ["name", "starts_on"]), customer_id, None)
    return create(w, viewer, Agreement(customer_id=customer_id, **values))


def update_agreement(w: Work, viewer: Viewer, agreement_id: int, **given: Unpack[AgreementFields]) -> Agreement:
    viewer.require("agreements.edit")
    row = get(w.session, Agreement, agreement_id, lock=True)
    return update(w, viewer, row, _agreement(w, Form(given, rules.AGREEMENT), row.customer_id, row))


def _agreement(w: Work, form: Form, customer_id: int, row: Agreement | None) -> dict[str, Any]:
    form.unique(w.session, Agreement.name, Agreement.customer_id == customer_id, but=row.id if row else None)
    starts = form.values.get("starts_on", row.starts_on if row else None)
    ends = form.values.get("ends_on", row.ends_on if row else None)
    if starts and ends and ends < starts:
        form.refuse("ends_on", f"must not come before {starts}, the day it starts")
    use = Use(row is not None and _lasts(w, row.ends_on), _lasts(w, ends))
    for column in (Agreement.sla_policy_id, Agreement.calendar_id):
        form.offers(w.session, column, getattr(row, column.key, None), use)
    return form.accepted()


def _lasts(w: Work, ends_on: date | None) -> bool:
    return ends_on is None or ends_on >= w.now.date()


def set_sites(w: Work, viewer: Viewer, agreement_id: int, site_ids: Collection[int]) -> None:
    """Leaves the agreement with exactly these of the customer's sites; with none it covers all."""
    viewer.require("agreements.edit")
    row = get(w.session, Agreement, agreement_id, lock=True)
    for i, site_id in enumerate(site_ids):
        if get(w.session, Site, site_id).customer_id != row.customer_id:
            raise Invalid(FieldError(f"site_ids.{i}", f"customer {row.customer_id} has no site {site_id}"))
    before, after = store.sites_of(w.session, [row.id]).get(row.id, []), sorted(set(site_ids))
    _replace(w, viewer, row, "site_ids", before, [AgreementSite(agreement_id=row.id, site_id=i) for i in after], after)


def set_types(w: Work, viewer: Viewer, agreement_id: int, type_ids: Collection[int]) -> None:
    """Leaves the agreement with exactly these ticket types; with none it covers all."""
    viewer.require("agreements.edit")
    row = get(w.session, Agreement, agreement_id, lock=True)
    for type_id in type_ids:
        form = Form({"type_id": type_id}, {"type_id": fields.record_id})
        form.refers(w.session, AgreementType.type_id)
        form.accepted()
    before, after = store.types_of(w.session, [row.id]).get(row.id, []), sorted(set(type_ids))
    _replace(w, viewer, row, "type_ids", before, [AgreementType(agreement_id=row.id, type_id=i) for i in after], after)


def _replace(
    w: Work, viewer: Viewer, row: Agreement, name: str, before: list[int], rows: Collection[Base], after: list[int]
) -> None:
    if before == after:
        return
    table = AgreementSite if name == "site_ids" else AgreementType
    w.session.execute(delete(table).where(table.agreement_id == row.id))
    save(w.session, *rows)
    audit.record(w, viewer, "updated", "agreement", row.id, {name: [before, after]})
