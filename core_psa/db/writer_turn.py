"""Whose turn it is to write to the SQLite file.

SQLite's own busy handler sleeps in growing steps and lets a busy writer starve the others; a blocking file lock is
woken the moment the writer before leaves, in this process and in every other. Being woken takes a core, though, and one
that writes again and again would be back before: so there is a second lock, the head of the line, which whoever waits
for the turn keeps until they have it.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

from core_psa.db.locks import writers
from core_psa.errors import StoreUnavailable

# Seconds. Transactions are short; who keeps the turn longer than this is stopped, or stuck.
LONGEST_WAIT = 30.0


class WriterTurn:
    """A lock across threads and processes, held for one transaction. Not re-entrant."""

    def __init__(self, path: Path, longest_wait: float = LONGEST_WAIT) -> None:
        self._path = path
        self._longest_wait = longest_wait
        self._threads = threading.Lock()
        self._head, self._turn = _FileLock(path.with_name(f"{path.name}.line")), _FileLock(path)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Raises StoreUnavailable, naming who has the turn, if it cannot be had in time."""
        try:
            self._take()
        except TimeoutError:
            raise self._kept() from None
        try:
            yield
        finally:
            self._turn.leave()
            self._threads.release()

    def close(self) -> None:
        with self._threads:
            self._head.close()
            self._turn.close()

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


class _FileLock:
    """A lock on a file between processes; of one process, one thread at a time may use it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self, seconds: float) -> None:
        """Raises TimeoutError if somebody else keeps it longer than that."""
        if self._file is None:
            self._file = self._opened()
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
        file = self._opened()
        fcntl.flock(file, fcntl.LOCK_EX)
        if locked.set_running_or_notify_cancel():
            locked.set_result(file)
        else:
            os.close(file)  # nobody waits any more

    def _opened(self) -> int:
        return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
