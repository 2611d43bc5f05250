"""One ticket with everything its page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.customers.tables import Customer, Site, User
from core_psa.desk import names
from core_psa.reads.queue import QueueFilter, QueueRow, queue
from core_psa.reads.suggestion import SuggestionView, suggestion
from core_psa.tickets import store
from core_psa.tickets.rules import allowed_actions
from core_psa.tickets.tables import Action, Ticket
from core_psa.time_tracking.tables import TimeEntry
from core_psa.viewer import Viewer

_RECENT = 5


@dataclass(frozen=True)
class TicketView:
    """A ticket's fields with the names people read. `body` is the first message as it came."""

    id: int
    number: str
    subject: str
    body: str
    state: str
    status: str
    channel: str
    references: dict[str, dict[str, Any] | None]
    tags: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    duplicate_of_id: int | None
    version: int
    minutes_logged: int
    allowed_actions: tuple[str, ...]


@dataclass(frozen=True)
class TicketPage:
    ticket: TicketView
    timeline: Sequence[Action]
    suggestion: SuggestionView
    customer: Customer | None
    requester: User | None
    site: Site | None
    recent_of_customer: Sequence[QueueRow]
    recent_of_requester: Sequence[QueueRow]


def ticket(session: Session, viewer: Viewer, ticket_id: int) -> TicketView:
    """One ticket, named. Raises NotFound beyond the viewer's wall."""
    row = store.get(session, viewer, ticket_id)
    first = session.scalar(select(Action.body).where(Action.ticket_id == ticket_id).order_by(Action.id).limit(1))
    return _view(session, row, first or "")


def page(session: Session, viewer: Viewer, ticket_id: int) -> TicketPage:
    """Everything the ticket page shows, in a fixed number of queries."""
    row = store.get(session, viewer, ticket_id)
    timeline = store.timeline(session, viewer, ticket_id)
    body = timeline[0].body if timeline else ""
    return TicketPage(
        ticket=_view(session, row, body or ""),
        timeline=timeline,
        suggestion=suggestion(session, viewer, ticket_id),
        customer=session.get(Customer, row.customer_id) if row.customer_id else None,
        requester=session.get(User, row.requester_id) if row.requester_id else None,
        site=session.get(Site, row.site_id) if row.site_id else None,
        recent_of_customer=_recent(session, viewer, row, QueueFilter(customer=row.customer_id)),
        recent_of_requester=_recent(session, viewer, row, QueueFilter(requester=row.requester_id)),
    )


def _view(session: Session, row: Ticket, body: str) -> TicketView:
    labels = names.labels_of(session, row.id)
    ids = {field: getattr(row, reference.column) for field, reference in names.REFERENCES.items()}
    references = {field: None if i is None else {"id": i, "name": labels[field]} for field, i in ids.items()}
    status = str((references["status"] or {}).get("name"))
    minutes = session.scalar(select(func.sum(TimeEntry.minutes)).where(TimeEntry.ticket_id == row.id))
    return TicketView(
        id=row.id,
        number=row.number,
        subject=row.subject,
        body=body,
        state=row.state,
        status=status,
        channel=row.channel,
        references=references,
        tags=tuple(store.tags_of(session, [row.id]).get(row.id, ())),
        created_at=row.created_at,
        updated_at=row.updated_at,
        resolved_at=row.resolved_at,
        duplicate_of_id=row.duplicate_of_id,
        version=row.version,
        minutes_logged=int(minutes or 0),
        allowed_actions=allowed_actions(row.state, status),
    )


def _recent(session: Session, viewer: Viewer, row: Ticket, wanted: QueueFilter) -> Sequence[QueueRow]:
    """The latest other tickets; an unknown customer or requester has none."""
    if wanted.customer is None and wanted.requester is None:
        return ()
    rows = queue(session, viewer, wanted, limit=_RECENT + 1).items
    return [r for r in rows if r.id != row.id][:_RECENT]
