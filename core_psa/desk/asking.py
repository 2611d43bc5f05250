"""Whether the customer waits for an answer on a ticket, and since when."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.tickets.relations import store
from core_psa.tickets.relations.tables import TicketMerge
from core_psa.tickets.tables import Action


def waits(session: Session, ticket_id: int) -> bool:
    """Whether the customer had the last word on this ticket."""
    said = select(Action).where(Action.ticket_id == ticket_id, Action.public, Action.body.is_not(None))
    last = session.scalars(said.order_by(Action.id.desc()).limit(1)).first()
    return last is not None and _asks(last)


def asked_since(session: Session, merged: TicketMerge) -> datetime | None:
    """When the customer first wrote to the target after this merge, or had another ticket merged into it that waits."""
    said = select(Action).where(Action.ticket_id == merged.target_id, Action.public, Action.body.is_not(None))
    later = session.scalars(said.where(Action.id > merged.action_id, Action.kind != "copy"))
    wrote = [action.at for action in later if _asks(action)]
    others = [m for m in store.merged_into(session, merged.target_id) if m.id > merged.id]
    return min([*wrote, *(m.at for m in others if waits(session, m.source_id))], default=None)


def _asks(said: Action) -> bool:
    by_customer = said.kind == "created" or said.actor_kind == "user"
    return by_customer and "automated" not in (said.changes or ())
