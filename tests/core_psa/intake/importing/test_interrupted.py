"""An import killed at any point and asked for again leaves exactly the file's rows, none of them twice."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.intake.importing import Options, Result, import_file
from core_psa.intake.importing.readers import open_source
from core_psa.intake.importing.runs import ImportedElsewhere
from core_psa.intake.tables import ImportRejection, ImportRun
from core_psa.tickets.tables import Action, Ticket, TicketTag
from core_psa.viewer import SYSTEM

ROWS = 3_000
KILLS = 5
CHILD = """
import sys
from pathlib import Path
from core_psa.db import Database
from core_psa.intake.importing import Options, import_file
from core_psa.viewer import SYSTEM

db = Database.open(sys.argv[1])
import_file(db, SYSTEM, "tickets", Path(sys.argv[2]), Options("old"), lambda done, total: print(done, flush=True))
"""


def _row(number: int) -> dict[str, Any]:
    rejected = number % 100 == 0
    return {
        "id": f"T{number}",
        "body": "" if rejected else f"message {number}",
        "created_at": 1_700_000_000 + number,
        "resolved_at": 1_700_100_000 + number if number % 2 else None,
        "customer": f"Customer {number % 50}",
        "requester": f"user{number % 400}@c{number % 50}.example",
        "tags": f"t{number % 3}",
        "duplicate_of": f"T{number - 1}" if number % 10 == 5 else None,
    }


def _kill_at_some_point(url: str, file: Path, rows: int) -> int:
    """Starts an import, kills it once it has told of so many rows; returns how far it had come then."""
    command = [sys.executable, "-c", CHILD, url, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        reached = 0
        for line in child.stdout or ():
            reached = int(line)
            if reached >= rows:
                break
        time.sleep(random.random() * 0.02)
        child.send_signal(signal.SIGKILL)
    return reached


def test_an_import_that_is_killed_goes_on_where_it_was(
    store_url: str, db: Database, jsonl: Callable[..., Path]
) -> None:
    file = jsonl(*(_row(number) for number in range(1, ROWS + 1)))
    for attempt in range(1, KILLS + 1):
        _kill_at_some_point(store_url, file, random.randrange(ROWS * attempt // (KILLS + 2)))
    result = import_file(db, SYSTEM, "tickets", file, Options("old"))
    rejected = ROWS // 100
    assert 0 < result.resumed_at < ROWS
    assert (result.rows, result.created, result.skipped, result.rejected) == (ROWS, ROWS - rejected, 0, rejected)
    with db.read() as session:
        ids = set(session.scalars(select(Ticket.external_id)))
        assert ids == {f"T{n}" for n in range(1, ROWS + 1) if n % 100}
        assert _counts(session, Action.kind) == {"created": ROWS - rejected, "resolve": ROWS // 2}
        assert session.scalar(select(func.count()).select_from(TicketTag)) == ROWS - rejected
        assert session.scalar(select(func.count()).select_from(Customer)) == 50
        users = list(session.scalars(select(User.email)))
        assert sorted(users) == sorted({_row(n)["requester"] for n in range(1, ROWS + 1) if n % 100})
        assert session.scalar(select(func.count(ImportRejection.row_number.distinct()))) == rejected
        assert session.scalar(select(func.count()).select_from(ImportRun)) == 1
        linked = select(func.count()).where(Ticket.duplicate_of_id.is_not(None))
        assert session.scalar(linked) == result.links == ROWS // 10


def _counts(session: Any, column: Any) -> dict[str, int]:
    return {value: count for value, count in session.execute(select(column, func.count()).group_by(column))}


def test_other_options_begin_a_new_import_that_skips_what_is_here(
    db: Database, store_url: str, jsonl: Callable[..., Path], bring: Callable[..., Result]
) -> None:
    file = jsonl(*(_row(number) for number in range(1, ROWS + 1)))
    _kill_at_some_point(store_url, file, 1)
    result = bring(file, history=True)
    assert result.resumed_at == 0
    assert result.skipped > 0
    assert result.created + result.skipped + result.rejected == ROWS


def test_two_imports_of_one_file_at_once_do_not_write_a_row_twice(
    db: Database, jsonl: Callable[..., Path], bring: Callable[..., Result]
) -> None:
    file = jsonl(*(_row(number) for number in range(1, 1_000)))
    second: list[Result] = []

    def meanwhile(_done: int, _total: int) -> None:
        if not second:
            second.append(bring(file))

    with pytest.raises(ImportedElsewhere):
        import_file(db, SYSTEM, "tickets", file, Options("old"), meanwhile)
    assert second[0].rows == 999
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 990


def test_a_name_that_somebody_creates_meanwhile_is_not_created_twice(
    db: Database, jsonl: Callable[..., Path], bring: Callable[..., Result]
) -> None:
    file = jsonl({"id": 1, "body": "x"}, *({"id": i, "body": "x", "customer": "Late"} for i in range(2, 400)))

    def meanwhile(done: int, _total: int) -> None:
        if done < 300:
            with db.work() as w:
                if not w.session.scalar(select(Customer.id).where(Customer.name == "Late")):
                    w.session.add(Customer(name="Late", created_at=w.now))

    import_file(db, SYSTEM, "tickets", file, Options("old"), meanwhile)
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 1


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("start", [0, 1, 999, 1_000, 2_500])
def test_reading_goes_on_at_any_row(tmp_path: Path, suffix: str, start: int) -> None:
    file = tmp_path / f"rows.{suffix}"
    _write(file, 2_500)
    rows = open_source(file).read(["id"], start)
    assert [str(row[0]) for row in rows] == [str(number) for number in range(start, 2_500)]


def _write(file: Path, rows: int) -> None:
    if file.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table({"id": list(range(rows))}), file, row_group_size=1_000)
    elif file.suffix == ".csv":
        file.write_text("id\n" + "".join(f"{n}\n" for n in range(rows)), encoding="utf-8")
    else:
        file.write_text("".join(f'{{"id": {n}}}\n' for n in range(rows)), encoding="utf-8")
