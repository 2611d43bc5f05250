"""Whether the customer waits for an answer on a ticket, and since when."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.desk.clocks import speaker
from core_psa.sla.promises import Speaker
from core_psa.tickets.relations import store
from core_psa.tickets.relations.tables import TicketMerge
from core_psa.tickets.tables import Action

Said = tuple[datetime, Speaker]


def waits(session: Session, ticket_id: int) -> bool:
    """Whether the customer had the last word on this ticket."""
    return since(session, ticket_id) is not None


def since(session: Session, ticket_id: int) -> datetime | None:
    """When the customer asked what nobody has answered yet; None where they do not wait."""
    return unanswered((at, who) for _, at, who in _said(session, ticket_id))


def asked(session: Session, ticket_id: int) -> list[datetime]:
    """When the customer wrote on this ticket."""
    return [at for _, at, who in _said(session, ticket_id) if who == "customer"]


def said_since(session: Session, merged: TicketMerge) -> list[Said]:
    """Who has spoken on the target since this merge, in order; a ticket that waits and was merged into it later speaks for
    the customer."""
    own = [words for words in _said(session, merged.target_id, copies=False) if words[0] > merged.action_id]
    others = [m for m in store.merged_into(session, merged.target_id) if m.id > merged.id]
    brought: list[tuple[int, datetime, Speaker]] = [
        (m.action_id, m.at, "customer") for m in others if waits(session, m.source_id)
    ]
    return [(at, who) for _, at, who in sorted([*own, *brought])]


def unanswered(said: Iterable[Said]) -> datetime | None:
    """When the customer first asked after the last answer among these words."""
    found = None
    for at, who in said:
        found = None if who == "agent" else found or at
    return found


def _said(session: Session, ticket_id: int, *, copies: bool = True) -> Iterator[tuple[int, datetime, Speaker]]:
    """What the customer and the agents said to each other, oldest first. What no person wrote is no word of either."""
    entries = select(Action).where(Action.ticket_id == ticket_id, Action.public, Action.body.is_not(None))
    for action in session.scalars(entries.order_by(Action.id)):
        who: Speaker | None = "customer" if action.kind == "created" else speaker(action)
        if who and (copies or action.kind != "copy"):
            yield action.id, action.at, who
