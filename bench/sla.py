"""Service levels: deadlines a second on one core, and the scan over a desk of open tickets with little and with much due.

`python -m bench.sla --tickets 100000` makes its own desk in a temporary folder.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update

from bench.measures import report, summary
from core_psa import defaults, migrations
from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk.clocks import scan
from core_psa.intake.receive import NewTicket, receive
from core_psa.sla.rules import CalendarSpec, Window, compile_calendar, to_micros
from core_psa.sla.tables import SlaClock, SlaInterval, SlaTicket
from core_psa.tickets.store import status_named
from core_psa.tickets.tables import Ticket
from core_psa.viewer import SYSTEM

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
OFFICE = tuple(Window(day, 480 + half * 300, 720 + half * 330) for day in range(5) for half in (0, 1))
_BATCH = 5_000


def deadlines(number: int) -> dict[str, float]:
    """Deadlines and elapsed times a second: random instants of three years, budgets up to two working weeks."""
    holidays = frozenset(date(2026, month, 1) for month in range(1, 13))
    calendar = compile_calendar(
        CalendarSpec("Office", "Europe/Berlin", OFFICE, holidays), date(2025, 1, 1), date(2028, 1, 1)
    )
    chance = random.Random(7)
    starts = [MONDAY + timedelta(minutes=chance.randrange(0, 1_000_000)) for _ in range(number)]
    budgets = [timedelta(minutes=chance.randrange(1, 4_800)) for _ in range(number)]
    began = time.perf_counter()
    found = [calendar.deadline(start, budget) for start, budget in zip(starts, budgets, strict=True)]
    between = time.perf_counter()
    for start, end in zip(starts, found, strict=True):
        calendar.elapsed(start, end)
    ended = time.perf_counter()
    plain = [
        (to_micros(start), int(budget.total_seconds()) * 1_000_000)
        for start, budget in zip(starts, budgets, strict=True)
    ]
    for start_at, budget_micros in plain:
        calendar.deadline_micros(start_at, budget_micros)
    whole = time.perf_counter()
    return {
        "deadlines_per_second": round(number / (between - began)),
        "elapsed_per_second": round(number / (ended - between)),
        "deadlines_per_second_in_microseconds": round(number / (whole - ended)),
    }


def scans(folder: Path, tickets: int, shares: tuple[float, ...]) -> dict[str, Any]:
    """How long the scan takes where so great a share of all tickets has something to tell of."""
    clock = StoppedClock(MONDAY)
    db = Database.open(f"sqlite:///{folder / 'store.db'}", clock)
    migrations.upgrade(db)
    with db.work() as w:
        defaults.install(w, "Bench", "UTC")
    moves = _moves(db, clock)
    _multiply(db, tickets)
    figures: dict[str, Any] = {"tickets": tickets, "clocks": _clocks(db), "one_move_ms": moves}
    for share in shares:
        _let_be_due(db, round(tickets * share), clock.now())
        began = time.perf_counter()
        done = scan(db)
        figures[f"scan, {share:.1%} due"] = {"told": done.told, "seconds": round(time.perf_counter() - began, 2)}
    db.close()
    return figures


def _moves(db: Database, clock: StoppedClock) -> dict[str, Any]:
    """The desk's own door with its clocks: one ticket opened, made to wait, taken up again."""
    took: dict[str, list[float]] = {"open": [], "pause": [], "resume": []}
    with db.read() as session:
        waiting, working = (status_named(session, name).id for name in ("Waiting on Customer", "In Progress"))
    for _ in range(200):
        ids: list[int] = []
        for name, at in (("open", None), ("pause", waiting), ("resume", working)):
            clock.advance(timedelta(seconds=1))
            began = time.perf_counter()
            with db.work() as w:
                if at is None:
                    ids.append(
                        receive(w, SYSTEM, NewTicket(subject="Printer", body="It jams.", priority="P3 Medium")).id
                    )
                else:
                    desk.update(w, SYSTEM, ids[0], values={"status": at})
            took[name].append((time.perf_counter() - began) * 1000)
    return {name: summary(each) for name, each in took.items()}


def _multiply(db: Database, wanted: int) -> None:
    """Copies of the first ticket and its clocks, as the desk wrote them, until there are so many."""
    with db.read() as session:
        have = session.scalar(select(func.max(Ticket.id))) or 0
        models: list[tuple[Any, Any, dict[str, Any]]] = [
            (model, key, _plain(session.scalars(query).first()))
            for model, key, query in (
                (Ticket, "id", select(Ticket)),
                (SlaTicket, "ticket_id", select(SlaTicket)),
            )
        ]
        clocks = [_plain(row) for row in session.scalars(select(SlaClock).where(SlaClock.ticket_id == 1))]
        interval = _plain(session.scalars(select(SlaInterval).where(SlaInterval.ended_at.is_(None))).first())
        last = session.scalar(select(func.max(SlaClock.id))) or 0
    for ids in _batches(have + 1, wanted):
        with db.work() as w:
            for model, key, row in models:
                w.session.execute(insert(model), [{**row, key: ticket_id} for ticket_id in ids])
            rows = [{**row, "ticket_id": i} for i in ids for row in clocks]
            numbered = [{**row, "id": last + n} for n, row in enumerate(rows, 1)]
            last += len(rows)
            w.session.execute(insert(SlaClock), numbered)
            running = [row["id"] for row in numbered if row["running_since"]]
            plain = {name: value for name, value in interval.items() if name != "id"}
            w.session.execute(insert(SlaInterval), [{**plain, "clock_id": clock_id} for clock_id in running])


def _plain(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def _batches(first: int, last: int) -> Iterator[range]:
    for start in range(first, last + 1, _BATCH):
        yield range(start, min(start + _BATCH, last + 1))


def _clocks(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(SlaClock)) or 0


def _let_be_due(db: Database, number: int, now: datetime) -> None:
    """So many tickets' resolution clocks have used up the next of their shares just now."""
    with db.work() as w:
        later = update(SlaClock).values(next_at=now + timedelta(days=300))
        w.session.execute(later)
        due = (
            select(SlaClock.id).where(SlaClock.kind == "resolution", SlaClock.running_since.is_not(None)).limit(number)
        )
        w.session.execute(
            update(SlaClock)
            .where(SlaClock.id.in_(due))
            .values(running_since=now - timedelta(days=14), next_at=now - timedelta(minutes=1), told=0)
        )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench sla", description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--deadlines", type=int, default=200_000)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        figures = {**deadlines(given.deadlines), **scans(Path(folder), given.tickets, (0.0, 0.01, 0.05))}
    report("sla", figures, given.out)


if __name__ == "__main__":
    main()
