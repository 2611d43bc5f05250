"""The queue: tickets of all customers, filtered, sorted, one page at a time."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, True_, and_, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core_psa.customers.tables import Customer, User
from core_psa.db.base import from_micros, to_micros
from core_psa.errors import FieldError, Invalid
from core_psa.organisation.tables import Agent, Team
from core_psa.reads.queue_filter import QueueFilter, conditions_of, in_sight, in_state
from core_psa.sla.tables import SlaTicket
from core_psa.suggestions.tables import Triage
from core_psa.tickets import store
from core_psa.tickets.search import matching
from core_psa.tickets.tables import NEVER, Category, Priority, Status, Ticket, TicketType
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
    total: int | None = None,
) -> QueuePage:
    """One page of the tickets this viewer may see, counted unless their number is known. Raises Invalid for an unknown
    sort, limit or cursor."""
    columns, descending = _sort(sort, wanted.state)
    if not 1 <= limit <= MAX_LIMIT:
        raise Invalid(FieldError("limit", f"must be between 1 and {MAX_LIMIT}"))
    backwards = cursor is not None and cursor.startswith(_BACK)
    reverse = descending != backwards
    conditions = conditions_of(session, viewer, wanted)
    total = _total(session, viewer, wanted, conditions) if total is None else total
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
    total = _total(session, viewer, wanted, conditions_of(session, viewer, wanted), most)
    return min(total, most), total > most


def _total(
    session: Session,
    viewer: Viewer,
    wanted: QueueFilter,
    conditions: Sequence[ColumnElement[bool]],
    most: int = COUNTED,
) -> int:
    if wanted.q and _alone(conditions):
        return _matches(session, viewer, wanted.q)
    return _count(session, conditions, most)


def _alone(conditions: Sequence[ColumnElement[bool]]) -> bool:
    """Whether nothing but one of these asks for anything."""
    return sum(not isinstance(each, True_) for each in conditions) == 1


def _matches(session: Session, viewer: Viewer, words: str) -> int:
    """How many tickets hold the words, of the newest that are considered; no ticket is read for it."""
    matches = matching(session, viewer, words).newest(session).subquery()
    return session.scalar(select(func.count()).select_from(matches)) or 0


# What is put aside is counted by itself, and what is done never is aside.
_STANDING: Mapping[str, tuple[str, bool | None]] = {
    "open": ("open", False),
    "paused": ("paused", False),
    "aside": ("unsolved", True),
    "done": ("done", None),
}


def tally(session: Session, viewer: Viewer, wanted: QueueFilter) -> dict[str, int]:
    """How many match that are open, paused, put aside and done, whichever of them is asked for; counted up to COUNTED, and
    one more where there are more."""
    standing = {name: (in_state(state), *in_sight(aside)) for name, (state, aside) in _STANDING.items()}
    asked = conditions_of(session, viewer, replace(wanted, state=None, aside=None))
    if wanted.q:
        return _tally_of_words(session, viewer, wanted, asked, standing)
    counts = [_counted([*asked, *conditions], COUNTED) for conditions in standing.values()]
    row = session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    return dict(zip(standing, row, strict=True))


def _tally_of_words(
    session: Session,
    viewer: Viewer,
    wanted: QueueFilter,
    asked: Sequence[ColumnElement[bool]],
    standing: Mapping[str, Sequence[ColumnElement[bool]]],
) -> dict[str, int]:
    """Matches are found once, not once for each number; there are never more than COUNTED. Where nothing but the words is
    asked, only what is not done is looked at, in an index of its own, and the rest of the matches is done."""
    alone = _alone(asked)
    looked_at = {name: each for name, each in standing.items() if not alone or name != "done"}
    sums = [func.coalesce(func.sum(case((and_(*each), 1), else_=0)), 0) for each in looked_at.values()]
    among = select(*sums).select_from(Ticket).where(*asked, *([store.unsolved()] if alone else []))
    found = dict(zip(looked_at, session.execute(among).one(), strict=True))
    if alone:
        found["done"] = _matches(session, viewer, wanted.q or "") - sum(found.values())
    return found


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


def _count(session: Session, conditions: Sequence[ColumnElement[bool]], most: int = COUNTED) -> int:
    return session.scalar(_counted(conditions, most)) or 0


def _counted(conditions: Sequence[ColumnElement[bool]], most: int) -> Select[int]:
    bounded = select(Ticket.id).where(*conditions).limit(most + 1).subquery()
    return select(func.count()).select_from(bounded)


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
