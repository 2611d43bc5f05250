"""The one door through which tickets come in. Channels only translate their raw input into a NewTicket."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core_psa.customers.tables import Site, User
from core_psa.db import Work
from core_psa.desk import names
from core_psa.desk.actions import Opening, open_ticket
from core_psa.desk.spam import mark_spam
from core_psa.errors import FieldError, Invalid
from core_psa.intake.cleaning import TEXT_VERSION, clean, text_hash
from core_psa.intake.senders.actions import is_blocked
from core_psa.suggestions import actions as suggestions
from core_psa.tickets import store
from core_psa.tickets.rules import CHANNELS
from core_psa.tickets.tables import Ticket
from core_psa.viewer import SYSTEM, Viewer

MAX_CHARACTERS = 10_000_000

# The channels on which anybody can send anything.
_ANYBODY = ("api", "email", "portal")

Named = int | str | None


@dataclass(frozen=True)
class NewTicket:
    """What a channel understood of its raw input. References are ids or names; `body` is the message as it came.

    `fields` are values of the type's own fields by name; `sender` is the address it came from, where that is not the
    requester's own.
    """

    subject: str = ""
    body: str = ""
    channel: str = "api"
    customer: Named = None
    requester: Named = None
    site: Named = None
    type: Named = None
    category: Named = None
    priority: Named = None
    team: Named = None
    assignee: Named = None
    impact: str | None = None
    urgency: str | None = None
    severity_a: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = field(default_factory=tuple)
    sender: str = ""


def receive(w: Work, viewer: Viewer, new: NewTicket) -> Ticket:
    """Opens a ticket and leaves it waiting for triage. Raises Invalid naming every field that cannot be accepted.

    A customer's user opens their own. What a blocked sender sends is filed as spam, and told to nobody.
    """
    if viewer.kind == "user":
        new = replace(new, customer=viewer.customer_id, requester=viewer.id)
    else:
        viewer.require("tickets.edit")
    opening = _opening(w, new)
    if new.channel in _ANYBODY and is_blocked(w, new.sender or _address(w, opening.requester_id)):
        return _as_spam(w, viewer, opening)
    ticket = open_ticket(w, viewer, opening)
    suggestions.await_triage(w, ticket.id)
    return ticket


def _as_spam(w: Work, viewer: Viewer, opening: Opening) -> Ticket:
    ticket = open_ticket(w, viewer, replace(opening, spam=True))
    mark_spam(w, SYSTEM, ticket.id)
    return ticket


def _address(w: Work, user_id: int | None) -> str:
    user = w.session.get(User, user_id) if user_id else None
    return (user.email if user else None) or ""


def _opening(w: Work, new: NewTicket) -> Opening:
    found, errors = _references(w, new)
    errors += _content_errors(new)
    if errors:
        raise Invalid(*errors)
    text = clean(new.subject, new.body)
    references: dict[str, Any] = {"type_id": store.first_type(w.session), **found}
    return Opening(
        subject=new.subject if new.subject.strip() else _first_line(text),
        body=new.body,
        text=text,
        text_version=TEXT_VERSION,
        text_hash=text_hash(text),
        channel=new.channel,
        impact=new.impact or None,
        urgency=new.urgency or None,
        severity_a=new.severity_a,
        own=new.fields,
        tags=new.tags,
        type_given="type_id" in found,
        **references,
    )


def _content_errors(new: NewTicket) -> list[FieldError]:
    errors = []
    if not new.subject.strip() and not new.body.strip():
        errors.append(FieldError("subject", "subject and body must not both be empty"))
    if len(new.subject) + len(new.body) > MAX_CHARACTERS:
        errors.append(FieldError("body", "subject and body together must stay within 10 MB"))
    if new.channel not in CHANNELS:
        errors.append(FieldError("channel", f"'{new.channel[:100]}' is not a channel", CHANNELS))
    return errors


def check_content(new: NewTicket) -> None:
    """Raises Invalid if this could not be opened as a ticket for what it says."""
    if errors := _content_errors(new):
        raise Invalid(*errors)


def _references(w: Work, new: NewTicket) -> tuple[dict[str, int], list[FieldError]]:
    """Ids by column for every reference given, and what is wrong with the others."""
    found: dict[str, int] = {}
    errors: list[FieldError] = []
    for name, reference in names.REFERENCES.items():
        given = getattr(new, name, None)
        if given is None or given == "":
            continue
        try:
            found[reference.column] = names.find(w.session, name, given)
        except Invalid as invalid:
            errors.extend(invalid.errors)
    _fill_customer(w, found, errors)
    return found, errors


def _fill_customer(w: Work, found: dict[str, int], errors: list[FieldError]) -> None:
    """A requester or site tells the customer; two that disagree are an error."""
    for column, model in (("requester_id", User), ("site_id", Site)):
        if column not in found:
            continue
        record: User | Site = w.session.get_one(model, found[column])  # type: ignore[assignment]
        if found.setdefault("customer_id", record.customer_id) != record.customer_id:
            errors.append(FieldError(column.removesuffix("_id"), "belongs to another customer"))


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:120] if text.strip() else "(no subject)"
