"""The two kinds of transaction."""

import contextlib
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from core_psa.customers.tables import Customer
from core_psa.db import Database
from core_psa.db.database import wal_is_safe
from core_psa.errors import StoreUnavailable


def names(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(Customer.name).order_by(Customer.name)))


def add(db: Database, name: str) -> None:
    with db.work() as w:
        w.session.add(Customer(name=name, created_at=w.now))


def test_leaving_work_commits(db: Database) -> None:
    add(db, "Quay")
    assert names(db) == ["Quay"]


def test_an_error_rolls_everything_back(db: Database) -> None:
    with contextlib.suppress(ZeroDivisionError), db.work() as w:
        w.session.add(Customer(name="Quay", created_at=w.now))
        w.session.flush()
        1 / 0  # noqa: B018
    assert names(db) == []


def test_what_should_follow_the_commit_follows_it(db: Database) -> None:
    seen: list[list[str]] = []
    with db.work() as w:
        w.session.add(Customer(name="Quay", created_at=w.now))
        w.after_commit(lambda: seen.append(names(db)))
    assert seen == [["Quay"]]


def test_what_should_follow_the_commit_does_not_follow_a_rollback(db: Database) -> None:
    called: list[int] = []
    with contextlib.suppress(ZeroDivisionError), db.work() as w:
        w.after_commit(lambda: called.append(1))
        1 / 0  # noqa: B018
    assert called == []


def test_read_modify_write_from_many_threads_loses_no_update(db: Database) -> None:
    add(db, "Quay")

    def count_up() -> None:
        for _ in range(20):
            with db.work() as w:
                row = w.session.scalars(select(Customer).with_for_update()).one()
                row.note = str(int(row.note or 0) + 1)

    threads = [threading.Thread(target=count_up) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.read() as session:
        assert session.scalars(select(Customer.note)).one() == "100"


def test_two_processes_take_turns_and_lose_nothing(sqlite_url: str, tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import sys
        from core_psa.db import Database
        from core_psa.tables import customers
        db = Database.open(sys.argv[1])
        for number in range(100):
            with db.work() as w:
                w.session.add(customers.Customer(name=f"{sys.argv[2]} {number}", created_at=w.now))
    """)
    command = [sys.executable, "-c", script, sqlite_url]
    processes = [subprocess.Popen([*command, name]) for name in ("a", "b")]
    assert [p.wait(60) for p in processes] == [0, 0]
    db = Database.open(sqlite_url)
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 200
    db.close()


def test_a_reader_does_not_wait_for_a_writer(db: Database) -> None:
    with db.work() as w:
        w.session.add(Customer(name="Quay", created_at=w.now))
        w.session.flush()
        assert names(db) == []


def test_a_read_only_file_says_what_to_do(sqlite_url: str) -> None:
    db = Database.open(sqlite_url)
    with db.engine.connect() as connection:
        connection.execute(text("PRAGMA query_only = ON"))
    with pytest.raises(StoreUnavailable, match="check its permissions"):
        add(db, "Quay")
    db.close()


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 50, 7), True),
        ((3, 50, 4), False),
        ((3, 53, 4), True),
    ],
)
def test_only_versions_with_the_fix_of_the_log_reset_use_the_log(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_a_postponed_checkpoint_is_postponed_for_one_transaction_only(sqlite_url: str) -> None:
    db = Database.open(sqlite_url)
    setting = text("PRAGMA wal_autocheckpoint")
    with db.work() as w:
        db.postpone_checkpoint(w.session)
        postponed = w.session.scalar(setting)
    with db.work() as w:
        assert (postponed, w.session.scalar(setting)) == (0, 1000)
    db.close()


def test_a_checkpoint_empties_the_log_into_the_file(sqlite_url: str, tmp_path: Path) -> None:
    db = Database.open(sqlite_url)
    before = (tmp_path / "store.db").stat().st_size
    with db.work() as w:
        db.postpone_checkpoint(w.session)
        w.session.execute(text("CREATE TABLE much AS SELECT zeroblob(1000000) AS bytes"))
    assert (tmp_path / "store.db").stat().st_size == before
    db.checkpoint()
    assert (tmp_path / "store.db").stat().st_size > before
    db.close()
