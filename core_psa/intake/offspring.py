"""Tickets that come out of other tickets: a new problem, the rest of a conversation, the cause behind several incidents."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import select

from core_psa.assets import store as assets
from core_psa.customers.tables import User
from core_psa.db import Work
from core_psa.desk import links, splitting
from core_psa.desk.assets import link_asset
from core_psa.errors import FieldError, Invalid
from core_psa.intake.inheriting import inherited
from core_psa.intake.receive import NewTicket, receive
from core_psa.tickets import store
from core_psa.tickets.tables import Action, Ticket, TicketType
from core_psa.viewer import Viewer

MOST_INCIDENTS = 200
_QUOTED = 4_000
_PROBLEM = "Problem"


def follow_on(w: Work, viewer: Viewer, ticket_id: int, *, subject: str = "", body: str = "") -> Ticket:
    """A new ticket out of this one: the same customer, user, site and type, the first message quoted; chained to it."""
    old = store.get(w.session, viewer, ticket_id)
    first = w.session.scalar(select(Action.body).where(Action.ticket_id == old.id, Action.kind == "created"))
    quoted = "\n".join(f"> {line}".rstrip() for line in (first or "")[:_QUOTED].splitlines())
    new = NewTicket(
        subject=subject if subject.strip() else old.subject,
        body=f"{body.strip()}\n\nFrom ticket {old.number}:\n{quoted}".strip(),
        channel=old.channel,
        customer=old.customer_id,
        site=old.site_id,
        **inherited(w.session, old, "requester", "type"),
    )
    ticket = receive(w, viewer, new)
    _bring_assets(w, viewer, old, ticket)
    links.link(w, viewer, ticket.id, "follows", old.id)
    return ticket


def split_off(w: Work, viewer: Viewer, ticket_id: int, from_action_id: int, *, subject: str = "") -> Ticket:
    """Moves a message, and all that was said after it, to a ticket of its own. Merging that one brings it back."""
    begins = splitting.first_moved(w, viewer, ticket_id, from_action_id)
    old = store.get(w.session, viewer, ticket_id)
    new = NewTicket(
        subject=subject if subject.strip() else old.subject,
        body=begins.body or "",
        channel=old.channel,
        customer=old.customer_id,
        site=old.site_id,
        **{
            **inherited(w.session, old, "requester", "type", "category", "priority", "team", "assignee"),
            **_author(w, begins, old),
        },
    )
    ticket = receive(w, viewer, new)
    _bring_assets(w, viewer, old, ticket)
    splitting.move(w, viewer, old.id, ticket, begins)
    return ticket


def _bring_assets(w: Work, viewer: Viewer, old: Ticket, new: Ticket) -> None:
    """What the old ticket was about, the new one is about too, as far as the viewer may know."""
    if viewer.may("assets.see"):
        for asset in assets.of_ticket(w.session, viewer, old.id):
            link_asset(w, viewer, new.id, asset.id)


def _author(w: Work, begins: Action, old: Ticket) -> dict[str, int]:
    """Whoever of the customer wrote the message is the requester, else whoever was."""
    user = w.session.get(User, begins.actor_id) if begins.actor_kind == "user" and begins.actor_id else None
    return {"requester": user.id} if user and user.active and user.customer_id == old.customer_id else {}


def problem_behind(w: Work, viewer: Viewer, incident_ids: Sequence[int], *, subject: str, body: str = "") -> Ticket:
    """Opens a problem ticket behind these incidents. What they have in common it has too, and the most urgent priority."""
    wanted = sorted(set(incident_ids))
    if not 1 <= len(wanted) <= MOST_INCIDENTS:
        raise Invalid(FieldError("incidents", f"give 1 to {MOST_INCIDENTS} tickets"))
    if not subject.strip():
        raise Invalid(FieldError("subject", "must not be empty"))
    incidents = [store.get(w.session, viewer, i) for i in wanted]
    kind = w.session.scalar(select(TicketType.id).where(TicketType.name == _PROBLEM, TicketType.active))
    new = NewTicket(
        subject=subject,
        body=body.strip() or "\n".join(f"{i.number} {i.subject}" for i in incidents),
        customer=_common(incidents, lambda t: t.customer_id),
        type=kind or incidents[0].type_id,
        category=_common(incidents, lambda t: t.category_id),
        priority=min(incidents, key=lambda t: t.priority_rank).priority_id,
        team=_common(incidents, lambda t: t.team_id),
        channel="desk",
    )
    problem = receive(w, viewer, new)
    for incident in incidents:
        links.link(w, viewer, incident.id, "caused_by", problem.id)
    return problem


def _common(tickets: Iterable[Ticket], value: Callable[[Ticket], int | None]) -> int | None:
    values = {value(ticket) for ticket in tickets}
    return values.pop() if len(values) == 1 else None
