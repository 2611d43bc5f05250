"""One ticket with everything its page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.customers.tables import Customer, Site, User
from core_psa.desk import names
from core_psa.desk.steps import offered
from core_psa.reads.glance import Glance, glance
from core_psa.reads.queue import QueueRow, queue
from core_psa.reads.queue_filter import QueueFilter
from core_psa.reads.related import Standing, standing
from core_psa.reads.service_levels import ServiceLevels, levels_of
from core_psa.reads.suggestion import SuggestionView, proposed
from core_psa.suggestions.store import triage_of
from core_psa.tickets import store
from core_psa.tickets.approvals import store as approvals
from core_psa.tickets.approvals.rules import APPROVE, may_answer
from core_psa.tickets.approvals.tables import Approval
from core_psa.tickets.own_fields.rules import Field
from core_psa.tickets.own_fields.store import fields_of, names_of
from core_psa.tickets.tables import Action, Ticket, TicketDetail
from core_psa.tickets.workflow import store as workflow
from core_psa.tickets.workflow.rules import ActionRule, Stage
from core_psa.time_tracking.tables import TimeEntry
from core_psa.viewer import Viewer

_RECENT = 5


@dataclass(frozen=True)
class Possible:
    """An action open to the viewer now, the statuses it may lead to, and the type's own fields it asks for."""

    rule: ActionRule
    targets: tuple[Stage, ...]
    asks: tuple[Field, ...]


@dataclass(frozen=True)
class TicketView:
    """A ticket's fields with the names people read. `body` is the first message as it came.

    `own` are the values of its type's own fields, which `own_fields` describe; `own_names` what users and assets among
    them are called.
    """

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
    impact: str | None
    urgency: str | None
    severity_a: bool
    tier: int | None
    own_fields: tuple[Field, ...]
    own: dict[str, Any]
    own_names: dict[str, str]
    possible: tuple[Possible, ...]

    @property
    def allowed_actions(self) -> tuple[str, ...]:
        return tuple(possible.rule.name for possible in self.possible)


@dataclass(frozen=True)
class ApprovalView:
    """What was asked of whom; `mine` is whether the viewer can answer it."""

    row: Approval
    approver: str
    mine: bool


@dataclass(frozen=True)
class TicketPage:
    """What is read first; `glance` counts what stands beside it."""

    ticket: TicketView
    timeline: Sequence[Action]
    suggestion: SuggestionView
    sla: ServiceLevels | None
    customer: Customer | None
    requester: User | None
    site: Site | None
    standing: Standing
    glance: Glance

    @property
    def timezone(self) -> str | None:
        """Of whoever asks: their own, else their site's, else the customer's."""
        zones = (who.timezone for who in (self.requester, self.site, self.customer) if who)
        return next((zone for zone in zones if zone), None)


def ticket(session: Session, viewer: Viewer, ticket_id: int) -> TicketView:
    """One ticket, named. Raises NotFound beyond the viewer's wall."""
    row = store.get(session, viewer, ticket_id)
    first = session.scalar(select(Action.body).where(Action.ticket_id == ticket_id).order_by(Action.id).limit(1))
    return _view(session, viewer, row, first or "")


def page(session: Session, viewer: Viewer, ticket_id: int, now: datetime) -> TicketPage:
    """What the ticket page shows at first, in a fixed number of queries. Raises NotFound beyond the viewer's wall."""
    row = store.get(session, viewer, ticket_id)
    timeline = store.timeline(session, viewer, ticket_id)
    body = timeline[0].body if timeline else ""
    triage = triage_of(session, ticket_id)
    return TicketPage(
        ticket=_view(session, viewer, row, body or ""),
        timeline=timeline,
        suggestion=proposed(session, triage),
        sla=levels_of(session, ticket_id, now),
        customer=session.get(Customer, row.customer_id) if row.customer_id else None,
        requester=session.get(User, row.requester_id) if row.requester_id else None,
        site=session.get(Site, row.site_id) if row.site_id else None,
        standing=standing(session, viewer, row),
        glance=glance(session, viewer, row, triage),
    )


def glance_of(session: Session, viewer: Viewer, ticket_id: int) -> Glance:
    """Raises NotFound beyond the viewer's wall."""
    return glance(session, viewer, store.get(session, viewer, ticket_id), triage_of(session, ticket_id))


@dataclass(frozen=True)
class Recent:
    """The latest other tickets of the one who asks, and of their customer."""

    requester: Sequence[QueueRow]
    customer: Sequence[QueueRow]


def recent(session: Session, viewer: Viewer, ticket_id: int) -> Recent:
    """Raises NotFound beyond the viewer's wall."""
    row = store.get(session, viewer, ticket_id)
    return Recent(
        _recent(session, viewer, row, QueueFilter(requester=row.requester_id)),
        _recent(session, viewer, row, QueueFilter(customer=row.customer_id)),
    )


def approvals_of(session: Session, viewer: Viewer, ticket_id: int) -> Sequence[ApprovalView]:
    """The ticket's approvals, the latest first."""
    found = approvals.of_ticket(session, ticket_id)
    roles = workflow.roles_of(session, viewer) if found and viewer.may(APPROVE) else frozenset[int]()
    return [_approval(session, viewer, roles, row) for row in found]


def _approval(session: Session, viewer: Viewer, roles: frozenset[int], row: Approval) -> ApprovalView:
    asked = {"agent_id": row.agent_id, "role_id": row.role_id, "user_id": row.user_id}
    mine = may_answer(viewer_kind=viewer.kind, viewer_id=viewer.id, role_ids=roles, **asked)
    return ApprovalView(row, approvals.approver_name(session, row), mine and row.state == "pending")


def _view(session: Session, viewer: Viewer, row: Ticket, body: str) -> TicketView:
    labels = names.labels_of(session, row.id)
    ids = {field: getattr(row, reference.column) for field, reference in names.REFERENCES.items()}
    references = {field: None if i is None else {"id": i, "name": labels[field]} for field, i in ids.items()}
    status = str((references["status"] or {}).get("name"))
    detail = session.get(TicketDetail, row.id) or TicketDetail(severity_a=False, own={})
    own_fields = tuple(fields_of(session, row.type_id))
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
        impact=detail.impact,
        urgency=detail.urgency,
        severity_a=detail.severity_a,
        tier=detail.tier,
        own_fields=own_fields,
        own=detail.own,
        own_names=names_of(session, own_fields, detail.own),
        possible=_possible(session, viewer, row, own_fields),
    )


def _possible(session: Session, viewer: Viewer, row: Ticket, own_fields: Sequence[Field]) -> tuple[Possible, ...]:
    """Exactly what the desk would let this viewer do now."""
    book, at = workflow.book_of(session, row.type_id), workflow.stage_of(session, row.status_id)
    names = offered(session, row, book, workflow.who(session, viewer, book), at)
    return tuple(
        Possible(book.actions[name], tuple(book.targets(name, at)), _asked_by(own_fields, name)) for name in names
    )


def _asked_by(own_fields: Sequence[Field], action: str) -> tuple[Field, ...]:
    return tuple(field for field in own_fields if action in field.required_at)


def _recent(session: Session, viewer: Viewer, row: Ticket, wanted: QueueFilter) -> Sequence[QueueRow]:
    """The latest other tickets; an unknown customer or requester has none."""
    if wanted.customer is None and wanted.requester is None:
        return ()
    rows = queue(session, viewer, wanted, limit=_RECENT + 1).items
    return [r for r in rows if r.id != row.id][:_RECENT]
