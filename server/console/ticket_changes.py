"""What an agent does on the ticket page. Every change goes through the desk; a refusal is shown where it was asked for."""

from collections.abc import Callable, Collection

from starlette.responses import RedirectResponse, Response

from core_psa.customers.tables import Site
from core_psa.db import Work
from core_psa.desk import actions as desk
from core_psa.desk import approvals, names
from core_psa.desk.attachments import attach_to_message
from core_psa.desk.steps import Extra
from core_psa.errors import ActionRefused, Conflict, FieldError, Invalid, NotFound
from core_psa.reads.collisions import changed_since, in_the_way
from core_psa.suggestions import actions as suggestions
from core_psa.suggestions import store as proposals
from core_psa.suggestions.rules import FIELDS
from core_psa.tickets.tables import Action
from server.console.forms import Form, Posted, problems, said
from server.console.panel import address_of
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.ticket import Trouble, show
from server.console.ticket_key import Key, TicketKey
from server.console.ticket_steps import take
from server.console.timeline import timeline
from server.uploads import stage

router = page_router()

SAYING = ("reply", "note", "resolve", "reopen")


class SomebodyWasFaster(Conflict):
    """Other people changed what this change is about; `others` is what they did."""

    def __init__(self, ticket_id: int, others: Collection[Action]) -> None:
        super().__init__(f"ticket {ticket_id} was changed in between")
        self.others = list(others)


@router.post("/tickets/{key}/say")
def say(key: TicketKey, form: Posted, visit: Console) -> Response:
    """Reply, note, resolution or reason to reopen, with the time it took."""
    kind = form.text("kind")
    try:
        # Before anything else: what has come in is kept, whatever becomes of the message.
        form = form.adding("attachment", stage(visit.desk, visit.viewer, int(key), form.files))
    except Invalid as invalid:
        return show(visit, int(key), Trouble("composer", visit.request.url.path, form, problems(invalid)))

    def change(w: Work) -> None:
        take(w, visit, int(key), kind, form)
        attach_to_message(w, visit.viewer, int(key), form.numbers("attachment"))

    # A note takes nothing from anybody.
    return attempt(visit, int(key), form, "composer", change, checked=kind != "note")


@router.post("/tickets/{key}/do/{name}")
def do(key: TicketKey, name: str, form: Posted, visit: Console) -> Response:
    """Any other action that the ticket's workflow offers."""
    return attempt(visit, int(key), form, "steps", lambda w: take(w, visit, int(key), name, form))


@router.post("/tickets/{key}/approvals/{approval_id}")
def answer(key: TicketKey, approval_id: Key, form: Posted, visit: Console) -> Response:
    """Approves or refuses what the viewer was asked."""
    decision, words = form.text("decision"), form.text("note")
    return attempt(
        visit,
        int(key),
        form,
        "approvals",
        lambda w: approvals.answer(w, visit.viewer, approval_id, decision, words),
        checked=False,
    )


@router.post("/tickets/{key}/own")
def own_fields(key: TicketKey, form: Posted, visit: Console) -> Response:
    """How bad and how pressing it is, and the fields of its type."""
    values = {name: form.text(name) or None for name in ("impact", "urgency") if form.given(name)}
    wanted = {**values, **({"severity_a": "on" in form.texts("severity_a")} if form.given("severity_a") else {})}
    fields = form.starting("own_")
    return attempt(
        visit,
        int(key),
        form,
        "fields",
        lambda w: desk.update(w, visit.viewer, int(key), values=wanted, extra=Extra(fields=fields)),
        fields=(*wanted, *fields),
    )


@router.post("/tickets/{key}/close")
def close(key: TicketKey, form: Posted, visit: Console) -> Response:
    return attempt(visit, int(key), form, "head", lambda w: desk.close(w, visit.viewer, int(key)))


@router.post("/tickets/{key}/take")
def assign_to_me(key: TicketKey, form: Posted, visit: Console) -> Response:
    """Assigns the ticket to whoever asks."""
    values = {"assignee": visit.viewer.agent_id}
    return attempt(
        visit,
        int(key),
        form,
        "head",
        lambda w: desk.assign(w, visit.viewer, int(key), values=values),
        fields=("assignee",),
    )


@router.post("/tickets/{key}/fields")
def update(key: TicketKey, form: Posted, visit: Console) -> Response:
    """Status, type, subject or tags."""
    values = {name: form.number(name) for name in ("status", "type") if form.number(name)}
    texts = {"subject": form.text("subject").strip()} if form.text("subject").strip() else {}
    tags = {"tags": form.listed("tags")} if form.given("tags") else {}
    wanted = {**values, **texts, **tags}
    return attempt(
        visit,
        int(key),
        form,
        "details",
        lambda w: desk.update(w, visit.viewer, int(key), values=wanted),
        fields=tuple(wanted),
    )


