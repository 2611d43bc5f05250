"""Assets of customers: to find, read and change, with where their documentation stands."""

from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from core_psa.assets import actions, remote_actions, store
from core_psa.assets.rules import RELATIONS, STATUSES, warnings
from core_psa.assets.store import AssetFilter
from core_psa.customers.tables import Customer, Site, User
from core_psa.db import Work
from core_psa.errors import FieldError, Invalid
from core_psa.reads.choices import choices
from core_psa.tickets.store import visible
from core_psa.tickets.tables import Ticket
from server.api.models import Key
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router()

Words = Annotated[str, Query(max_length=200)]


@router.get("/assets")
def assets_page(
    visit: Console, q: Words = "", customer: str = "", type: str = "", status: str = "", cursor: str | None = None
) -> Response:
    given = AssetFilter(customer=_number(customer), type=_number(type), status=status or None, words=q)
    with visit.db.read() as session:
        found = store.asset_page(session, visit.viewer, given, cursor)
        types = [(kind.id, kind.name) for kind in store.types(session, visit.viewer, inactive=True)]
        offered = choices(session, customers=True)
        return page(
            visit,
            "assets/assets.html",
            rows=found.rows,
            next_cursor=found.next_cursor,
            types=types,
            names=dict(types),
            choices=offered,
            customers=dict(offered.customers),
            statuses=[(status, status.capitalize()) for status in STATUSES],
            chosen={"q": q, "customer": customer, "type": type, "status": status},
            today=visit.db.clock.now().date(),
        )


@router.get("/assets/new")
def new_page(visit: Console, customer: str = "") -> Response:
    visit.viewer.require("assets.edit")
    return _form(visit, None, Form([("customer_id", customer)]) if customer else EMPTY)


@router.post("/assets/new")
def create(visit: Console, form: Posted) -> Response:
    made: list[int] = []

    def change(w: Work) -> None:
        made.append(actions.create_asset(w, visit.viewer, **_given(form)).id)

    errors = attempt(visit.db, change)
    return _form(visit, None, form, errors) if errors else RedirectResponse(f"/assets/{made[0]}?saved=1", 303)


@router.get("/assets/{asset_id}")
def asset_page(asset_id: Key, visit: Console) -> Response:
    return _asset(visit, asset_id)


def _asset(visit: Visit, asset_id: int, form: Form = EMPTY, errors: dict[str, str] | None = None) -> Response:
    today = visit.db.clock.now().date()
    with visit.db.read() as session:
        row = store.asset(session, visit.viewer, asset_id)
        ids = store.ticket_ids(session, visit.viewer, asset_id, limit=20)
        about = select(Ticket).where(Ticket.id.in_(ids), visible(visit.viewer)).order_by(Ticket.id.desc())
        kinds = {kind.id: kind for kind in store.types(session, visit.viewer, inactive=True)}
        return page(
            visit,
            "assets/asset.html",
            status=422 if errors else 200,
            form=form,
            errors=errors or {},
            held=row,
            kind=kinds[row.type_id],
            customer=session.get_one(Customer, row.customer_id),
            site=session.get(Site, row.site_id) if row.site_id else None,
            user=session.get(User, row.user_id) if row.user_id else None,
            warnings=warnings(row.status, supported=row.supported, warranty_until=row.warranty_until, today=today),
            relations=store.relations(session, visit.viewer, asset_id),
            kinds_of_relation=RELATIONS,
            others=store.offered(session, visit.viewer, row.customer_id, [row.id]),
            history=store.history(session, visit.viewer, asset_id, limit=50).rows,
            tickets=session.scalars(about).all(),
            links=store.document_page(session, visit.viewer, asset_id=asset_id).rows,
        )


@router.get("/assets/{asset_id}/edit")
def edit_page(asset_id: Key, visit: Console) -> Response:
    visit.viewer.require("assets.edit")
    return _form(visit, asset_id)


