"""Blocking senders, letting them in again, and filing what a blocked one sends."""

from collections.abc import Mapping
from typing import TypedDict, Unpack

from sqlalchemy import select

from core_psa.audit import actions as audit
from core_psa.audit.changes import create
from core_psa.customers.store import owners_of
from core_psa.customers.tables import Customer
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.records import get
from core_psa.desk.spam import not_spam
from core_psa.intake.senders import rules, store
from core_psa.intake.senders.tables import BlockedSender
from core_psa.suggestions.actions import wait_for_triage
from core_psa.suggestions.store import triage_of
from core_psa.viewer import Viewer

_SENDER: Mapping[str, fields.Parser] = {"sender": rules.sender, "note": fields.text}


class SenderFields(TypedDict, total=False):
    sender: str
    note: str


def block(w: Work, viewer: Viewer, **given: Unpack[SenderFields]) -> BlockedSender:
    """Whatever this sender sends from now on is filed as spam. A customer's own domain cannot be blocked as a whole."""
    viewer.require("tickets.edit")
    form = Form(given, _SENDER, ["sender"])
    form.unique(w.session, BlockedSender.sender)
    blocked = form.values.get("sender", "")
    if owner := owners_of(w.session, [blocked]).get(blocked):
        name = w.session.scalar(select(Customer.name).where(Customer.id == owner))
        form.refuse("sender", f"is the domain of {name}: block single addresses instead")
    return create(w, viewer, BlockedSender(**form.accepted(), created_at=w.now))


def unblock(w: Work, viewer: Viewer, blocked_id: int) -> None:
    viewer.require("tickets.edit")
    row = get(w.session, BlockedSender, blocked_id, lock=True)
    audit.record(w, viewer, "deleted", "blocked sender", row.id, {"sender": [row.sender, None]})
    w.session.delete(row)


def take_back(w: Work, viewer: Viewer, ticket_id: int) -> None:
    """Says that a ticket is no spam after all; one that never was triaged is triaged now. Raises NotSpam."""
    not_spam(w, viewer, ticket_id)
    if triage_of(w.session, ticket_id) is None:
        wait_for_triage(w, ticket_id)


def is_blocked(w: Work, address: str) -> bool:
    """Whether what this address sends is filed as spam; counts that it was met."""
    row = store.blocking(w.session, address)
    if row is None:
        return False
    row.hits, row.last_hit_at = row.hits + 1, w.now
    return True
