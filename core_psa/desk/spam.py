"""Tickets that are none: spam, and what was never meant for the desk. Nothing is learned from them."""

from sqlalchemy import select

from core_psa.db import Work
from core_psa.desk.changes import apply, held
from core_psa.desk.endings import put_away
from core_psa.desk.undoing import values_before
from core_psa.errors import Conflict, FieldError, Invalid
from core_psa.tickets.tables import Action
from core_psa.vectors.store import tell_indexes
from core_psa.viewer import Viewer

REASONS = ("spam", "not a ticket")
_FIELDS = ("status", "resolved_at", "spam")


class NotSpam(Conflict):
    """There is no such mark to take back."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__(f"ticket {ticket_id:07d} is not marked as spam")
        self.ticket_id = ticket_id


def mark_spam(w: Work, viewer: Viewer, ticket_id: int, reason: str = "spam") -> None:
    """Closes the ticket without a resolution and keeps it from ever being learned from. Marking twice does nothing."""
    viewer.require("tickets.edit")
    if reason not in REASONS:
        raise Invalid(FieldError("reason", f"'{reason[:100]}' is not a reason", REASONS))
    ticket = held(w, viewer, ticket_id)
    if ticket.spam and ticket.state == "done":
        return
    values = {"spam": True, "status": put_away(w.session, ticket), "resolved_at": None}
    apply(w, viewer, ticket, "spam", values=values, facts={"marked_as": [None, reason]})
    tell_indexes(w.session, ticket.id, w.now)


def not_spam(w: Work, viewer: Viewer, ticket_id: int) -> None:
    """Takes the mark back; the ticket is as it was before. Raises NotSpam."""
    viewer.require("tickets.edit")
    ticket = held(w, viewer, ticket_id)
    marked = select(Action).where(Action.ticket_id == ticket_id, Action.kind == "spam")
    last = w.session.scalar(marked.order_by(Action.id.desc()).limit(1))
    if not ticket.spam or last is None:
        raise NotSpam(ticket_id)
    apply(w, viewer, ticket, "not_spam", values={"spam": False, **values_before(ticket, last, _FIELDS)})
    tell_indexes(w.session, ticket.id, w.now)
