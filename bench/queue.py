"""The queue page on a large store: 10 filters x 4 orders, server time of the whole page, over a real server.

`python -m bench.queue --data DIR` reads a desk that exists; make one with `bench importing`.
"""

import argparse
import itertools
import time
from pathlib import Path
from typing import Any

import httpx2 as httpx
from sqlalchemy import func, select

from bench.measures import report, summary
from bench.running_desk import running
from core_psa.access import actions as access
from core_psa.db import Database
from core_psa.tickets.tables import Category, Ticket
from core_psa.viewer import SYSTEM
from server.settings import read_settings

ORDERS = ("-created", "created", "-updated", "priority")


def filters(db: Database) -> dict[str, dict[str, str]]:
    """Ten filters that people use, with the values that match most tickets: the hard ones."""
    with db.read() as session:

        def commonest(column: Any) -> str:
            query = select(column).where(column.is_not(None)).group_by(column).order_by(func.count().desc()).limit(1)
            return str(session.scalar(query) or 1)

        customer, team, assignee = (
            commonest(Ticket.customer_id),
            commonest(Ticket.team_id),
            commonest(Ticket.assignee_id),
        )
        category, priority = commonest(Ticket.category_id), commonest(Ticket.priority_id)
        parent = str(session.scalar(select(Category.parent_id).where(Category.id == int(category))) or category)
    return {
        "unsolved": {"state": "unsolved"},
        "all": {},
        "done": {"state": "done"},
        "unassigned": {"state": "unsolved", "assignee": "none"},
        "team": {"state": "unsolved", "team": team},
        "assignee, all": {"assignee": assignee},
        "customer, all": {"customer": customer},
        "category and below, all": {"category": parent},
        "priority, all": {"priority": priority},
        "words": {"q": "printer"},
    }


def measure(data: Path, repeats: int) -> dict[str, Any]:
    db = Database.open(read_settings(data).store_url)
    with db.work() as w:
        _, key = access.create_key(w, SYSTEM, f"bench {time.time_ns()}", "agent")
    with db.read() as session:
        tickets = session.scalar(select(func.count()).select_from(Ticket))
    chosen = filters(db)
    took: dict[str, list[float]] = {}
    with running(data, "--no-worker") as desk, httpx.Client(timeout=60) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        for _ in range(repeats):
            for (name, query), order in itertools.product(chosen.items(), ORDERS):
                started = time.perf_counter()
                answer = client.get(f"{desk.url}/api/v1/tickets", params={**query, "sort": order, "limit": "50"})
                took.setdefault(f"{name} / {order}", []).append((time.perf_counter() - started) * 1000)
                answer.raise_for_status()
    db.close()
    everything = [ms for each in took.values() for ms in each]
    slowest = sorted(took.items(), key=lambda item: -summary(item[1])["p95"])[:8]
    return {
        "tickets": tickets,
        "pairs": len(took),
        "all_ms": summary(everything),
        "slowest_ms": {name: summary(values) for name, values in slowest},
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench queue", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(arguments)
    report("queue", measure(given.data, given.repeats), given.out)


if __name__ == "__main__":
    main()
