"""How a ticket hangs together with others: its links, its chain, what was merged, what it waits for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from core_psa.customers.tables import Customer
from core_psa.sla.choice import Calendars
from core_psa.sla.store import CompiledCalendars
from core_psa.tickets import store as tickets
from core_psa.tickets.relations import store
from core_psa.tickets.relations.rules import RELATIONS, seen_from
from core_psa.tickets.relations.tables import TicketMerge, TicketSplit
from core_psa.tickets.tables import Status, Ticket
from core_psa.tickets.waiting.tables import AutoCloseRule, PlannedClose, Snooze
from core_psa.viewer import Viewer

_NONE = timedelta()


@dataclass(frozen=True)
class Other:
    """Another ticket, as far as a line in a list tells of it."""

    id: int
    subject: str
    state: str
    status: str
    customer: str | None

    @property
    def number(self) -> str:
        return f"{self.id:07d}"


@dataclass(frozen=True)
class LinkView:
    """One link, read from the ticket that was asked about: `words` is the verb between the two."""

    id: int
    relation: str
    words: str
    ticket: Other
    by: str
    at: datetime


@dataclass(frozen=True)
class ChainTicket:
    """One ticket of a chain and how long it took: business time by its own calendar, and plain time; so far, while it runs."""

    ticket: Other
    created_at: datetime
    resolved_at: datetime | None
    business: timedelta
    plain: timedelta


@dataclass(frozen=True)
class Chain:
    """The tickets from the first on; the totals are sums over them."""

    tickets: Sequence[ChainTicket]

    @property
    def business(self) -> timedelta:
        return sum((t.business for t in self.tickets), _NONE)

    @property
    def plain(self) -> timedelta:
        return sum((t.plain for t in self.tickets), _NONE)

    @property
    def running(self) -> bool:
        return any(t.resolved_at is None and t.ticket.state != "done" for t in self.tickets)


@dataclass(frozen=True)
class Merged:
    """A ticket that went up in another one, or came out of it, by whom and when."""

    ticket: Other
    by: str
    at: datetime


@dataclass(frozen=True)
class Related:
    """`chain` is None where there is no other ticket in it; `open_members` counts what would be resolved along with this."""

    links: Sequence[LinkView]
    chain: Chain | None
    merged_from: Sequence[Merged]
    open_members: int


@dataclass(frozen=True)
class Standing:
    """How a ticket stands apart from its status."""

    merged_into: Merged | None
    split_from: Merged | None
    snooze: Snooze | None
    closes: PlannedClose | None
    closes_by: str | None
    spam: bool


def links(session: Session, viewer: Viewer, ticket_id: int) -> Sequence[LinkView]:
    """The ticket's links to tickets that the viewer may see."""
    tickets.get(session, viewer, ticket_id)
    rows = store.links_of(session, ticket_id)
    seen = others(session, viewer, {i for row in rows for i in (row.from_id, row.to_id)} - {ticket_id})
    found = []
    for row in rows:
        forward = row.from_id == ticket_id
        other = seen.get(row.to_id if forward else row.from_id)
        if other is not None:
            name = seen_from(row.kind, forward=forward)
            found.append(LinkView(row.id, name, RELATIONS[name].words, other, row.actor_name, row.at))
    return found


def chain(session: Session, viewer: Viewer, ticket_id: int, now: datetime) -> Chain:
    """The chain this ticket belongs to, with its times; the ticket alone where it follows none and none follows it."""
    tickets.get(session, viewer, ticket_id)
    ids = store.chain_of(session, ticket_id)
    seen = others(session, viewer, ids)
    rows = {row.id: row for row in session.scalars(select(Ticket).where(Ticket.id.in_(seen)))}
    calendars = Calendars(session, CompiledCalendars())
    return Chain([_timed(calendars, seen[i], rows[i], now) for i in ids if i in seen])


def _timed(calendars: Calendars, other: Other, row: Ticket, now: datetime) -> ChainTicket:
    ended = row.resolved_at or (row.updated_at if row.state == "done" else now)
    calendar = calendars.of(row.customer_id, row.team_id)
    business = calendar.elapsed(row.created_at, ended)
    return ChainTicket(other, row.created_at, row.resolved_at, max(business, _NONE), max(ended - row.created_at, _NONE))


def related(session: Session, viewer: Viewer, ticket_id: int, now: datetime) -> Related:
    """Everything it is tied to."""
    tickets.get(session, viewer, ticket_id)
    chained = chain(session, viewer, ticket_id, now) if len(store.chain_of(session, ticket_id)) > 1 else None
    return Related(
        links=links(session, viewer, ticket_id),
        chain=chained,
        merged_from=_merged_from(session, viewer, ticket_id),
        open_members=len(store.open_members(session, ticket_id)),
    )


_STANDING = (
    select(TicketMerge, TicketSplit, Snooze, PlannedClose, AutoCloseRule.name)
    .select_from(Ticket)
    .outerjoin(TicketMerge, and_(TicketMerge.source_id == Ticket.id, TicketMerge.undone_at.is_(None)))
    .outerjoin(TicketSplit, and_(TicketSplit.new_id == Ticket.id, TicketSplit.undone_at.is_(None)))
    .outerjoin(Snooze, Snooze.ticket_id == Ticket.id)
    .outerjoin(PlannedClose, PlannedClose.ticket_id == Ticket.id)
    .outerjoin(AutoCloseRule, AutoCloseRule.id == PlannedClose.rule_id)
)


def standing(session: Session, viewer: Viewer, ticket: Ticket) -> Standing:
    """The caller has asked whether the viewer may see the ticket."""
    merge, split, snooze, closes, closes_by = session.execute(_STANDING.where(Ticket.id == ticket.id)).one()
    merged = _tied(session, viewer, merge, merge.target_id) if merge else None
    came = _tied(session, viewer, split, split.source_id) if split else None
    return Standing(merged, came, snooze, closes, closes_by, ticket.spam)


def _tied(session: Session, viewer: Viewer, by: TicketMerge | TicketSplit, other_id: int) -> Merged | None:
    other = others(session, viewer, [other_id]).get(other_id)
    return Merged(other, by.actor_name, by.at) if other else None


def _merged_from(session: Session, viewer: Viewer, ticket_id: int) -> Sequence[Merged]:
    rows = store.merged_into(session, ticket_id)
    seen = others(session, viewer, [row.source_id for row in rows])
    return [Merged(seen[row.source_id], row.actor_name, row.at) for row in rows if row.source_id in seen]


def others(session: Session, viewer: Viewer, ids: Collection[int]) -> dict[int, Other]:
    """Those of these tickets that the viewer may see."""
    if not ids:
        return {}
    query = (
        select(Ticket.id, Ticket.subject, Ticket.state, Status.name, Customer.name)
        .join(Status, Status.id == Ticket.status_id)
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .where(Ticket.id.in_(ids), tickets.visible(viewer))
    )
    return {row[0]: Other(*row) for row in session.execute(query)}
