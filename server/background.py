"""What a serving desk does in a process of its own: triage, and the worker unless another process is it.

Encoding and voting hold the interpreter for tens of milliseconds a ticket; beside them no request would be answered
in time. The two processes talk over one socket pair, which also tells each that the other is gone.
"""

import argparse
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any

import structlog

from core_psa.db import Database
from server.line import Answer, Ask, Ready, Triaged
from server.settings import Settings, read_settings
from server.store import open_store
from server.triager import Answered, TriageHere
from server.wiring import triage_here
from server.worker_lock import WorkerLock

log = structlog.get_logger()

_LOCK_TRIED_EVERY = 5.0


class Line:
    """The background's end of the socket pair; several threads may speak."""

    def __init__(self, connection: "Connection[Any, Any]") -> None:
        self._connection = connection
        self._speaking = threading.Lock()

    def say(self, message: Any) -> None:
        """Says it; a server that is gone needs no answer any more."""
        try:
            with self._speaking:
                self._connection.send(message)
        except OSError:
            log.info("background.unheard", message=type(message).__name__)

    def listen(self, triage: TriageHere) -> None:
        """Does what it is told until the other end closes."""
        with ThreadPoolExecutor(2, thread_name_prefix="preview") as answering:
            while True:
                try:
                    message = self._connection.recv()
                except (EOFError, ConnectionResetError):
                    return
                if isinstance(message, Ask):
                    answering.submit(self._answer, triage, message)
                else:
                    triage.wake()

    def _answer(self, triage: TriageHere, question: Ask) -> None:
        try:
            answer: Answered | Exception = triage.preview(question.asked)
        except Exception as error:  # whoever asked is told
            log.error("triage.preview_failed", error=f"{type(error).__name__}: {error}")
            answer = error
        self.say(Answer(question.number, answer))


def run(settings: Settings, connection: "Connection[Any, Any]", *, with_worker: bool) -> None:
    """Works until the other end of the connection closes."""
    line, db = Line(connection), open_store(settings)
    triage = triage_here(settings, db)
    line.say(Ready(triage.trouble))
    triage.start(lambda ticket_ids: line.say(Triaged(ticket_ids)))
    worker = EmbeddedWorker(settings, db, triage) if with_worker else None
    if worker:
        worker.start()
    try:
        line.listen(triage)
    finally:
        if worker:
            worker.stop()
        triage.stop()
        db.close()


class EmbeddedWorker:
    """The worker in a thread, as soon as no other process is it."""

    def __init__(self, settings: Settings, db: Database, triage: TriageHere) -> None:
        self._settings, self._db, self._triage = settings, db, triage
        self._lock = WorkerLock(settings.worker_lock)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=60)

    def _run(self) -> None:
        if not self._take_lock():
            return
        try:
            from server.worker import Worker  # takes longer to import than everything else here

            worker = Worker(self._settings, self._db, self._triage.desk)
            worker.start()
            self._stop.wait()
            worker.stop()
        except Exception as error:  # tickets keep coming in and are triaged without it
            log.error("worker.unavailable", error=f"{type(error).__name__}: {error}", advice="run 'fifthcall doctor'")
        finally:
            self._lock.leave()

    def _take_lock(self) -> bool:
        """Waits until this process is the worker. The one that ended just now may hold the lock for a moment longer."""
        told = False
        while not self._stop.is_set():
            if self._lock.take():
                return True
            if not told:
                log.info("worker.elsewhere", holder=self._lock.holder())
                told = True
            self._stop.wait(_LOCK_TRIED_EVERY)
        return False


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m server.background", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("socket", type=int, help="the descriptor of the socket to the serving process")
    parser.add_argument("worker", choices=["worker", "no-worker"])
    asked = parser.parse_args()
    from server.logs import configure

    for number in (signal.SIGINT, signal.SIGTERM):  # the serving process hears it too, and ends this one in order
        signal.signal(number, signal.SIG_IGN)
    settings = read_settings()
    configure(settings)
    run(settings, Connection(asked.socket), with_worker=asked.worker == "worker")


if __name__ == "__main__":
    main()
