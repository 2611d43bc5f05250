"""Putting a ticket's clocks back to what they were before something that is taken back had moved them.

Only the present clock of a kind is put back, and none that an agent has answered since: what was really said stands.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core_psa.sla import ledger_store
from core_psa.sla.books import Books
from core_psa.sla.clocks import Clock
from core_psa.sla.tables import SlaClock, SlaInterval, SlaTicket

_NOTHING = timedelta(0)
_NO_DEADLINE = {"due_at": None, "next_at": None}


def unwind(session: Session, ticket_id: int, at: datetime, ended_at: datetime | None = None) -> None:
    """Forgets the clocks that began `at` this instant; and, of work that had ended at `ended_at`, that it was taken up again
    then. The caller has the clocks follow the ticket afterwards.
    """
    row = session.get(SlaTicket, ticket_id)
    if row is None:
        return
    shares = Books(session).policy(row.policy_id).conduct.shares
    present = {clock.kind: clock for clock in ledger_store.ledger(session, ticket_id)}
    for clock in (clock for clock in present.values() if not clock.answered):
        if clock.started_at == at and (clock.kind == "update" or clock.cycle > 1):
            _keep(session, clock, [])
            session.execute(delete(SlaClock).where(SlaClock.id == clock.id))
        elif ended_at is not None:
            ended = ended_before(clock, at, ended_at, shares)
            _keep(session, clock, [interval.id for interval in ended.intervals])
            ledger_store.save(session, [(ticket_id, ended)], ended.intervals, lambda _: _NO_DEADLINE)
    if not any(clock.breached_at for clock in ledger_store.ledger(session, ticket_id)):
        row.standing = "none"


def ended_before(clock: Clock, at: datetime, ended_at: datetime, shares: Sequence[int]) -> Clock:
    """The clock as it stood when it had stopped at `ended_at` and was not resumed `at` a later instant. Pure."""
    kept = tuple(i for i in clock.intervals if i.ended_at is not None and i.ended_at <= at)
    consumed = sum((i.worked or _NOTHING for i in kept), _NOTHING)
    # What was told of a share that is not used up any more is told again when it is.
    used = [percent for percent in shares if clock.terms.budget and clock.terms.budget * percent / 100 <= consumed]
    return replace(
        clock,
        intervals=kept,
        consumed=consumed,
        running_since=None,
        stopped_at=ended_at,
        breached_at=clock.breached_at if clock.breached_at and clock.breached_at < at else None,
        told=min(clock.told, max(used, default=0)),
    )


def _keep(session: Session, clock: Clock, interval_ids: list[int | None]) -> None:
    gone = delete(SlaInterval).where(SlaInterval.clock_id == clock.id, SlaInterval.id.not_in(interval_ids))
    session.execute(gone)
