"""Putting a ticket aside until a time, a customer's answer or another ticket's end, and bringing it back with the reason."""

from dataclasses import dataclass, field
from datetime import datetime

from core_psa.db import Database, Work, fields
from core_psa.db.forms import Form
from core_psa.desk.changes import apply, held
from core_psa.desk.links import reference
from core_psa.desk.telling import tell_about
from core_psa.errors import ActionRefused, FieldError, Invalid
from core_psa.tickets import store as tickets
from core_psa.tickets.tables import Ticket
from core_psa.tickets.waiting import rules, store
from core_psa.tickets.waiting.tables import Snooze
from core_psa.viewer import SYSTEM, Viewer


def snooze(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    *,
    until: datetime | None = None,
    on_reply: bool = False,
    linked_id: int | None = None,
    note: str = "",
) -> Snooze:
    """Puts the ticket aside until the first of these comes. Another snooze takes the place of the one before."""
    viewer.require("tickets.edit")
    ticket = held(w, viewer, ticket_id)
    if ticket.state == "done":
        raise ActionRefused(ticket_id, "snooze", ["the ticket is done"], ["reopen"])
    _must_be_awaited(w, viewer, ticket, until, on_reply, linked_id)
    row = w.session.get(Snooze, ticket_id) or Snooze(ticket_id=ticket_id)
    row.until, row.on_reply, row.linked_id, row.note = until, on_reply, linked_id, note
    row.agent_id, row.set_at, row.woken_at, row.woken_by = viewer.agent_id, w.now, None, None
    w.session.add(row)
    w.session.flush()
    apply(w, viewer, ticket, "snooze", body=note or None, facts=_told(w, row))
    return row


def _must_be_awaited(
    w: Work, viewer: Viewer, ticket: Ticket, until: datetime | None, on_reply: bool, linked_id: int | None
) -> None:
    if until is None and not on_reply and linked_id is None:
        raise Invalid(FieldError("until", "give a time, or wait for a reply or another ticket"))
    Form({"until": until}, {"until": fields.optional(fields.instant)}).accepted()
    if until is not None and until <= w.now:
        raise Invalid(FieldError("until", "must be in the future"))
    if linked_id is None:
        return
    other = tickets.get(w.session, viewer, linked_id)
    if other.id == ticket.id or other.state == "done":
        raise Invalid(FieldError("linked", f"ticket {other.number} is not another one that is still open"))


def _told(w: Work, row: Snooze) -> dict[str, list[object]]:
    linked = None if row.linked_id is None else reference(w.session.get_one(Ticket, row.linked_id))
    awaited = {
        "until": row.until and row.until.isoformat(),
        "until_reply": row.on_reply or None,
        "until_ticket": linked,
    }
    return {name: [None, value] for name, value in awaited.items() if value is not None}


def wake(w: Work, viewer: Viewer, ticket_id: int) -> None:
    """Ends a snooze by hand, or takes a ticket that came back off the top of the queue. Without one nothing happens."""
    viewer.require("tickets.edit")
    ticket = held(w, viewer, ticket_id)
    row = w.session.get(Snooze, ticket_id)
    if row is None:
        return
    w.session.delete(row)
    if row.woken_at is None:
        apply(w, viewer, ticket, "wake")


@dataclass
class Woken:
    """The tickets that one look brought back, and those that failed with the reason."""

    tickets: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)


def wake_due(db: Database) -> Woken:
    """Brings back every ticket whose time or event has come. Running it again changes nothing.

    A ticket that fails is reported and does not hold up the others.
    """
    done = Woken()
    with db.read() as session:
        due = session.scalars(store.snoozes_due(db.clock.now())).all()
    for ticket_id in due:
        try:
            with db.work() as w:
                back = wake_if_due(w, ticket_id)
        except Exception as error:
            done.failed[ticket_id] = f"{type(error).__name__}: {error}"
        else:
            done.tickets += [ticket_id] if back else []
    return done


def wake_if_due(w: Work, ticket_id: int) -> bool:
    """Brings this ticket back if what it waits for has come, and tells who put it aside and whose it is."""
    ticket = tickets.for_change(w.session, SYSTEM, ticket_id)
    row = w.session.get(Snooze, ticket_id)
    if row is None or row.woken_at is not None:
        return False
    if ticket.state == "done":
        w.session.delete(row)
        return False
    reason = rules.awake(store.awaited(w.session, row), w.now)
    if reason is None:
        return False
    _bring_back(w, ticket, row, reason)
    return True


def hear(w: Work, ticket: Ticket, reason: str) -> None:
    """Brings back a ticket that waits for a reply, where one has come in another way than by being said on it."""
    row = w.session.get(Snooze, ticket.id)
    if row is not None and row.on_reply and row.woken_at is None:
        _bring_back(w, ticket, row, reason)


def _bring_back(w: Work, ticket: Ticket, row: Snooze, reason: str) -> None:
    row.woken_at, row.woken_by = w.now, reason
    apply(w, SYSTEM, ticket, "wake", facts={"woken_by": [None, reason]})
    tell_about(w, "snooze_ended", ticket, {"reason": reason}, agents=[ticket.assignee_id, row.agent_id])
