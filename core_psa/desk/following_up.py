"""What a customer's answer does to the ticket it belongs to, which they may not be able to see themselves."""

from collections.abc import Sequence

from core_psa.db import Work
from core_psa.desk import actions as desk
from core_psa.desk.changes import apply
from core_psa.desk.endings import taken_up
from core_psa.following import actions as followers
from core_psa.tickets.tables import Action, Status, Ticket
from core_psa.viewer import SYSTEM, Viewer


def hear(
    w: Work, viewer: Viewer, ticket: Ticket, body: str, cc: Sequence[str] = (), *, automated: bool = False
) -> Action:
    """Writes down an answer to a locked ticket; one that waited for it goes on. An automated one moves nothing."""
    answers = not automated and viewer.kind != "agent"
    awaited = answers and w.session.get_one(Status, ticket.status_id).awaits_reply
    values = {"status": taken_up(w.session, ticket)} if awaited else {}
    facts = {"cc": [None, list(cc)]} if cc else {}
    if automated:
        facts["automated"] = [None, True]  # type: ignore[list-item]
    followers.add_addresses(w, ticket.id, cc)
    return apply(w, viewer, ticket, "reply", values=values, body=body, public=True, facts=facts)


def take_up(w: Work, ticket: Ticket, status_id: int | None, reason: str) -> None:
    """Reopens a ticket because of an answer, in the status set up for that if there is one."""
    desk.reopen(w, SYSTEM, ticket.id, reason=reason)
    if status_id is not None and status_id != ticket.status_id:
        desk.update(w, SYSTEM, ticket.id, values={"status": status_id})
