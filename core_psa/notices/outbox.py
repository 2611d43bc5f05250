"""The outbox: taking mails from it, saying what became of them, and what an administrator may do about those that hang.

At least once: a mail is marked sent after the server has taken it. Whoever dies in between leaves a lease that runs
out, and the mail goes again under the same Message-ID, by which the receiving side knows it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from core_psa.db import Work
from core_psa.following.rules import nobody_reads
from core_psa.notices import store
from core_psa.notices.sending import REFERENCES, Ceilings, over, references, retry_after
from core_psa.notices.tables import OutgoingMail

_MOST_SAID = 500


@dataclass(frozen=True)
class Letter:
    """One mail to be sent now. `references` is its thread, oldest first; `personal` says that a person wrote it."""

    id: int
    address: str
    name: str
    subject: str
    text: str
    message_id: str
    references: tuple[str, ...]
    written_at: datetime
    personal: bool


def is_due(session: Session, now: datetime) -> bool:
    """Whether there may be something to send: a look that costs no writer's turn."""
    due = (OutgoingMail.state == "waiting", OutgoingMail.due_at <= now)
    return session.scalar(select(OutgoingMail.id).where(*due).limit(1)) is not None


def claim(w: Work, limit: int, lease: timedelta, domain: str, ceilings: Ceilings) -> Sequence[Letter]:
    """Takes up to `limit` mails that are due for the length of the lease; nothing while the desk holds its mail.

    A mail to an address nobody reads is cancelled; one too many for its reader is held until an administrator decides.
    """
    if not store.sends(w.session):
        return []
    free = or_(OutgoingMail.lease_until.is_(None), OutgoingMail.lease_until < w.now)
    due = (OutgoingMail.state == "waiting", OutgoingMail.due_at <= w.now, free)
    query = select(OutgoingMail).where(*due).order_by(OutgoingMail.due_at, OutgoingMail.id).limit(limit)
    rows = w.session.scalars(query.with_for_update(skip_locked=True)).all()
    return [_taken(w, row, lease, domain) for row in rows if _may_go(w, row, ceilings)]


def _may_go(w: Work, row: OutgoingMail, ceilings: Ceilings) -> bool:
    if nobody_reads(row.address):
        row.state, row.error = "cancelled", "nobody reads what is sent to such an address"
    elif row.released:
        return True
    elif reason := _one_too_many(w, row, ceilings):
        row.state, row.error = "held", reason
    return row.state == "waiting"


def _one_too_many(w: Work, row: OutgoingMail, ceilings: Ceilings) -> str | None:
    """Counts what went to this address, and what is on its way in anybody's hands."""
    went = or_(OutgoingMail.sent_at > w.now - ceilings.longest, OutgoingMail.lease_until >= w.now)
    query = select(OutgoingMail.ticket_id, OutgoingMail.sent_at).where(OutgoingMail.address == row.address, went)
    recent = [(ticket_id, sent_at or w.now) for ticket_id, sent_at in w.session.execute(query)]
    about = [at for ticket_id, at in recent if ticket_id == row.ticket_id]
    if row.ticket_id is not None and (ceiling := over(ceilings.ticket, about, w.now)):
        return f"more than {ceiling.mails} mails about this ticket in {ceiling.minutes} minutes"
    if ceiling := over(ceilings.person, [at for _, at in recent], w.now):
        return f"more than {ceiling.mails} mails to this person in {ceiling.minutes} minutes"
    return None


def _taken(w: Work, row: OutgoingMail, lease: timedelta, domain: str) -> Letter:
    row.attempts += 1
    row.lease_until = w.now + lease
    row.message_id = row.message_id or f"<{row.ticket_id or 'desk'}.{secrets.token_hex(12)}@{domain}>"
    w.session.flush()
    return Letter(
        id=row.id,
        address=row.address,
        name=row.name,
        subject=row.subject,
        text=row.text,
        message_id=row.message_id,
        references=references(row.ticket_id, _earlier(w, row), domain),
        written_at=row.created_at,
        personal=row.audience == "user" and row.event == "replied",
    )


def _earlier(w: Work, row: OutgoingMail) -> list[str]:
    """The mails this reader has been sent about the ticket, oldest first."""
    if row.ticket_id is None:
        return []
    query = select(OutgoingMail.message_id).where(
        OutgoingMail.ticket_id == row.ticket_id, OutgoingMail.address == row.address, OutgoingMail.state == "sent"
    )
    newest = w.session.scalars(query.order_by(OutgoingMail.id.desc()).limit(REFERENCES))
    return [message_id for message_id in newest if message_id][::-1]


def sent(w: Work, mail_id: int) -> None:
    row = w.session.get_one(OutgoingMail, mail_id)
    row.state, row.sent_at, row.lease_until, row.error = "sent", w.now, None, None


def refused(w: Work, mail_id: int, error: str, *, for_good: bool) -> None:
    """The server did not take it: it is tried again later, or never where that cannot help."""
    row = w.session.get_one(OutgoingMail, mail_id)
    pause = None if for_good else retry_after(row.attempts)
    row.lease_until, row.error = None, error[:_MOST_SAID]
    if pause is None:
        row.state = "failed"
    else:
        row.due_at = w.now + pause


def give_back(w: Work, mail_ids: Sequence[int], error: str) -> None:
    """The server could not be used at all; that is no mail's fault and costs none an attempt."""
    back = (OutgoingMail.id.in_(mail_ids), OutgoingMail.state == "waiting")
    values = {"lease_until": None, "attempts": OutgoingMail.attempts - 1, "error": error[:_MOST_SAID]}
    w.session.execute(update(OutgoingMail).where(*back).values(values))


def expire(w: Work, longest: timedelta) -> None:
    """What could not be sent for so long is news no more: it has failed, rather than flooding people one day."""
    old = (OutgoingMail.state == "waiting", OutgoingMail.due_at < w.now - longest)
    hours = round(longest.total_seconds() / 3600)
    w.session.execute(
        update(OutgoingMail).where(*old).values(state="failed", error=f"could not be sent within {hours} hours")
    )


def forget(w: Work, kept: timedelta) -> None:
    """Drops what was settled so long ago that nobody asks any more."""
    settled = OutgoingMail.state.in_(("sent", "failed", "cancelled"))
    w.session.execute(delete(OutgoingMail).where(settled, OutgoingMail.created_at < w.now - kept))
