"""The pages people look at all day on a large store: queue, search and ticket, over a real server, as a browser asks.

`python -m bench.pages --build 1000000 --data DIR` imports tickets with the texts of the made-up desk into a fresh SQLite
desk, makes them findable, and adds some long conversations; without `--build` it measures a desk that exists. A time is
what a caller on the same machine waits for a whole page, beside the processor time the server took for it.
"""

import argparse
import itertools
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2 as httpx
from sqlalchemy import func, select

from bench.importing import Text, write_file
from bench.measures import report, summary
from bench.queue import ORDERS, filters
from bench.running_desk import running
from core_psa import defaults, migrations
from core_psa.access import actions as access
from core_psa.access.roles import set_roles
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.intake.importing import Options, import_file
from core_psa.intake.preparing import prepare_all
from core_psa.organisation.actions import create_agent
from core_psa.tickets.tables import Ticket, TicketText
from core_psa.viewer import SYSTEM
from demo.generator import generate
from server.console.session import cookie_name
from server.settings import read_settings

TEXTS = 30_000
CONVERSATIONS, MESSAGES = 50, 30
SAMPLE = 3_000

Addresses = dict[str, list[str]]


def build(data: Path, rows: int) -> dict[str, Any]:
    """Fills an empty folder; returns how long what took."""
    data.mkdir(parents=True)
    texts = [Text(t.subject, t.body, t.resolution_note or "") for t in _made_up()]
    write_file(data / "tickets.parquet", rows, texts)
    with closing(Database.open(read_settings(data).store_url)) as db:
        migrations.upgrade(db)
        with db.work() as w:
            defaults.install(w, "Bench", "UTC")
        imported = import_file(db, SYSTEM, "tickets", data / "tickets.parquet", Options("bench"))
        started = time.perf_counter()
        prepare_all(db)
        prepared = time.perf_counter() - started
        _talk(db, texts)
    (data / "tickets.parquet").unlink()
    size = round((data / "store.db").stat().st_size / 1e6)
    return {"import_s": round(imported.seconds), "make_findable_s": round(prepared), "store_mb": size}


def _made_up() -> Iterator[Any]:
    return generate(tickets=TEXTS, days=365, seed=11, until=datetime(2026, 6, 1, tzinfo=UTC))


def _talk(db: Database, texts: Sequence[Text]) -> None:
    """Long conversations on some open tickets."""
    chosen = random.Random(1)
    with db.read() as session:
        newest = select(Ticket.id).where(Ticket.state == "open").order_by(Ticket.id.desc()).limit(CONVERSATIONS)
        ids = session.scalars(newest).all()
    for ticket_id, number in itertools.product(ids, range(MESSAGES)):
        say = desk.reply if number % 3 else desk.note
        with db.work() as w:
            say(w, SYSTEM, ticket_id, body=chosen.choice(texts).body or "Thank you.")


def addresses(db: Database) -> Addresses:
    """What is asked for, by what it is; the first of each is asked for in the first round, and so on."""
    pairs = itertools.product(filters(db).items(), ORDERS)
    queue = {f"queue: {name} / {order}": [f"/queue?{_query(query)}&sort={order}"] for (name, query), order in pairs}
    asked = words(db)
    search = {
        f"search: {name}, {order}": [f"/search?q={typed}&order={order}"]
        for (name, typed), order in itertools.product(asked.items(), ("newest", "relevance"))
    }
    return queue | search | {"ticket": tickets(db, 200), "ticket with 30 messages": talks(db)}


def _query(query: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in {"state": "all", **query}.items())