@router.post("/assets/{asset_id}/edit")
def save(asset_id: Key, visit: Console, form: Posted) -> Response:
    def change(w: Work) -> None:
        actions.update_asset(w, visit.viewer, asset_id, expected_version=form.number("version"), **_given(form))

    errors = attempt(visit.db, change)
    return _form(visit, asset_id, form, errors) if errors else RedirectResponse(f"/assets/{asset_id}?saved=1", 303)


@router.post("/assets/{asset_id}/relations")
def relate(asset_id: Key, visit: Console, form: Posted) -> Response:
    def change(w: Work) -> None:
        other = form.number("other")
        if other is None:
            raise Invalid(FieldError("other", "choose an asset"))
        actions.relate(w, visit.viewer, asset_id, form.text("kind"), other)

    errors = attempt(visit.db, change)
    return _asset(visit, asset_id, EMPTY, errors) if errors else RedirectResponse(f"/assets/{asset_id}", 303)


@router.post("/assets/{asset_id}/documents")
def add_document(asset_id: Key, visit: Console, form: Posted) -> Response:
    def change(w: Work) -> None:
        customer_id = store.asset(w.session, visit.viewer, asset_id).customer_id
        given = {"label": form.text("label"), "url": form.text("url")}
        remote_actions.create_document(w, visit.viewer, customer_id, asset_id=asset_id, **given)

    errors = attempt(visit.db, change)
    return _asset(visit, asset_id, form, errors) if errors else RedirectResponse(f"/assets/{asset_id}?saved=1", 303)


@router.post("/documents/{link_id}/remove")
def remove_document(link_id: Key, visit: Console, form: Posted) -> Response:
    """Leads back to the page it was asked on, the asset's or the customer's."""
    with visit.db.work() as w:
        customer_id = remote_actions.remove_document(w, visit.viewer, link_id)
    asset_id = form.number_shown("asset")
    return RedirectResponse(f"/assets/{asset_id}" if asset_id else f"/customers/{customer_id}", 303)


def _given(form: Form) -> Any:
    """What the form says; the type's own fields are named own_KEY."""
    values = {name.removeprefix("own_"): value for name, value in form.hidden() if name.startswith("own_") and value}
    numbers = {name: form.number(name) for name in ("customer_id", "site_id", "user_id", "type_id")}
    return {
        **{name: value for name, value in numbers.items() if value is not None or name in ("site_id", "user_id")},
        **{name: form.text(name) for name in ("name", "serial", "remote_id", "note")},
        "status": form.text("status", "in use"),
        "supported": form.text("supported") == "on",
        "warranty_until": form.text("warranty_until") or None,
        "values": values,
    }


def _form(visit: Visit, asset_id: int | None, form: Form = EMPTY, errors: dict[str, str] | None = None) -> Response:
    with visit.db.read() as session:
        row = None if asset_id is None else store.asset(session, visit.viewer, asset_id)
        customer_id = form.number_shown("customer_id") or (row.customer_id if row else None)
        types = [
            kind
            for kind in store.types(session, visit.viewer, inactive=True)
            if kind.active or (row is not None and kind.id == row.type_id)
        ]
        type_id = form.number_shown("type_id") or (row.type_id if row else None)
        kind = next((kind for kind in types if kind.id == type_id), None)
        sites = select(Site.id, Site.name).where(Site.customer_id == customer_id).order_by(Site.name)
        users = select(User.id, User.name).where(User.customer_id == customer_id, User.active).order_by(User.name)
        return page(
            visit,
            "assets/form.html",
            status=422 if errors else 200,
            held=row,
            form=form,
            errors=errors or {},
            types=[(kind.id, kind.name) for kind in types],
            kind=kind,
            own_options={f["key"]: [(o, o) for o in f["options"]] for f in kind.fields} if kind else {},
            statuses=[(status, status.capitalize()) for status in STATUSES],
            choices=choices(session, customers=True),
            sites=[tuple(found) for found in session.execute(sites)] if customer_id else [],
            users=[tuple(found) for found in session.execute(users.limit(500))] if customer_id else [],
        )


def _number(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= 18 else None
