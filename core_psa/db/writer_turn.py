"""Whose turn it is to write to the SQLite file.

SQLite's own busy handler sleeps in growing steps and lets a busy writer starve the others; a blocking file lock is
woken the moment the writer before leaves, in this process and in every other.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class WriterTurn:
    """A lock across threads and processes, held for one transaction. Not re-entrant."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._file: int | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        with self._threads:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        with self._threads:
            if self._file is not None:
                os.close(self._file)
                self._file = None
