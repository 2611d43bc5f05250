"""Checks of the data folder and of what works on it."""

import shutil
import stat
from collections.abc import Iterator

from server.doctor.finding import Finding, ok, problem, warning
from server.progress import folder_of, read
from server.settings import Settings
from server.worker_lock import WorkerLock

_GB = 1_000_000_000
_LITTLE, _TOO_LITTLE = 2 * _GB, _GB // 5


def folder(settings: Settings) -> Iterator[Finding]:
    data = settings.data
    if not data.is_dir():
        yield problem("data folder", f"{data} does not exist", f"run 'fifthcall init --data {data}'")
        return
    mode = stat.S_IMODE(data.stat().st_mode)
    if mode & 0o077:
        yield warning("data folder", f"others may look into {data} ({mode:o})", f"run 'chmod 700 {data}'")
    else:
        yield ok("data folder", str(data.absolute()))


def disk(settings: Settings) -> Iterator[Finding]:
    if not settings.data.is_dir():
        return
    free = shutil.disk_usage(settings.data).free
    text = f"{free / _GB:.1f} GB free"
    if free < _TOO_LITTLE:
        yield problem("disk", text, "free space on the data folder's disk: soon no ticket can be stored")
    elif free < _LITTLE:
        yield warning("disk", text, "free space on the data folder's disk")
    else:
        yield ok("disk", text)


def worker(settings: Settings) -> Iterator[Finding]:
    if not settings.data.is_dir():
        return
    holder = WorkerLock(settings.worker_lock).holder()
    if holder is None:
        yield warning("worker", "no worker runs", "start 'fifthcall serve' or 'fifthcall worker'")
    else:
        yield ok("worker", holder)


def long_work(settings: Settings) -> Iterator[Finding]:
    for progress in read(folder_of(settings)):
        if progress.state == "failed":
            advice = "the worker tries again every few minutes; the log says more"
            yield warning("long work", f"{progress.what} failed at {progress.updated_at}: {progress.error}", advice)
        elif progress.state == "running":
            yield ok("long work", progress.sentence)


def jobs(settings: Settings) -> Iterator[Finding]:
    """The file of schedules. A serving process holds it open, so it is only looked at through its own library."""
    file = settings.data / "jobs.db"
    if settings.sqlite_file is None or not file.exists():
        return
    import pysqlite3.dbapi2

    connection = pysqlite3.dbapi2.connect(f"file:{file.absolute()}?mode=ro", uri=True, timeout=2.0)
    try:
        (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except pysqlite3.dbapi2.DatabaseError as error:
        answer = str(error)
    finally:
        connection.close()
    if answer == "ok":
        yield ok("jobs", "the file of schedules is sound")
    else:
        yield problem("jobs", f"{file} is damaged: {answer}", "stop the server and delete the file: it is made anew")
