"""One screen to open a ticket, by phone or otherwise, with a look at what triage would say."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from core_psa.desk import names
from core_psa.errors import DomainError, Invalid
from core_psa.intake.cleaning import TEXT_VERSION, clean, text_hash
from core_psa.intake.receive import NewTicket, check_content, receive
from core_psa.reads import lookups
from core_psa.reads.choices import choices
from core_psa.reads.queue import queue
from core_psa.reads.queue_filter import QueueFilter
from core_psa.reads.suggestion import SuggestionView, of_preview
from core_psa.suggestions.rules import FIELDS
from core_psa.tickets import store
from core_psa.tickets.own_fields.rules import Field
from core_psa.tickets.own_fields.store import fields_of
from core_psa.tickets.urgency.rules import LEVELS
from server.console.channels import TAKEN_DOWN
from server.console.forms import EMPTY, Form, Posted, said, whole
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page
from triage.desk.desk_triage import Asked

router = page_router("/tickets/new")


@router.get("")
def form_page(visit: Console, customer_id: str = "", requester_id: str = "") -> Response:
    """Empty, or for the customer or user whose page it was asked on."""
    visit.viewer.require("tickets.edit")
    with visit.db.read() as session:
        known = lookups.named(session, visit.viewer, whole(customer_id), whole(requester_id))
    return _page(visit, Form(list(known.items())), {})


@router.post("")
def open_ticket(visit: Console, form: Posted) -> Response:
    try:
        with visit.db.work() as w:
            ticket = receive(w, visit.viewer, _new_ticket(form))
            w.after_commit(visit.desk.wake)
    except Invalid as invalid:
        return _page(visit, form, {e.field: said(e) for e in invalid.errors}, status=422)
    return RedirectResponse(f"/tickets/{ticket.id}", 303)


@router.post("/preview")
def preview(visit: Console, form: Posted) -> Response:
    """What triage would suggest; nothing is stored."""
    visit.viewer.require("tickets.edit")
    try:
        return page(visit, "new/preview.html", suggestion=_asked(visit, _new_ticket(form)), reason="")
    except DomainError as error:
        return page(visit, "new/preview.html", suggestion=None, reason=str(error))


@router.get("/requesters")
def requesters(
    visit: Console, requester: Annotated[str, Query(max_length=200)] = "", customer_id: str = ""
) -> Response:
    """Users to choose from while a name, address or number is being typed."""
    with visit.db.read() as session:
        found = lookups.users_like(session, visit.viewer, requester, whole(customer_id)) if requester.strip() else ()
    return page(visit, "new/requesters.html", found=found, typed=requester)


@router.get("/customers")
def customers(visit: Console, customer: Annotated[str, Query(max_length=200)] = "") -> Response:
    with visit.db.read() as session:
        found = lookups.customers_like(session, visit.viewer, customer) if customer.strip() else ()
    return page(visit, "new/customers.html", found=found, typed=customer)


@router.get("/known")
def known(visit: Console, customer_id: str = "", requester_id: str = "") -> Response:
    """The sites of the chosen customer, and the recent tickets of who is asking: a call is often a chase-up."""
    customer, requester = whole(customer_id), whole(requester_id)
    with visit.db.read() as session:
        sites = lookups.sites_of(session, visit.viewer, customer) if customer else ()
        wanted = QueueFilter(requester=requester) if requester else QueueFilter(customer=customer)
        asked = requester or customer
        recent = queue(session, visit.viewer, wanted, limit=5).items if asked else ()
    return page(visit, "new/known.html", sites=sites, recent=recent, whose="requester" if requester else "customer")


@router.get("/fields")
def own_fields(visit: Console, type: str = "") -> Response:
    """The fields that tickets of the chosen type have of their own, with their defaults."""
    visit.viewer.require("tickets.edit")
    return page(visit, "new/fields.html", own_fields=_own_fields(visit, whole(type)), form=EMPTY, errors={})


@router.get("/own-choices")
def own_choices(
    visit: Console,
    kind: Literal["user", "asset"],
    picked: Annotated[str, Query(max_length=200)] = "",
    customer_id: str = "",
    list: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """People or assets of the ticket's customer, for a field of its type, while words are being typed."""
    customer = whole(customer_id)
    with visit.db.read() as session:
        look = lookups.users_named if kind == "user" else lookups.assets_named
        found = look(session, visit.viewer, picked, customer) if customer and picked.strip() else ()
    return page(visit, "new/own_choices.html", found=found, typed=picked, customer=customer, list=list)


def _own_fields(visit: Visit, type_id: int | None) -> tuple[Field, ...]:
    with visit.db.read() as session:
        first = store.types(session)[0].id
        return fields_of(session, type_id or first)


def _new_ticket(form: Form) -> NewTicket:
    """What was typed counts unless something was picked from a list, whose id then goes with it."""
    numbers: dict[str, Any] = {
        name: form.number(name) for name in ("site", "type", "category", "priority", "team", "assignee")
    }
    return NewTicket(
        subject=form.text("subject"),
        body=form.text("body"),
        channel=form.text("channel", "phone"),
        customer=form.text("customer_id") or form.text("customer").strip() or None,
        requester=form.text("requester_id") or form.text("requester").strip() or None,
        tags=form.listed("tags"),
        impact=form.text("impact") or None,
        urgency=form.text("urgency") or None,
        severity_a="on" in form.texts("severity_a"),
        fields={name: value for name, value in form.starting("own_").items() if value.strip()},
        **numbers,
    )


def _asked(visit: Visit, new: NewTicket) -> SuggestionView:
    """Raises Invalid for what could not be opened as a ticket, StoreUnavailable where triage cannot run."""
    check_content(new)
    (said,) = visit.desk.triage.preview([_as_asked(visit, new, visit.db.clock.now())]).previews
    with visit.db.read() as session:
        return of_preview(session, visit.viewer, said.fields, said.neighbours, said.related, said.eta)


def _as_asked(visit: Visit, new: NewTicket, now: datetime) -> Asked:
    text = clean(new.subject, new.body)
    with visit.db.read() as session:
        customer = None if new.customer is None else names.find(session, "customer", new.customer)
    present = {name: getattr(new, name) for name in FIELDS}
    return Asked(
        ticket_id=None,
        text=text,
        text_version=TEXT_VERSION,
        text_hash=text_hash(text),
        created_at=now,
        customer_id=customer,
        team_id=present["team"],
        present=present,
    )


def _page(visit: Visit, form: Form, errors: dict[str, str], status: int = 200) -> Response:
    customer = whole(form.text("customer_id"))
    with visit.db.read() as session:
        offered = choices(session)
        sites = lookups.sites_of(session, visit.viewer, customer) if customer else ()
    return page(
        visit,
        "new_ticket.html",
        status=status,
        form=form,
        errors=errors,
        choices=offered,
        channels=TAKEN_DOWN,
        sites=sites,
        own_fields=_own_fields(visit, whole(form.text("type"))),
        levels=LEVELS,
        triage_works=visit.desk.triage.state != "unavailable",
    )
