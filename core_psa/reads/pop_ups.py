"""What an agent has to know before they work on this ticket, and has not confirmed yet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core_psa.assets import store as assets
from core_psa.assets.rules import warnings
from core_psa.customers import pop_ups
from core_psa.customers.pop_ups import PopUp
from core_psa.customers.tables import Customer, User
from core_psa.tickets import store
from core_psa.viewer import Viewer


def of_ticket(session: Session, viewer: Viewer, ticket_id: int, now: datetime) -> Sequence[PopUp]:
    """All of them, confirmed or not. Raises NotFound beyond the viewer's wall."""
    ticket = store.get(session, viewer, ticket_id)
    customer = session.get(Customer, ticket.customer_id) if ticket.customer_id else None
    user = session.get(User, ticket.requester_id) if ticket.requester_id else None
    found = pop_ups.pop_ups(session, customer, user, ticket.site_id, now)
    return found + _of_assets(session, viewer, ticket_id, now) if viewer.may("assets.see") else found


def _of_assets(session: Session, viewer: Viewer, ticket_id: int, now: datetime) -> list[PopUp]:
    """What should be known of the ticket's assets: that one is not supported, is gone, or out of its warranty."""
    said = []
    for asset in assets.of_ticket(session, viewer, ticket_id):
        words = warnings(asset.status, supported=asset.supported, warranty_until=asset.warranty_until, today=now.date())
        if words:
            said.append(PopUp(f"asset:{asset.id}", asset.name, f"Before you work on it: {', '.join(words)}."))
    return said


def waiting(session: Session, viewer: Viewer, ticket_id: int, now: datetime) -> Sequence[PopUp]:
    """Those that this agent has not confirmed as they are worded now."""
    return pop_ups.unseen(session, viewer, of_ticket(session, viewer, ticket_id, now))
