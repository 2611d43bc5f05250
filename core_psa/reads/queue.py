"""The queue: tickets of all customers, filtered, sorted, one page at a time."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core_psa.customers.tables import Customer, Site, User
from core_psa.db.base import from_micros, to_micros
from core_psa.errors import FieldError, Invalid
from core_psa.following import store as following
from core_psa.organisation.tables import Agent, Team
from core_psa.reads.sla_report import with_verdict
from core_psa.sla.clocks import Kind
from core_psa.sla.promises import STANDINGS
from core_psa.sla.tables import SlaTicket
from core_psa.sla.verdicts import Verdict
from core_psa.suggestions.tables import Decision, Triage
from core_psa.tickets import store
from core_psa.tickets.search import matching
from core_psa.tickets.tables import NEVER, Category, Priority, Status, Ticket, TicketTag, TicketType
from core_psa.tickets.waiting.tables import Snooze
from core_psa.time_tracking.tables import TimeEntry
from core_psa.viewer import Viewer

MAX_LIMIT = 200
# Counting stops here: above it a queue says "10,000+", and counting stays cheap.
COUNTED = 10_000

Sort = Literal["-created", "created", "-updated", "updated", "priority", "due"]

# A cursor that begins with this (no base64 does) leads to the rows before its row.
_BACK = "~"

# Sort name -> (columns, newest first?). The id makes every order total, so that a cursor has one place.
_SORTS: dict[str, tuple[tuple[InstrumentedAttribute[Any], ...], bool]] = {
    "-created": ((Ticket.created_at, Ticket.id), True),
    "created": ((Ticket.created_at, Ticket.id), False),
    "-updated": ((Ticket.updated_at, Ticket.id), True),
    "updated": ((Ticket.updated_at, Ticket.id), False),
    "priority": ((Ticket.priority_rank, Ticket.created_at, Ticket.id), False),
    "due": ((Ticket.due_at, Ticket.id), False),
}
SORTS = tuple(_SORTS)
# What is done has no deadline left, and no place in the index that sorts by it.
DUE_STATES = ("open", "paused", "unsolved")


@dataclass(frozen=True)
class QueueFilter:
    """What to show. Ids for records; `assignee` may be "none". `state` "unsolved" is open and paused together.
    `sla` is how a ticket stands by what was promised: see `sla.promises.STANDINGS`.

    `teams` asks for any of several. `watched_by` and `kept_by` are agents who watch it or have it among their favourites. `worked_by` is who logged time
    on it, from `worked_after` on; `decided` a field and what was decided about its suggestion (accepted, overridden),
    from `decided_after` on. `aside` asks for those put aside, or for all the others. `promise` is a kind of clock and how
    its promise was kept, as `sla_report` counts it.
    """

    state: str | None = None
    status: int | None = None
    customer: int | Literal["none"] | None = None
    team: int | Literal["none"] | None = None
    assignee: int | Literal["none"] | None = None
    requester: int | None = None
    type: int | None = None
    category: int | None = None
    priority: int | Literal["none"] | None = None
    tag: str | None = None
    channel: str | None = None
    sla: str | None = None
    q: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    resolved_after: datetime | None = None
    triage: str | None = None
    watched_by: int | None = None
    kept_by: int | None = None
    teams: frozenset[int] | None = None
    site: int | None = None
    worked_by: int | None = None
    worked_after: datetime | None = None
    decided: tuple[str, str] | None = None
    decided_after: datetime | None = None
    promise: tuple[Kind, Verdict] | None = None
    after_id: int | None = None
    aside: bool | None = None


@dataclass(frozen=True)
class QueueRow:
    id: int
    subject: str
    state: str
    status: str
    type: str
    channel: str
    priority: str | None
    priority_rank: int
    customer: str | None
    customer_id: int | None
    customer_vip: bool
    requester: str | None
    team: str | None
    team_id: int | None
    assignee: str | None
    assignee_id: int | None
    category: str | None
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    version: int
    triage: str | None
    sla: str | None
    due_at: datetime
    tags: tuple[str, ...] = ()

    @property
    def due(self) -> datetime | None:
        """The soonest deadline that is still to be met."""
        return None if self.due_at == NEVER else self.due_at

    @property
    def number(self) -> str:
        return f"{self.id:07d}"


@dataclass(frozen=True)
class QueuePage:
    """`total` is exact up to COUNTED; above, `total_is_floor` is true."""

    items: Sequence[QueueRow]
    next_cursor: str | None
    total: int
    total_is_floor: bool
    previous_cursor: str | None = None


def queue(
    session: Session,
    viewer: Viewer,
    wanted: QueueFilter,
    *,
    sort: str = "-created",
    cursor: str | None = None,
    limit: int = 50,
) -> QueuePage:
    """One page of the tickets this viewer may see. Raises Invalid for an unknown sort, limit or cursor."""
    columns, descending = _sort(sort, wanted.state)
    if not 1 <= limit <= MAX_LIMIT:
        raise Invalid(FieldError("limit", f"must be between 1 and {MAX_LIMIT}"))
    backwards = cursor is not None and cursor.startswith(_BACK)
    reverse = descending != backwards
    conditions = conditions_of(session, viewer, wanted)
    total = _count(session, conditions)
    if total > COUNTED:
        conditions = [_not_searched_by(condition) for condition in conditions]
        if sort == "due":
            conditions.append(store.NOT_DONE)  # as the index of deadlines says it
    if cursor is not None:
        conditions.append(_after(columns, reverse, _decode(cursor.removeprefix(_BACK), len(columns))))
    query = select(Ticket.id).where(*conditions)
    ids = session.scalars(query.order_by(*(c.desc() if reverse else c for c in columns)).limit(limit + 1)).all()
    more, rows = len(ids) > limit, rows_of(session, ids[:limit])
    if backwards:
        rows.reverse()
    return QueuePage(
        rows,
        _encode(columns, rows[-1]) if rows and (more or backwards) else None,
        min(total, COUNTED),
        total > COUNTED,
        _BACK + _encode(columns, rows[0]) if rows and (more if backwards else cursor is not None) else None,
    )


def _not_searched_by(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition, in a form for which no engine uses an index.

    Where very many tickets match, walking the index of the wanted order soon meets a page of them; fetching and sorting
    all that match would take seconds.
    """
    return case((condition, 1), else_=0) == 1