def words(db: Database) -> dict[str, str]:
    """Words to search for, chosen by how many of the tickets hold them."""
    with db.read() as session:
        newest = select(TicketText.text).order_by(TicketText.ticket_id.desc()).limit(SAMPLE)
        held = [set(re.findall(r"[a-z]{4,}", text.lower())) for text in session.scalars(newest)]
    count = Counter(word for each in held for word in each)
    often = [word for word, _ in count.most_common()]
    some = [word for word in often if count[word] < SAMPLE * 0.12]
    rare = next(word for word in often if count[word] == 1)
    beginning = next(word[:-1] for word in often if len(word) > 5 and not count[word[:-1]])
    return {
        f"in {count[often[0]] * 100 // SAMPLE} % of the tickets": often[0],
        f"in {count[some[0]] * 100 // SAMPLE} %": some[0],
        "rare": rare,
        "two words": f"{often[1]}+{some[1]}",
        "a beginning": beginning,
        "in none": "zzzyqx",
        "with filters": f"{often[0]}&state=unsolved&team=1",
    }


def tickets(db: Database, number: int) -> list[str]:
    with db.read() as session:
        last = session.scalar(select(func.max(Ticket.id))) or 1
    return [f"/tickets/{random.Random(i).randint(1, last)}" for i in range(number)]


def talks(db: Database) -> list[str]:
    with db.read() as session:
        newest = select(Ticket.id).where(Ticket.version > MESSAGES).order_by(Ticket.id.desc()).limit(CONVERSATIONS)
        return [f"/tickets/{i}" for i in session.scalars(newest)]


@contextmanager
def browser(data: Path, db: Database) -> Iterator[tuple[httpx.Client, int]]:
    """A running desk's process, and somebody who is signed in there and may see everything."""
    email, password = f"bench.{time.time_ns()}@harbour.example", "an-agent-of-the-bench"
    with db.work() as w:
        agent = create_agent(w, SYSTEM, name="Bench", email=email)
        set_roles(w, SYSTEM, agent.id, ["manager"])
        access.set_password(w, agent.id, password)
    token = access.sign_in(db, email, password).token
    with running(data, "--no-worker") as served, httpx.Client(base_url=served.url, timeout=60) as client:
        client.headers["cookie"] = f"{cookie_name(read_settings(data))}={token}"
        yield client, served.pid


def measure(data: Path, repeats: int) -> dict[str, Any]:
    took: dict[str, list[tuple[float, float]]] = {}
    with closing(Database.open(read_settings(data).store_url)) as db:
        migrations.upgrade(db)  # a store that was built by an older program
        asked = addresses(db)
        with db.read() as session:
            count = session.scalar(select(func.count()).select_from(Ticket))
        with browser(data, db) as (client, pid):
            for number, (name, choices) in itertools.product(range(repeats + 1), asked.items()):
                figures = _waited(client, pid, choices[number % len(choices)])
                if number:  # the first round warms what a running desk has warm
                    took.setdefault(name, []).append(figures)
    return {"tickets": count, "waited": _summed(took, 0), "worked": _summed(took, 1)}


_KINDS = ("queue", "search", "ticket")


def _summed(took: dict[str, list[tuple[float, float]]], which: int) -> dict[str, Any]:
    """By kind of page and by address, in milliseconds."""
    each = {name: [pair[which] for pair in pairs] for name, pairs in took.items()}
    kinds = {kind: [ms for name, some in each.items() if name.startswith(kind) for ms in some] for kind in _KINDS}
    return {
        "pages_ms": {kind: summary(some) for kind, some in kinds.items()},
        "each_ms": {name: summary(some) for name, some in each.items()},
    }


def _waited(client: httpx.Client, pid: int, address: str) -> tuple[float, float]:
    """Milliseconds by the clock, and of the server's processor time: the latter hardly minds what else the machine does."""
    started, worked = time.perf_counter(), _worked(pid)
    answer = client.get(address)
    waited, worked = (time.perf_counter() - started) * 1000, _worked(pid) - worked
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return waited, worked


def _worked(pid: int) -> float:
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench pages", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--build", type=int, metavar="TICKETS")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(arguments)
    built = build(given.data, given.build) if given.build else {}
    if given.repeats:
        built |= measure(given.data, given.repeats)
    report("pages", built, given.out)


if __name__ == "__main__":
    main()
