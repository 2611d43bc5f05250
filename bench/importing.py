"""How fast a file of tickets comes in, and how long the desk's own door waits for its turn meanwhile.

Writes some made-up years of tickets as Parquet (or takes a file of yours) and imports them into a fresh SQLite desk; then
writes the very same rows into the same tables with nothing around them, which is the floor: no import can be quicker; then
imports them, or a fifth of the made-up ones, into another desk, to which a second process opens fifty tickets a second.
Processor time stands beside the clock's, for machines that have other work.
"""

import argparse
import itertools
import json
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bench.measures import report, summary
from core_psa import defaults, migrations
from core_psa.db import Database
from core_psa.intake.importing import Options, import_file
from core_psa.intake.receive import NewTicket, receive
from core_psa.viewer import SYSTEM

ROWS = 1_000_000
BESIDE = 5
KNOCKS_PER_SECOND = 50
_AT_ONCE = 50_000
_FLOOR_TURN, _FLOOR_CHECKPOINT = 2_000, 10
_START = 1_640_995_200_000_000
_SECONDS_BETWEEN = 90
# How many different ones there are; a few have most of the tickets, as on a real desk.
CUSTOMERS, REQUESTERS, AGENTS, TEAMS, CATEGORIES, BODIES = 300, 10_000, 200, 12, 120, 5_000


class Text(NamedTuple):
    subject: str
    body: str
    resolution: str


def write_file(path: Path, rows: int, texts: Sequence[Text] | None = None) -> None:
    """Tickets in the order in which they came, nearly all of them resolved, by default with messages of 50 to 900
    characters; `texts` are drawn from at random."""
    rng = np.random.default_rng(1)
    texts = texts or [_text(rng) for _ in range(BODIES)]
    writer = None
    for start in range(0, rows, _AT_ONCE):
        table = _table(rng, start, min(_AT_ONCE, rows - start), texts)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()


def _table(rng: np.random.Generator, start: int, count: int, texts: Sequence[Text]) -> pa.Table:
    numbers = np.arange(start, start + count)
    created = _START + numbers * _SECONDS_BETWEEN * 10**6 + rng.integers(0, _SECONDS_BETWEEN * 10**6, count)
    took = rng.lognormal(9, 1.5, count).astype(np.int64) * 10**6
    drawn = rng.integers(0, len(texts), count)
    requesters, categories = _few_have_most(rng, REQUESTERS, count), _few_have_most(rng, CATEGORIES, count)
    return pa.table(
        {
            "id": [f"INC{number:07d}" for number in numbers],
            "created_at": pa.array(created, pa.timestamp("us", "UTC")),
            "resolved_at": pa.array(created + took, pa.timestamp("us", "UTC"), mask=rng.random(count) < 0.01),
            "subject": [texts[i].subject for i in drawn],
            "body": [texts[i].body for i in drawn],
            "category": [f"Area {i % 12}" for i in categories],
            "subcategory": [f"Part {i}" for i in categories],
            "priority": [("P1 Critical", "P2 High", "P3 Medium", "P4 Low")[i] for i in rng.integers(0, 4, count)],
            "assignee": [f"Agent {i}" for i in _few_have_most(rng, AGENTS, count)],
            "group": [f"Team {i}" for i in _few_have_most(rng, TEAMS, count)],
            "customer": [f"Customer {i % CUSTOMERS}" for i in requesters],
            "requester": [f"user{i}@customer{i % CUSTOMERS}.example" for i in requesters],
            "resolution_note": [texts[i].resolution for i in rng.integers(0, len(texts), count)],
        }
    )


def _few_have_most(rng: np.random.Generator, kinds: int, count: int) -> NDArray[np.int64]:
    return (kinds * rng.random(count) ** 2).astype(np.int64)


def _text(rng: np.random.Generator) -> Text:
    body = _words(rng, int(rng.integers(8, 150)))
    return Text(body[:60], body, body[-80:])


def _words(rng: np.random.Generator, count: int) -> str:
    return " ".join("".join(chr(97 + c) for c in rng.integers(0, 26, length)) for length in rng.integers(2, 9, count))