def rows_of(session: Session, ids: Sequence[int]) -> list[QueueRow]:
    """These tickets in this order, with the names of what they point to. Joined last: a sort should carry ids alone."""
    tags = store.tags_of(session, ids)
    rows = {row[0]: QueueRow(*row) for row in session.execute(_rows().where(Ticket.id.in_(ids)))}
    return [replace(rows[i], tags=tuple(tags[i])) if i in tags else rows[i] for i in ids]


def count(session: Session, viewer: Viewer, wanted: QueueFilter, most: int = COUNTED) -> tuple[int, bool]:
    """How many tickets match, at most so many, and whether that is only a floor."""
    total = _count(session, conditions_of(session, viewer, wanted), most)
    return min(total, most), total > most


def ids_of(session: Session, viewer: Viewer, wanted: QueueFilter, *, sort: str, most: int) -> Sequence[int]:
    """The ids of the first tickets of the list, at most so many."""
    columns, descending = _sort(sort, wanted.state)
    query = select(Ticket.id).where(*conditions_of(session, viewer, wanted))
    return session.scalars(query.order_by(*(c.desc() if descending else c for c in columns)).limit(most)).all()


# Each by itself: SQLite finds one greatest value at the end of its index, and two by reading every ticket.
NEWEST = select(
    *(select(func.max(column)).scalar_subquery().label(column.key) for column in (Ticket.id, Ticket.updated_at))
)


def newest_id(session: Session) -> int:
    """The highest ticket id of the desk; what comes later has a higher one."""
    return session.scalar(select(func.max(Ticket.id))) or 0


