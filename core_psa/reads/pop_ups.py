"""What an agent has to know before they work on this ticket, and has not confirmed yet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

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
    return pop_ups.pop_ups(session, customer, user, ticket.site_id, now)


def waiting(session: Session, viewer: Viewer, ticket_id: int, now: datetime) -> Sequence[PopUp]:
    """Those that this agent has not confirmed as they are worded now."""
    return pop_ups.unseen(session, viewer, of_ticket(session, viewer, ticket_id, now))
