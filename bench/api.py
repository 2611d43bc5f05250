"""What a program sees: POST /tickets at a steady rate with triage running, and how soon the suggestion is stored.

`python -m bench.api --data var/demo` posts to a running copy of that desk's software on that desk's data; afterwards the
new tickets are still there, so use a copy. With `--import FILE` an import runs beside it.
"""

import argparse
import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
from sqlalchemy import select

from bench.measures import report, summary
from bench.running_desk import running
from core_psa.access import actions as access
from core_psa.db import Database
from core_psa.suggestions.tables import Triage
from core_psa.tickets.tables import Ticket
from core_psa.viewer import SYSTEM
from demo.generator import generate
from server.settings import read_settings


def post_at_rate(url: str, key: str, bodies: list[dict[str, str]], per_second: float) -> list[float]:
    """Milliseconds from when each request was due, so that a stall counts for every request it delays."""
    start = time.perf_counter() + 0.2
    headers = {"Authorization": f"Bearer {key}"}

    def one(number: int) -> float:
        due = start + number / per_second
        time.sleep(max(0.0, due - time.perf_counter()))
        answer = client.post(f"{url}/api/v1/tickets", json=bodies[number], headers=headers)
        if answer.status_code != 201:
            raise RuntimeError(answer.text)
        return (time.perf_counter() - due) * 1000

    limits = httpx.Limits(max_connections=40, max_keepalive_connections=40)
    with httpx.Client(timeout=30, limits=limits) as client, ThreadPoolExecutor(40) as pool:
        return list(pool.map(one, range(len(bodies))))


def suggestion_delays(db: Database, since: datetime) -> list[float]:
    """Milliseconds between a ticket's transaction and its suggestion's, by the store's own stamps."""
    with db.read() as session:
        query = select(Ticket.created_at, Triage.ready_at).join(Triage, Triage.ticket_id == Ticket.id)
        rows = session.execute(query.where(Ticket.created_at >= since, Triage.ready_at.is_not(None))).all()
    return [(ready - created).total_seconds() * 1000 for created, ready in rows if ready]


def all_triaged(db: Database, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with db.read() as session:
            if session.scalar(select(Triage.ticket_id).where(Triage.state == "waiting").limit(1)) is None:
                return True
        time.sleep(0.2)
    return False


@contextlib.contextmanager
def importing(file: Path | None, data: Path) -> Iterator[None]:
    """An import of this file running beside, as long as the block lasts."""
    if file is None:
        yield
        return
    command = [
        sys.executable,
        "-m",
        "server.cli.main",
        "--data",
        str(data),
        "import",
        "tickets",
        str(file),
        "--history",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(2)
    try:
        yield
        if process.poll() is not None:
            print(f"the import ended early with {process.returncode}", file=sys.stderr)
    finally:
        process.terminate()
        process.wait()


def measure(data: Path, seconds: int, rates: list[float], import_file: Path | None) -> dict[str, Any]:
    settings = read_settings(data)
    db = Database.open(settings.store_url)
    with db.work() as w:
        _, key = access.create_key(w, SYSTEM, f"bench {time.time_ns()}", "agent")
    figures: dict[str, Any] = {}
    with running(data) as desk:
        figures["ready_seconds"] = round(desk.ready_seconds, 2)
        rows = iter(generate(tickets=40_000, days=30, seed=99, until=datetime.now(UTC)))
        bodies = [
            {"subject": r.subject, "body": r.body}
            for r, _ in zip(rows, range(int(sum(rates) * seconds * 2)), strict=False)
        ]
        post_at_rate(desk.url, key, bodies[:50], 20)
        for rate in rates:
            with importing(import_file, data):
                since = datetime.now(UTC) - timedelta(milliseconds=1)
                count = int(rate * seconds)
                latencies = post_at_rate(desk.url, key, bodies[:count], rate)
            caught_up = all_triaged(db, 120)
            figures[f"{rate:g}/s"] = {
                "post_ms": summary(latencies),
                "suggestion_ms": summary(suggestion_delays(db, since)),
                "all_triaged": caught_up,
            }
        figures["resident_mb"] = round(desk.resident_mb(), 1)
    db.close()
    return figures


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench api", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rate", type=float, action="append")
    parser.add_argument("--import", dest="import_file", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(arguments)
    report("api", measure(given.data, given.seconds, given.rate or [20.0, 50.0], given.import_file), given.out)


if __name__ == "__main__":
    main()