@cache
def _rows() -> Select[*tuple[Any, ...]]:
    """Built once: putting this statement together costs more than running it."""
    return (
        select(
            Ticket.id,
            Ticket.subject,
            Ticket.state,
            Status.name,
            TicketType.name,
            Ticket.channel,
            Priority.name,
            Ticket.priority_rank,
            Customer.name,
            Ticket.customer_id,
            func.coalesce(Customer.vip, literal(False)),
            User.name,
            Team.name,
            Ticket.team_id,
            Agent.name,
            Ticket.assignee_id,
            Category.path,
            Ticket.created_at,
            Ticket.updated_at,
            Ticket.resolved_at,
            Ticket.version,
            Triage.state,
            SlaTicket.standing,
            Ticket.due_at,
        )
        .outerjoin(Status, Status.id == Ticket.status_id)
        .outerjoin(TicketType, TicketType.id == Ticket.type_id)
        .outerjoin(Priority, Priority.id == Ticket.priority_id)
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(User, User.id == Ticket.requester_id)
        .outerjoin(Team, Team.id == Ticket.team_id)
        .outerjoin(Agent, Agent.id == Ticket.assignee_id)
        .outerjoin(Category, Category.id == Ticket.category_id)
        .outerjoin(Triage, Triage.ticket_id == Ticket.id)
        .outerjoin(SlaTicket, SlaTicket.ticket_id == Ticket.id)
    )


def conditions_of(session: Session, viewer: Viewer, f: QueueFilter) -> list[ColumnElement[bool]]:
    """What a ticket must fulfil to be among those asked for, the wall first. Raises Invalid."""
    plain = {
        Ticket.status_id: f.status,
        Ticket.requester_id: f.requester,
        Ticket.type_id: f.type,
        Ticket.channel: f.channel,
    }
    conditions = [store.visible(viewer), *(column == value for column, value in plain.items() if value is not None)]
    if f.state is not None:
        conditions.append(_state(f.state))
    perhaps_none = {
        Ticket.customer_id: f.customer,
        Ticket.priority_id: f.priority,
        Ticket.team_id: f.team,
        Ticket.assignee_id: f.assignee,
    }
    for column, value in perhaps_none.items():
        if value is not None:
            conditions.append(column.is_(None) if value == "none" else column == value)
    if f.teams is not None:
        conditions.append(Ticket.team_id.in_(f.teams))
    if f.site is not None:
        # Its customer says nothing new, but there is an index of customers.
        whose = select(Site.customer_id).where(Site.id == f.site).scalar_subquery()
        conditions += [Ticket.site_id == f.site, Ticket.customer_id == whose]
    if f.category is not None:
        conditions.append(Ticket.category_id.in_(_subtree(session, f.category)))
    if f.tag is not None:
        conditions.append(exists().where(TicketTag.ticket_id == Ticket.id, TicketTag.tag == f.tag))
    if f.sla is not None:
        conditions.append(_standing(f.sla))
    if f.promise is not None:
        conditions.append(with_verdict(*f.promise))
    if f.q:
        conditions.append(Ticket.id.in_(matching(session, viewer, f.q).newest(session)))
    if f.created_after is not None:
        conditions.append(Ticket.created_at >= f.created_after)
    if f.created_before is not None:
        conditions.append(Ticket.created_at < f.created_before)
    return conditions + _about_work(f)


