"""The loop that triages waiting tickets: wakes at once when told, looks by itself now and then, never dies of an error."""

import threading
import time
from collections.abc import Callable, Sequence

import structlog

from triage.desk import DeskTriage

log = structlog.get_logger()

# How long a ticket that another process stored may wait to be noticed.
LOOKS_EVERY = 0.25
# How long what a child process has built or learned may wait to be taken up.
REFRESHES_EVERY = 3.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0


class TriageLoop:
    """A thread around `DeskTriage.work_once`. `told` is called with the ids of tickets that have become ready."""

    def __init__(self, desk: DeskTriage, batch: int, told: Callable[[Sequence[int]], None]) -> None:
        self._desk, self._batch, self._told = desk, batch, told
        self._awake = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="triage", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._awake.set()

    def stop(self) -> None:
        self._stopped.set()
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def _run(self) -> None:
        pause, refresh_at = _FIRST_PAUSE, 0.0
        while not self._stopped.is_set():
            self._awake.wait(LOOKS_EVERY)
            self._awake.clear()
            if time.monotonic() >= refresh_at:
                refresh_at = time.monotonic() + REFRESHES_EVERY
                self._refresh()
            try:
                while not self._stopped.is_set() and (ready := self._desk.work_once(self._batch)):
                    self._told(ready)
                pause = _FIRST_PAUSE
            except Exception as error:  # whatever it was, tickets keep coming in and the next round tries again
                log.error("triage.failed", error=f"{type(error).__name__}: {error}", retry_seconds=pause)
                self._stopped.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    def _refresh(self) -> None:
        """What cannot be taken up is left alone: triage goes on with what it has."""
        try:
            self._desk.refresh()
        except Exception as error:
            log.warning(
                "triage.not_refreshed", error=f"{type(error).__name__}: {error}", advice="run 'fifthcall doctor'"
            )
