"""What others did to a ticket while somebody was looking at it."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core_psa.tickets import store
from core_psa.tickets.tables import Action
from core_psa.viewer import Viewer


def changed_since(session: Session, viewer: Viewer, ticket_id: int, version: int) -> Sequence[Action]:
    """What other people did after this version, oldest first. Raises NotFound beyond the viewer's wall.

    The viewer's own changes, made in another part of the same page, are no surprise to them, nor is what triage filled in.
    """
    store.get(session, viewer, ticket_id)
    own = and_(Action.actor_kind == viewer.kind, Action.actor_id == viewer.id)
    theirs = (Action.version > version, ~or_(own, Action.actor_kind == "system"))
    query = select(Action).where(Action.ticket_id == ticket_id, *theirs, store.readable(viewer))
    return session.scalars(query.order_by(Action.id)).all()


def in_the_way(changes: Sequence[Action], fields: Collection[str]) -> Sequence[Action]:
    """Those that touched one of these fields; without fields, those that said something or moved the ticket on."""
    if fields:
        return [c for c in changes if set(c.changes or ()) & set(fields)]
    return [c for c in changes if c.kind in ("reply", "resolve", "close", "reopen") or "status" in (c.changes or ())]