def _about_work(f: QueueFilter) -> list[ColumnElement[bool]]:
    """What was done with a ticket, by people and by triage."""
    conditions: list[ColumnElement[bool]] = []
    if f.after_id is not None:
        conditions.append(Ticket.id > f.after_id)
    if f.resolved_after is not None:
        # Whatever was resolved since then was changed since then, and that column has an index.
        conditions += [Ticket.updated_at >= f.resolved_after, Ticket.resolved_at >= f.resolved_after]
    if f.triage is not None:
        conditions.append(Ticket.id.in_(select(Triage.ticket_id).where(Triage.state == f.triage)))
    if f.watched_by is not None:
        conditions.append(Ticket.id.in_(following.watched_by(f.watched_by)))
    if f.kept_by is not None:
        conditions.append(Ticket.id.in_(following.kept_by(f.kept_by)))
    if f.worked_by is not None:
        since = [TimeEntry.started_at >= f.worked_after] if f.worked_after else []
        conditions.append(Ticket.id.in_(select(TimeEntry.ticket_id).where(TimeEntry.agent_id == f.worked_by, *since)))
    if f.aside is not None:
        aside = Ticket.id.in_(select(Snooze.ticket_id).where(Snooze.woken_at.is_(None)))
        conditions.append(aside if f.aside else ~aside)
    if f.decided is not None:
        field, kind = f.decided
        after = [Decision.at >= f.decided_after] if f.decided_after else []
        decided = select(Decision.ticket_id).where(Decision.field == field, Decision.kind == kind, *after)
        conditions.append(Ticket.id.in_(decided))
    return conditions


def _state(state: str) -> ColumnElement[bool]:
    if state == "unsolved":
        return store.unsolved()
    if state not in ("open", "paused", "done"):
        raise Invalid(FieldError("state", f"'{state}' is not a state", ("open", "paused", "done", "unsolved")))
    return Ticket.state == state if state == "done" else store.unsolved(state)


def _standing(standing: str) -> ColumnElement[bool]:
    """Tickets that stand so by what was promised; for a ticket without clocks nothing was."""
    if standing not in STANDINGS:
        raise Invalid(FieldError("sla", f"'{standing[:100]}' is not how a ticket can stand", STANDINGS))
    if standing == "none":
        return ~exists().where(SlaTicket.ticket_id == Ticket.id, SlaTicket.standing != "none")
    return Ticket.id.in_(select(SlaTicket.ticket_id).where(SlaTicket.standing == standing))


def _subtree(session: Session, category_id: int) -> list[int]:
    """The category and everything below it."""
    path = session.scalar(select(Category.path).where(Category.id == category_id))
    if path is None:
        return [category_id]
    below = Category.path.startswith(path + " / ", autoescape=True)
    return list(session.scalars(select(Category.id).where(or_(Category.id == category_id, below))))


def _count(session: Session, conditions: Sequence[ColumnElement[bool]], most: int = COUNTED) -> int:
    bounded = select(Ticket.id).where(*conditions).limit(most + 1).subquery()
    return session.scalar(select(func.count()).select_from(bounded)) or 0


def _sort(name: str, state: str | None) -> tuple[tuple[InstrumentedAttribute[Any], ...], bool]:
    if name not in _SORTS:
        raise Invalid(FieldError("sort", f"'{name}' is not an order", SORTS))
    if name == "due" and state not in DUE_STATES:
        raise Invalid(
            FieldError("sort", "'due' is an order of tickets that are not done: give one of these states", DUE_STATES)
        )
    return _SORTS[name]


def _after(
    columns: Sequence[InstrumentedAttribute[Any]], descending: bool, values: Sequence[Any]
) -> ColumnElement[bool]:
    """Rows that come after these values: later in the first column, or equal there and later in the rest."""
    first, value = columns[0], values[0]
    later: ColumnElement[bool] = first < value if descending else first > value
    if len(columns) == 1:
        return later
    edge = first <= value if descending else first >= value
    return and_(edge, or_(later, _after(columns[1:], descending, values[1:])))


def _encode(columns: Sequence[InstrumentedAttribute[Any]], row: QueueRow) -> str:
    values = [getattr(row, column.key) for column in columns]
    plain = [["t", to_micros(v)] if isinstance(v, datetime) else ["i", v] for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode()


def _decode(cursor: str, length: int) -> list[Any]:
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        values = [from_micros(v) if kind == "t" else int(v) for kind, v in plain]
    except (ValueError, TypeError, OverflowError) as error:
        raise Invalid(FieldError("cursor", "is not one that this list gave out")) from error
    if len(values) != length:
        raise Invalid(FieldError("cursor", "belongs to another order of this list"))
    return values
