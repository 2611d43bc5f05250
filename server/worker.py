"""The worker: schedules, the long work they start, and the outbox. Embedded in `serve`, or alone with a triage loop of its own."""

import signal
import threading
from datetime import UTC, datetime, timedelta

import structlog

from core_psa.db import Database
from core_psa.desk.approvals import scan as scan_approvals
from core_psa.desk.clocks import Scanned, scan
from core_psa.errors import Conflict
from server.jobs import Jobs, Scheduled
from server.mail.post import Post, PostLoop
from server.rounds import Rounds
from server.settings import Settings
from server.store import open_store
from server.upkeep import Upkeep
from server.wiring import triage_here
from server.worker_lock import WorkerLock
from triage.desk import DeskTriage

log = structlog.get_logger()

_EVERY_FIVE_SECONDS = "*/5 * * * * *"
_EVERY_MINUTE = "30 * * * * *"
_EVERY_HOUR = "0 7 * * * *"
_FIRINGS_KEPT = timedelta(hours=6)


class WorkerRunning(Conflict):
    """Another process is the worker of this data folder."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"this data folder has a worker already: {holder}")
        self.holder = holder


class Worker:
    """Schedules over an opened store and its triage; whoever starts one holds the data folder's worker lock."""

    def __init__(self, settings: Settings, db: Database, triage: DeskTriage | None) -> None:
        self._upkeep = Upkeep(settings, db, triage)
        self._post = PostLoop(Post(settings, db))
        self._jobs = Jobs(
            settings,
            [
                Scheduled("upkeep", _EVERY_FIVE_SECONDS, self._upkeep.tick),
                Scheduled("service levels", _EVERY_MINUTE, ServiceLevelWatch(db).look),
                Scheduled("cleaning", _EVERY_HOUR, self._clean),
                Scheduled("approvals", _EVERY_MINUTE, lambda: see_to_approvals(db)),
                *Rounds(db).schedules(),
            ],
        )

    def start(self) -> None:
        self._jobs.start()
        self._post.start()
        log.info("worker.started")

    def stop(self) -> None:
        self._post.stop()
        self._jobs.stop()
        self._upkeep.stop()

    def _clean(self) -> None:
        self._upkeep.clean()
        self._jobs.forget_finished(datetime.now(UTC) - _FIRINGS_KEPT)


class ServiceLevelWatch:
    """Tells of deadlines that come near or have passed. One look at a time: one that overtakes another does nothing."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._looking = threading.Lock()

    def look(self) -> None:
        if self._looking.acquire(blocking=False):
            try:
                self._log(scan(self._db))
            finally:
                self._looking.release()

    def _log(self, done: Scanned) -> None:
        for ticket_id, error in done.failed.items():
            log.error("service_levels.failed", ticket=ticket_id, error=error)
        if done.told or done.reviewed:
            log.info("service_levels.watched", told=done.told, reviewed=done.reviewed)


def see_to_approvals(db: Database) -> None:
    """Reminds of what waits for an answer, and lets run out what has waited too long."""
    done = scan_approvals(db)
    for approval_id, error in done.failed.items():
        log.error("approvals.failed", approval=approval_id, error=error)
    if done.expired or done.reminded:
        log.info("approvals.scanned", expired=done.expired, reminded=done.reminded)


def work(settings: Settings) -> None:
    """A worker alone, until it is told to stop. Raises WorkerRunning, or StoreUnavailable."""
    db = open_store(settings)
    lock = WorkerLock(settings.worker_lock)
    if not lock.take():
        raise WorkerRunning(lock.holder() or "it ended just now, try again")
    triage = triage_here(settings, db)
    try:
        stop_asked = _told_to_stop()
        triage.start(lambda _ids: None)
        worker = Worker(settings, db, triage.desk)
        worker.start()
        stop_asked.wait()
        worker.stop()
    finally:
        triage.stop()
        db.close()
        lock.leave()


def _told_to_stop() -> threading.Event:
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    return asked
