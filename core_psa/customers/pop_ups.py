"""What has to be known before work on a ticket begins: VIPs, people without cover, and the customer's own warnings.

A pop-up is shown to each agent until they confirm it, and again when its words change.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core_psa.audit.changes import create, update
from core_psa.customers.tables import Customer, PopUpNote, PopUpSeen, Site, User
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.records import get
from core_psa.errors import FieldError, Invalid
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class PopUp:
    """`key` names what it is about; `digest` changes with its words."""

    key: str
    title: str
    text: str = ""

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.title}\n{self.text}".encode("utf-8", "replace")).hexdigest()[:32]


class NoteFields(TypedDict, total=False):
    """Without a site or user the note is about the whole customer; `until` ends it by itself."""

    site_id: int | None
    user_id: int | None
    text: str
    until: datetime | None
    active: bool


_NOTE: Mapping[str, fields.Parser] = {
    "site_id": fields.optional(fields.record_id),
    "user_id": fields.optional(fields.record_id),
    "text": fields.text,
    "until": fields.optional(fields.instant),
    "active": fields.flag,
}


def pop_ups(
    session: Session, customer: Customer | None, user: User | None, site_id: int | None, now: datetime
) -> list[PopUp]:
    """Everything to be known about who a ticket is for, the most personal first."""
    found = [*_of_user(user), *_of_customer(customer)]
    if customer is not None:
        found += _notes(session, customer.id, user.id if user else None, site_id, now)
    return found


def _of_user(user: User | None) -> list[PopUp]:
    if user is None:
        return []
    vip = [PopUp(f"vip:user:{user.id}", f"{user.name} is a VIP")] if user.vip else []
    if user.supported:
        return vip
    text = "No agreement covers this person: ask before you do work that nobody pays for."
    return [*vip, PopUp(f"unsupported:user:{user.id}", f"{user.name} is not supported", text)]


def _of_customer(customer: Customer | None) -> list[PopUp]:
    return [PopUp(f"vip:customer:{customer.id}", f"{customer.name} is a VIP")] if customer and customer.vip else []


def _notes(session: Session, customer_id: int, user_id: int | None, site_id: int | None, now: datetime) -> list[PopUp]:
    query = select(PopUpNote).where(
        PopUpNote.customer_id == customer_id,
        PopUpNote.active,
        or_(PopUpNote.until.is_(None), PopUpNote.until > now),
        or_(PopUpNote.site_id.is_(None), PopUpNote.site_id == site_id),
        or_(PopUpNote.user_id.is_(None), PopUpNote.user_id == user_id),
    )
    rows = session.scalars(query.order_by(PopUpNote.user_id.is_(None), PopUpNote.site_id.is_(None), PopUpNote.id))
    return [PopUp(f"note:{note.id}", "Please note", note.text) for note in rows]


def unseen(session: Session, viewer: Viewer, shown: Collection[PopUp]) -> list[PopUp]:
    """Those that this agent has not confirmed as they are worded now. A key or a user is shown none."""
    if viewer.agent_id is None or not shown:
        return []
    mine = (PopUpSeen.agent_id == viewer.agent_id, PopUpSeen.key.in_([pop_up.key for pop_up in shown]))
    seen = {row.key: row.digest for row in session.scalars(select(PopUpSeen).where(*mine))}
    return [pop_up for pop_up in shown if seen.get(pop_up.key) != pop_up.digest]


def confirm(w: Work, viewer: Viewer, pop_ups: Collection[PopUp]) -> None:
    """This agent has read these as they are worded now."""
    for pop_up in pop_ups:
        if viewer.agent_id is not None:
            row = PopUpSeen(agent_id=viewer.agent_id, key=pop_up.key, digest=pop_up.digest, at=w.now)
            w.session.merge(row)
    w.session.flush()


def notes_of(session: Session, viewer: Viewer, customer_id: int) -> Sequence[PopUpNote]:
    """Every pop-up note of a customer, those switched off too."""
    viewer.require("customers.see")
    get(session, Customer, customer_id)
    return session.scalars(select(PopUpNote).where(PopUpNote.customer_id == customer_id).order_by(PopUpNote.id)).all()


def add_note(w: Work, viewer: Viewer, customer_id: int, **given: Unpack[NoteFields]) -> PopUpNote:
    viewer.require("customers.edit")
    get(w.session, Customer, customer_id)
    form = Form(given, _NOTE, ["text"])
    return create(w, viewer, PopUpNote(customer_id=customer_id, **_checked(w.session, customer_id, form)))


def change_note(w: Work, viewer: Viewer, note_id: int, **given: Unpack[NoteFields]) -> PopUpNote:
    viewer.require("customers.edit")
    note = get(w.session, PopUpNote, note_id, lock=True)
    return update(w, viewer, note, _checked(w.session, note.customer_id, Form(given, _NOTE)))


def _checked(session: Session, customer_id: int, form: Form) -> dict[str, Any]:
    """A note says something, about the customer's own people and places."""
    for name, model in (("site_id", Site), ("user_id", User)):
        wanted = form.values.get(name)
        own = select(model.id).where(model.id == wanted, model.customer_id == customer_id)
        if wanted is not None and session.scalar(own) is None:
            form.refuse(name, f"customer {customer_id} has no {name.removesuffix('_id')} {wanted}")
    values = form.accepted()
    if not values.get("text", "-").strip():
        raise Invalid(FieldError("text", "must not be empty"))
    return values
