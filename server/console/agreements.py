"""Agreements: their list, of all customers or of one, and the page one of them is changed on."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.agreements import store
from core_psa.agreements.actions import AgreementFields
from core_psa.agreements.tables import Agreement
from core_psa.customers import store as customers
from core_psa.customers.tables import Customer
from core_psa.db import Work
from core_psa.errors import Conflict, FieldError, Invalid
from core_psa.reads import lookups
from core_psa.reads.choices import choices
from core_psa.sla import agreement_actions as actions
from core_psa.sla import policy_actions, policy_store
from core_psa.sla.tables import Calendar, SlaPolicy
from server.console.forms import EMPTY, Form, Posted, attempt, problems
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/agreements")

AgreementKey = Annotated[int, Path(ge=1, le=2**62)]
CustomerId = Annotated[int | None, Query(ge=1, le=2**62)]


@router.get("")
def agreements_page(visit: Console, customer: CustomerId = None, cursor: str | None = None) -> Response:
    return _list(visit, customer, cursor)


def _list(
    visit: Visit,
    customer: int | None,
    cursor: str | None = None,
    form: Form = EMPTY,
    errors: dict[str, str] | None = None,
) -> Response:
    with visit.db.read() as session:
        found = store.agreement_page(session, visit.viewer, cursor, customer_id=customer)
        return page(
            visit,
            "sla/agreements.html",
            status=422 if errors else 200,
            form=form,
            errors=errors or {},
            found=found,
            customer=customers.customer(session, visit.viewer, customer) if customer else None,
            customers=_names(session, Customer, [row.customer_id for row in found.rows]),
            policies=_names(session, SlaPolicy, [row.sla_policy_id for row in found.rows]),
            calendars=_names(session, Calendar, [row.calendar_id for row in found.rows]),
            today=visit.db.clock.now().astimezone(visit.zone).date(),
            first=cursor is None,
            **_policy_of(session, visit, customer),
        )


@router.post("/of/{customer}")
def give_policy(customer: AgreementKey, visit: Console, form: Posted) -> Response:
    """The policy for what no agreement of the customer names one for."""
    errors = attempt(
        visit.db,
        lambda w: policy_actions.set_policy_of_customer(w, visit.viewer, customer, form.number("sla_policy_id")),
    )
    if errors:
        return _list(visit, customer, form=form, errors=errors)
    return RedirectResponse(f"/agreements?customer={customer}&saved=1", 303)


@router.get("/new")
def new_agreement(visit: Console, customer: CustomerId = None) -> Response:
    visit.viewer.require("agreements.edit")
    return _form(visit, None, customer_id=customer)


@router.get("/{agreement_id}")
def agreement_page(agreement_id: AgreementKey, visit: Console) -> Response:
    return _form(visit, agreement_id)


@router.post("/new")
def create(visit: Console, form: Posted) -> Response:
    return _save(visit, None, form)


@router.post("/{agreement_id}")
def change(agreement_id: AgreementKey, visit: Console, form: Posted) -> Response:
    return _save(visit, agreement_id, form)


def _policy_of(session: Session, visit: Visit, customer_id: int | None) -> dict[str, Any]:
    if customer_id is None:
        return {}
    given = policy_store.policy_of_customer(session, visit.viewer, customer_id)
    return {
        "given": given,
        "offered": lookups.sla_policies(session, given),
        "may_give": visit.viewer.may("customers.edit"),
    }


def _save(visit: Visit, agreement_id: int | None, form: Form) -> Response:
    visit.viewer.require("agreements.edit")
    try:
        with visit.db.work() as w:
            saved = _written(w, visit, agreement_id, form)
    except (Invalid, Conflict) as error:
        return _form(visit, agreement_id, form, problems(error), form.number_shown("customer_id"))
    return RedirectResponse(f"/agreements/{saved}?saved=1", 303)


def _written(w: Work, visit: Visit, agreement_id: int | None, form: Form) -> int:
    fields = AgreementFields(
        name=form.text("name"),
        note=form.text("note"),
        sla_policy_id=form.number("sla_policy_id"),
        calendar_id=form.number("calendar_id"),
        raises_priority="on" in form.texts("raises_priority"),
        ends_on=_day(form, "ends_on"),
    )
    if (starts := _day(form, "starts_on")) is not None:
        fields["starts_on"] = starts
    covered = {"site_ids": _ids(form, "sites"), "type_ids": _ids(form, "types")}
    if agreement_id is not None:
        return actions.update_agreement(w, visit.viewer, agreement_id, **covered, **fields).id
    customer_id = form.number("customer_id")
    if customer_id is None:
        raise Invalid(FieldError("customer_id", "must be given"))
    return actions.create_agreement(w, visit.viewer, customer_id, **covered, **fields).id


def _day(form: Form, name: str) -> date | None:
    written = form.text(name).strip()
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise Invalid(FieldError(name, f"'{written[:40]}' is not a day such as 2026-03-31")) from None


def _ids(form: Form, name: str) -> list[int]:
    return form.numbers(name)


def _form(
    visit: Visit,
    agreement_id: int | None,
    form: Form = EMPTY,
    errors: dict[str, str] | None = None,
    customer_id: int | None = None,
) -> Response:
    with visit.db.read() as session:
        agreement = store.agreement(session, visit.viewer, agreement_id) if agreement_id else None
        owner = agreement.customer_id if agreement else customer_id
        offered = choices(session, customers=agreement is None)
        return page(
            visit,
            "sla/agreement.html",
            status=422 if errors else 200,
            agreement=agreement,
            customer=customers.customer(session, visit.viewer, owner) if owner else None,
            customers=offered.customers,
            sites=_sites(session, visit, owner) if owner else (),
            types=offered.types,
            policies=lookups.sla_policies(session, agreement.sla_policy_id if agreement else None),
            calendars=lookups.calendars(session, agreement.calendar_id if agreement else None),
            **_covered(session, agreement),
            may_edit=visit.viewer.may("agreements.edit"),
            form=form,
            errors=errors or {},
        )


def _sites(session: Session, visit: Visit, customer_id: int) -> Sequence[tuple[int, str]]:
    found = customers.site_page(session, visit.viewer, customer_id, limit=200)
    return [(site.id, site.name) for site in found.rows]


def _covered(session: Session, agreement: Agreement | None) -> dict[str, list[int]]:
    if agreement is None:
        return {"site_ids": [], "type_ids": []}
    sites, types = store.sites_of(session, [agreement.id]), store.types_of(session, [agreement.id])
    return {"site_ids": sites.get(agreement.id, []), "type_ids": types.get(agreement.id, [])}


def _names(session: Session, model: Any, ids: Sequence[int | None]) -> dict[int, str]:
    query = select(model.id, model.name).where(model.id.in_({i for i in ids if i}))
    return {record_id: name for record_id, name in session.execute(query)}
