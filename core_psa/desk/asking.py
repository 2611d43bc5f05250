"""Whether the customer waits for an answer on a ticket, and since when."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core_psa.tickets.relations import store
from core_psa.tickets.relations.tables import TicketMerge
from core_psa.tickets.tables import Action


def waits(session: Session, ticket_id: int) -> bool:
    """Whether the customer had the last word on this ticket."""
    last = session.scalars(_said(ticket_id).order_by(Action.id.desc()).limit(1)).first()
    return last is not None and _asks(last)


def asked(session: Session, ticket_id: int) -> list[datetime]:
    """When the customer wrote on this ticket."""
    return [action.at for action in session.scalars(_said(ticket_id).order_by(Action.id)) if _asks(action)]


def since(session: Session, ticket_id: int) -> datetime | None:
    """When the customer asked what nobody has answered yet; None where they do not wait."""
    found = None
    for action in session.scalars(_said(ticket_id).order_by(Action.id.desc())):
        if not _asks(action):
            break
        found = action.at
    return found


def asked_since(session: Session, merged: TicketMerge) -> datetime | None:
    """When the customer first wrote to the target after this merge, or had another ticket merged into it that waits."""
    later = session.scalars(_said(merged.target_id).where(Action.id > merged.action_id, Action.kind != "copy"))
    wrote = [action.at for action in later if _asks(action)]
    others = [m for m in store.merged_into(session, merged.target_id) if m.id > merged.id]
    return min([*wrote, *(m.at for m in others if waits(session, m.source_id))], default=None)


def _said(ticket_id: int) -> Select[Action]:
    return select(Action).where(Action.ticket_id == ticket_id, Action.public, Action.body.is_not(None))


def _asks(said: Action) -> bool:
    by_customer = said.kind == "created" or said.actor_kind == "user"
    return by_customer and "automated" not in (said.changes or ())
