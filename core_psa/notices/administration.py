"""What administrators see and change: the outbox, how the desk sends, and which events users are not told of."""

from collections.abc import Collection, Mapping
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core_psa.audit import actions as audit
from core_psa.audit.changes import update
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get, save
from core_psa.errors import Conflict, FieldError, Invalid
from core_psa.notices import store
from core_psa.notices.tables import MailPolicy, OutgoingMail, SilentEvent
from core_psa.notices.wording import WORDINGS
from core_psa.viewer import Viewer

PERMISSION = "notices.edit"
STATES = ("waiting", "sent", "failed", "held", "cancelled")


class PolicyFields(TypedDict, total=False):
    """`held` keeps every mail in the outbox, `site` is the address links begin with, `language` what texts fall back to."""

    held: bool
    site: str
    language: str


def _site(value: str) -> str:
    address = value.strip().rstrip("/")
    parts = urlsplit(address)
    if address and not (parts.scheme in ("http", "https") and parts.netloc and not parts.query):
        raise fields.Refused(f"'{value[:100]}' is not an address such as https://desk.example.com")
    return address


_POLICY: Mapping[str, fields.Parser] = {"held": fields.flag, "site": _site, "language": fields.language}


def set_policy(w: Work, viewer: Viewer, **given: Unpack[PolicyFields]) -> MailPolicy:
    viewer.require(PERMISSION)
    values = Form(given, _POLICY).accepted()
    row = w.session.get(MailPolicy, 1)
    if row is None:
        row = store.policy(w.session)
        save(w.session, row)
    return update(w, viewer, row, values)


def silent_events(session: Session) -> set[str]:
    return set(session.scalars(select(SilentEvent.event)))


def set_silent(w: Work, viewer: Viewer, events: Collection[str]) -> None:
    """Leaves users without mails about exactly these events."""
    viewer.require(PERMISSION)
    told = tuple(event for event, audience in WORDINGS if audience == "user")
    if unknown := sorted(set(events) - set(told)):
        raise Invalid(*(FieldError("silent", f"users are not told of '{event[:100]}'", told) for event in unknown))
    before, after = silent_events(w.session), set(events)
    if before == after:
        return
    w.session.execute(delete(SilentEvent))
    save(w.session, *(SilentEvent(event=event) for event in sorted(after)))
    audit.record(w, viewer, "updated", "silent event", None, {"events": [sorted(before), sorted(after)]})


def outbox_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    state: str | None = None,
    ticket_id: int | None = None,
) -> Page[OutgoingMail]:
    """The newest first; of one state or about one ticket if asked."""
    viewer.require(PERMISSION)
    query = select(OutgoingMail)
    if state is not None:
        query = query.where(OutgoingMail.state == state)
    if ticket_id is not None:
        query = query.where(OutgoingMail.ticket_id == ticket_id)
    return page(session, query, (OutgoingMail.id,), cursor, limit, descending=True)


def counts(session: Session, viewer: Viewer) -> dict[str, int]:
    """How many mails are in each state."""
    viewer.require(PERMISSION)
    query = select(OutgoingMail.state, func.count()).group_by(OutgoingMail.state)
    return dict.fromkeys(STATES, 0) | {state: number for state, number in session.execute(query)}


def mail(session: Session, viewer: Viewer, mail_id: int) -> OutgoingMail:
    viewer.require(PERMISSION)
    return get(session, OutgoingMail, mail_id)


def send_again(w: Work, viewer: Viewer, mail_id: int) -> OutgoingMail:
    """Puts a mail that failed, was held or cancelled back into the queue, at once and whatever the ceilings say."""
    row = _unsettled(w, viewer, mail_id)
    return update(w, viewer, row, {"state": "waiting", "due_at": w.now, "attempts": 0, "error": None, "released": True})


def cancel(w: Work, viewer: Viewer, mail_id: int) -> OutgoingMail:
    row = _unsettled(w, viewer, mail_id)
    return update(w, viewer, row, {"state": "cancelled", "error": f"cancelled by {viewer.name}"})


def _unsettled(w: Work, viewer: Viewer, mail_id: int) -> OutgoingMail:
    viewer.require(PERMISSION)
    row = get(w.session, OutgoingMail, mail_id, lock=True)
    in_hand = row.lease_until is not None and row.lease_until >= w.now
    if row.state == "sent" or in_hand:
        raise Conflict("this mail has been sent" if row.state == "sent" else "this mail is being sent right now")
    return row


def waiting(session: Session) -> int:
    """How many mails are still to go."""
    query: Any = select(func.count()).select_from(OutgoingMail).where(OutgoingMail.state == "waiting")
    return session.scalar(query) or 0
