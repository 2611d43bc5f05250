"""Clocks and their ledger as they are stored, and which tickets' clocks have something to do."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, insert, select, true, update
from sqlalchemy.orm import Session

from core_psa.db.records import table_of
from core_psa.sla import clocks
from core_psa.sla.clocks import Clock, Interval, Kind, Terms
from core_psa.sla.tables import SlaClock, SlaInterval, SlaTicket

# Columns, not mapped objects: rows are written in bulk, which objects that are still held would not notice.
_CLOCKS = select(*SlaClock.__table__.columns)
_INTERVALS = select(*SlaInterval.__table__.columns)
_NEW_CLOCKS = insert(table_of(SlaClock)).returning(table_of(SlaClock).c.id, sort_by_parameter_order=True)
_NEW_INTERVALS = insert(table_of(SlaInterval))


def present_clocks(session: Session, ticket_ids: Collection[int]) -> dict[int, dict[Kind, Clock]]:
    """The latest clock of each kind by ticket, each with the interval it is running in."""
    rows = session.execute(_CLOCKS.where(SlaClock.ticket_id.in_(ticket_ids)).order_by(SlaClock.cycle)).all()
    latest = {(row.ticket_id, row.kind): row for row in rows}
    running = [row.id for row in latest.values() if row.running_since]
    query = _INTERVALS.where(SlaInterval.clock_id.in_(running), SlaInterval.ended_at.is_(None))
    intervals = {row.clock_id: _interval(row) for row in session.execute(query)}
    found: dict[int, dict[Kind, Clock]] = defaultdict(dict)
    for (ticket_id, kind), row in latest.items():
        found[ticket_id][cast("Kind", kind)] = _clock(row, [intervals[row.id]] if row.id in intervals else [])
    return found


def ledger(session: Session, ticket_id: int) -> list[Clock]:
    """Every clock the ticket has had, each with all its intervals; kinds in order, the first cycle first."""
    rows = session.execute(_CLOCKS.where(SlaClock.ticket_id == ticket_id).order_by(SlaClock.cycle)).all()
    query = _INTERVALS.where(SlaInterval.clock_id.in_([row.id for row in rows]))
    intervals: dict[int, list[Interval]] = defaultdict(list)
    for row in session.execute(query.order_by(SlaInterval.started_at, SlaInterval.id)):
        intervals[row.clock_id].append(_interval(row))
    order = {kind: i for i, kind in enumerate(clocks.KINDS)}
    return sorted((_clock(row, intervals[row.id]) for row in rows), key=lambda clock: order[clock.kind])


def save(
    session: Session,
    moved: Sequence[tuple[int, Clock]],
    known: Collection[Interval],
    values_of: Callable[[Clock], Mapping[str, Any]],
) -> None:
    """Writes clocks with their tickets' ids, and those of their intervals that are not `known` to be stored as they are.

    `values_of` adds what the store keeps beside the clock itself, such as its deadline.
    """
    stored = [{**_values(clock), **values_of(clock), "id": clock.id} for _, clock in moved if clock.id]
    if stored:
        session.execute(update(SlaClock), stored)
    begun = [(ticket_id, clock) for ticket_id, clock in moved if clock.id is None]
    rows = [{**_values(clock), **values_of(clock), "ticket_id": ticket_id} for ticket_id, clock in begun]
    ids = iter(session.scalars(_NEW_CLOCKS, rows).all() if rows else ())
    of_clock = [(clock.id or next(ids), clock) for _, clock in moved]
    _save_intervals(session, [(clock_id, i) for clock_id, clock in of_clock for i in clock.intervals if i not in known])


def _save_intervals(session: Session, intervals: Sequence[tuple[int, Interval]]) -> None:
    """Those that ended first: a clock runs once at a time."""
    stored = [{**_columns(interval), "id": interval.id} for _, interval in intervals if interval.id]
    if stored:
        session.execute(update(SlaInterval), stored)
    fresh = [{**_columns(interval), "clock_id": clock_id} for clock_id, interval in intervals if not interval.id]
    if fresh:
        session.execute(_NEW_INTERVALS, fresh)


def _columns(interval: Interval) -> dict[str, Any]:
    plain = {name: value for name, value in vars(interval).items() if name not in ("terms", "id")}
    return {**plain, **vars(interval.terms)}


def _values(clock: Clock) -> dict[str, Any]:
    plain = {name: value for name, value in vars(clock).items() if name not in ("terms", "intervals", "id")}
    return {**plain, **vars(clock.terms)}


def _clock(row: Row[Any], intervals: Sequence[Interval]) -> Clock:
    return Clock(
        kind=cast("Kind", row.kind),
        cycle=row.cycle,
        started_at=row.started_at,
        terms=_terms(row),
        consumed=row.consumed,
        running_since=row.running_since,
        stopped_at=row.stopped_at,
        breached_at=row.breached_at,
        told=row.told,
        answered=row.answered,
        intervals=tuple(intervals),
        id=row.id,
    )


def _interval(row: Row[Any]) -> Interval:
    return Interval(row.started_at, row.began, _terms(row), row.ended_at, row.ended, row.worked, row.total, row.id)


def _terms(row: Row[Any]) -> Terms:
    return Terms(row.budget, row.calendar_id, row.calendar_version, row.always_open)


def due_tickets(session: Session, now: datetime, limit: int) -> list[int]:
    """Tickets of whose clocks something is to be told, the longest overdue first."""
    query = select(SlaClock.ticket_id).where(SlaClock.next_at < now).order_by(SlaClock.next_at).limit(limit)
    return list(dict.fromkeys(session.scalars(query)))


def stale_tickets(session: Session, limit: int) -> list[int]:
    """Tickets whose clocks have not followed a changed policy, calendar or agreement yet."""
    query = select(SlaTicket.ticket_id).where(SlaTicket.stale).order_by(SlaTicket.ticket_id).limit(limit)
    return list(session.scalars(query))


def recount_policy(session: Session, policy_id: int) -> None:
    _recount(session, SlaTicket.policy_id == policy_id)


def recount_calendar(session: Session, calendar_id: int) -> None:
    _recount(session, SlaTicket.calendar_id == calendar_id)


def recount_customer(session: Session, customer_id: int) -> None:
    _recount(session, SlaTicket.customer_id == customer_id)


def recount_team(session: Session, team_id: int) -> None:
    _recount(session, SlaTicket.team_id == team_id)


def recount_all(session: Session) -> None:
    _recount(session, true())


def _recount(session: Session, of: ColumnElement[bool]) -> None:
    """Has unfinished tickets' clocks follow; the scan does it, a few at a time, so that no change has to wait for all of them."""
    session.execute(update(SlaTicket).where(of, SlaTicket.state != "done").values(stale=True))