def import_into(folder: Path, file: Path, *, knocking: bool) -> dict[str, Any]:
    """Imports into a new desk in this folder; with somebody knocking at its door all the while if asked."""
    url = f"sqlite:///{folder / 'store.db'}"
    with closing(Database.open(url)) as db:
        migrations.upgrade(db)
        with db.work() as w:
            defaults.install(w, "Bench", "UTC")
        door = _knock(url) if knocking else None
        began = time.process_time()
        result = import_file(db, SYSTEM, "tickets", file, Options("bench"))
        processor = time.process_time() - began
    figures = {
        "rows": result.rows,
        "rows_per_second": round(result.rate),
        "seconds": round(result.seconds, 1),
        "processor_us_per_row": round(1e6 * processor / max(1, result.rows), 1),
        "store_mb": round((folder / "store.db").stat().st_size / 1e6),
    }
    return {**figures, "door_ms": _waits(door)} if door else figures


def floor(imported: Path, folder: Path) -> dict[str, Any]:
    """What SQLite alone takes for the tickets and actions of this store, in the desk's own tables and with its settings."""
    shutil.copy(imported / "store.db", folder / "store.db")
    seconds, rows = 0.0, 0
    with ExitStack() as kept:
        source, target = (kept.enter_context(_connected(place)) for place in (imported, folder))
        _empty(target)
        tickets = source.execute("SELECT * FROM ticket ORDER BY id")
        for turn in itertools.count(1):
            some = tickets.fetchmany(_FLOOR_TURN)
            if not some:
                break
            between = "SELECT * FROM action WHERE ticket_id BETWEEN ? AND ? ORDER BY id"
            actions = source.execute(between, (some[0][0], some[-1][0])).fetchall()
            started = time.perf_counter()
            _write_plainly(target, {"ticket": some, "action": actions}, checkpoint=turn % _FLOOR_CHECKPOINT == 0)
            seconds += time.perf_counter() - started
            rows += len(some)
    return {"rows": rows, "rows_per_second": round(rows / max(seconds, 0.001)), "seconds": round(seconds, 1)}


@contextmanager
def _connected(folder: Path) -> Iterator[Any]:
    with (
        closing(Database.open(f"sqlite:///{folder / 'store.db'}")) as db,
        closing(db.engine.raw_connection()) as connection,
    ):
        yield connection.driver_connection


def _empty(connection: Any) -> None:
    """With foreign keys checked, every ticket would be looked for among all others."""
    connection.execute("PRAGMA foreign_keys=OFF")
    for table in ("action", "ticket_tag", "triage", "ticket"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("VACUUM")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.execute("PRAGMA wal_autocheckpoint=0")


def _write_plainly(connection: Any, rows: Mapping[str, Sequence[tuple[Any, ...]]], *, checkpoint: bool) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for table, tuples in rows.items():
        places = ", ".join("?" * len(tuples[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", tuples)
    connection.execute("COMMIT")
    if checkpoint:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def _knock(url: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bench.importing", "--knock", url]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    process.stdout.readline()
    return process


def _waits(door: "subprocess.Popen[str]") -> dict[str, float]:
    took, _ = door.communicate("enough\n")
    return summary(json.loads(took))


def knock(url: str) -> None:
    """Opens tickets at an even rate until standard input says enough; prints how many milliseconds each took."""
    took: list[float] = []
    with closing(Database.open(url)) as db:
        _open_one(db)
        print("ready", flush=True)
        due = time.perf_counter()
        while not select.select([sys.stdin], [], [], 0)[0]:
            due += 1 / KNOCKS_PER_SECOND
            time.sleep(max(0, due - time.perf_counter()))
            began = time.perf_counter()
            _open_one(db)
            took.append((time.perf_counter() - began) * 1000)
    print(json.dumps(took))


def _open_one(db: Database) -> None:
    with db.work() as w:
        receive(w, SYSTEM, NewTicket(subject="The printer is jammed", body="It has been so since this morning."))


def measure(rows: int, given: Path | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as kept:
        alone, plain, beside = (Path(kept, name) for name in ("alone", "plain", "beside"))
        for folder, count in ((alone, rows), (plain, 0), (beside, rows // BESIDE)):
            folder.mkdir()
            if count and not given:
                write_file(folder / "tickets.parquet", count)
        imported = import_into(alone, given or alone / "tickets.parquet", knocking=False)
        lowest = floor(alone, plain)
        shared = import_into(beside, given or beside / "tickets.parquet", knocking=True)
    ratio = round(imported["rows_per_second"] / lowest["rows_per_second"], 2)
    return {"alone": imported, "floor": lowest, "share_of_floor": ratio, "beside": shared}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench importing", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--file", type=Path, help="instead of made-up tickets")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--knock", metavar="URL", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.knock:
        knock(given.knock)
    else:
        report("importing", measure(given.rows, given.file), given.out)


if __name__ == "__main__":
    main()
