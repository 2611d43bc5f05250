"""Whose turn it is to write to the SQLite file.

SQLite's own busy handler sleeps in growing steps and lets a busy writer starve the others; a blocking file lock is
woken the moment the writer before leaves, in this process and in every other. Being woken takes a core, though, and one
that writes again and again would be back before: so there is a second lock, the head of the line, which whoever waits
for the turn keeps until they have it.

People wait for most of what is written, and nobody for an import: the patient write when nobody else wants to.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path

from core_psa.db.locks import writers
from core_psa.errors import StoreUnavailable

# Seconds. Transactions are short; who keeps the turn longer than this is stopped, or stuck.
LONGEST_WAIT = 30.0
# After so long a patient writer stands in line like everybody; how often they look for a gap until then.
PATIENCE, _LOOKS_EVERY = 1.0, 0.002
# For so long after they met somebody who was not patient, they rest so many times as long as they have had the turn: between
# two gaps they would take a core, and the disk, from those whom they let go first.
_MINDFUL, _REST, _LONGEST_REST = 1.0, 3.0, 0.2


class WriterTurn:
    """A lock across threads and processes, held for one transaction. Not re-entrant."""

    def __init__(self, path: Path, longest_wait: float = LONGEST_WAIT) -> None:
        self._path = path
        self._longest_wait = longest_wait
        self._threads = threading.Lock()
        self._head, self._turn = _FileLock(path.with_name(f"{path.name}.line")), _FileLock(path)
        self._prompt = _Prompt(path.with_name(f"{path.name}.prompt"))

    @contextmanager
    def taken(self, *, patient: bool = False) -> Iterator[None]:
        """Raises StoreUnavailable, naming who has the turn, if it cannot be had in time."""
        with self._prompt.gap() if patient else self._prompt.present():
            try:
                self._take()
            except TimeoutError:
                raise self._kept() from None
            taken = time.monotonic()
            try:
                yield
            finally:
                if patient:
                    self._prompt.had_for(time.monotonic() - taken)
                self._turn.leave()
                self._threads.release()

    def close(self) -> None:
        with self._threads:
            self._head.close()
            self._turn.close()
            self._prompt.close()

    def _take(self) -> None:
        """Raises TimeoutError."""
        if not self._threads.acquire(timeout=self._longest_wait):
            raise TimeoutError
        try:
            self._head.take(self._longest_wait)
            try:
                self._turn.take(self._longest_wait)
            finally:
                self._head.leave()
        except BaseException:
            self._threads.release()
            raise

    def _kept(self) -> StoreUnavailable:
        who = ", ".join(writers(self._path)) or "another program"
        return StoreUnavailable(f"nothing could be written for {self._longest_wait:g} s: let {who} go on, or end it")


class _Prompt:
    """A file that every process shares while any of its threads writes or waits to, for the patient to see."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: int | None = None
        self._threads = 0
        self._met, self._had_for = -_MINDFUL, 0.0

    @contextmanager
    def present(self) -> Iterator[None]:
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    @contextmanager
    def gap(self) -> Iterator[None]:
        """Waits until nobody is present, as long as patience lasts."""
        if time.monotonic() - self._met < _MINDFUL:
            time.sleep(min(self._had_for * _REST, _LONGEST_REST))
        until = time.monotonic() + PATIENCE
        with self._path.open("wb") as file:
            while not _shut(file.fileno()) and (now := time.monotonic()) < until:
                self._met = now
                time.sleep(_LOOKS_EVERY)
        yield

    def had_for(self, seconds: float) -> None:
        """How long a patient one has just had the turn."""
        self._had_for = seconds

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def _count(self, change: int) -> None:
        with self._lock:
            self._threads += change
            if self._file is None:
                self._file = _opened(self._path)
            if self._threads == 0:
                fcntl.flock(self._file, fcntl.LOCK_UN)
            elif self._threads == change == 1:
                with suppress(BlockingIOError):  # a patient one is looking at this very moment
                    fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _shut(file: int) -> bool:
    """Whether nobody else has this file; it is had for a moment to find out."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(file, fcntl.LOCK_UN)
    return True


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


class _FileLock:
    """A lock on a file between processes; of one process, one thread at a time may use it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self, seconds: float) -> None:
        """Raises TimeoutError if somebody else keeps it longer than that."""
        if self._file is None:
            self._file = _opened(self._path)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited_for = self._waited_for(seconds)
            os.close(self._file)
            self._file = waited_for

    def leave(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _waited_for(self, seconds: float) -> int:
        """A file that has the lock. Waiting in line for it has no time limit of its own, so a thread does that."""
        locked: Future[int] = Future()
        threading.Thread(target=self._wait, args=(locked,), name="writer turn", daemon=True).start()
        try:
            return locked.result(seconds)
        except TimeoutError:
            if locked.cancel():
                raise
            return locked.result()

    def _wait(self, locked: "Future[int]") -> None:
        file = _opened(self._path)
        fcntl.flock(file, fcntl.LOCK_EX)
        if locked.set_running_or_notify_cancel():
            locked.set_result(file)
        else:
            os.close(file)  # nobody waits any more