@router.post("/tickets/{key}/whose")
def change_whose(key: TicketKey, form: Posted, visit: Console) -> Response:
    """Who asks, for which customer, from which site."""

    def change(w: Work) -> None:
        values = _whose(w, form)
        desk.update(w, visit.viewer, int(key), values=values)

    return attempt(visit, int(key), form, "whose", change, fields=("customer", "requester", "site"))


def _whose(w: Work, form: Form) -> dict[str, int | None]:
    """What was picked counts by its id, what was only typed by its name; an emptied box is nobody. A site of the customer
    before goes with them."""
    values = {name: _picked(w, form, name) for name in ("requester", "customer")}
    site = form.number("site")
    if site is not None and values["customer"] is not None:
        row = w.session.get(Site, site)
        theirs = row is not None and row.customer_id == values["customer"]
        return {**values, "site": site if theirs else None}
    return {**values, "site": None} if form.given("site") else values


def _picked(w: Work, form: Form, name: str) -> int | None:
    if not form.text(name).strip():
        return None
    picked = form.number(f"{name}_id")
    return names.find(w.session, name, form.text(name).strip() if picked is None else picked)


@router.post("/tickets/{key}/suggestion/accept")
def accept(key: TicketKey, form: Posted, visit: Console) -> Response:
    """Takes the proposals that were on the page; one that has changed meanwhile is shown again instead."""
    wanted = [name for name in form.texts("field") if name in FIELDS]
    expected = {name: form.number(f"value_{name}") for name in wanted}
    return attempt(
        visit,
        int(key),
        form,
        "triage",
        lambda w: suggestions.accept(w, visit.viewer, int(key), wanted, expected=expected),
        fields=wanted,
    )


@router.post("/tickets/{key}/suggestion/choose")
def choose(key: TicketKey, form: Posted, visit: Console) -> Response:
    """Sets one triaged field by hand: a decision where something was suggested for it, a plain change elsewhere."""
    name = form.text("field")
    return attempt(visit, int(key), form, "triage", lambda w: _choose(w, visit, int(key), name, form), fields=(name,))


def _choose(w: Work, visit: Visit, ticket_id: int, name: str, form: Form) -> None:
    if name not in FIELDS:
        raise Invalid(FieldError("field", "is not chosen here", FIELDS))
    number = form.number("value")
    value = None if number is None else names.find(w.session, name, number)
    proposal = proposals.proposals_of(w.session, ticket_id).get(name)
    if not (proposal and proposal.shown and visit.viewer.may("suggestions.decide")):
        desk.update(w, visit.viewer, ticket_id, values={name: value})
    elif proposal.value_id == value:
        suggestions.accept(w, visit.viewer, ticket_id, [name])
    else:
        suggestions.override(w, visit.viewer, ticket_id, name, value)


def attempt(
    visit: Visit,
    ticket_id: int,
    form: Form,
    area: str,
    change: Callable[[Work], object],
    *,
    fields: Collection[str] = (),
    checked: bool = True,
) -> Response:
    """Makes the change and shows the page anew, or shows it with what stood in the way.

    A change that returns an address leads there instead.
    """
    address = visit.request.url.path
    try:
        with visit.db.work() as w:
            if checked:
                _must_not_collide(w, visit, ticket_id, form, fields)
            leads_to = change(w)
            w.after_commit(visit.desk.live.look_now)
    except SomebodyWasFaster as faster:
        others = timeline(faster.others, visit.viewer.agent_id)
        return show(visit, ticket_id, Trouble(area, address, form, others=others, status=409))
    except ActionRefused as refused:
        reasons = (*refused.reasons, "What can be done now: " + ", ".join(refused.allowed))
        return show(visit, ticket_id, Trouble(area, address, form, reasons=reasons, status=409))
    except Conflict as conflict:
        return show(visit, ticket_id, Trouble(area, address, form, reasons=(str(conflict),), status=409))
    except NotFound as missing:
        return show(visit, ticket_id, Trouble(area, address, form, reasons=(str(missing).capitalize(),)))
    except Invalid as invalid:
        return show(visit, ticket_id, Trouble(area, address, form, {e.field: said(e) for e in invalid.errors}))
    return RedirectResponse(leads_to if isinstance(leads_to, str) else address_of(ticket_id, form), 303)


def _must_not_collide(w: Work, visit: Visit, ticket_id: int, form: Form, fields: Collection[str]) -> None:
    version = form.number("version")
    if version is None:
        return
    others = in_the_way(changed_since(w.session, visit.viewer, ticket_id, version), fields)
    if others:
        raise SomebodyWasFaster(ticket_id, others)
