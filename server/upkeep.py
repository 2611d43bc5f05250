"""What a desk needs done in the background, decided again and again and started one at a time as a child process."""

import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.access.actions import forget_expired
from core_psa.attachments import actions as attachments
from core_psa.db import Database
from core_psa.intake.tables import ImportRun
from core_psa.notices import notifications, outbox
from server import children
from server.settings import Settings
from server.wiring import open_files
from triage.desk import DeskTriage, needs
from triage.desk.feed import forget_read_changes

log = structlog.get_logger()

# Counting everything takes a second on a million tickets, so it is done when something happened and now and then.
_LOOKS_CLOSELY_EVERY = 600.0
_AFTER_FAILURE = 300.0
_MAILS_KEPT, _NOTIFICATIONS_KEPT = timedelta(days=90), timedelta(days=180)


class Upkeep:
    """`tick` every few seconds, `clean` every hour. Without triage only what needs no encoder is done."""

    def __init__(self, settings: Settings, db: Database, triage: DeskTriage | None) -> None:
        self._settings, self._db, self._triage = settings, db, triage
        self._child: subprocess.Popen[bytes] | None = None
        self._name = ""
        self._ticking = threading.Lock()
        self._not_before: dict[str, float] = {}
        self._imports: object = None
        self._look_closely_at = 0.0

    def tick(self) -> None:
        """Starts what is needed next, unless a child is still at work. One that overtakes another does nothing."""
        if self._ticking.acquire(blocking=False):
            try:
                self._tick()
            finally:
                self._ticking.release()

    def _tick(self) -> None:
        if self._child is not None:
            if self._child.poll() is None:
                return
            self._reap(self._child.returncode)
        now = time.monotonic()
        name = next((n for n in self._needed() if now >= self._not_before.get(n, 0.0)), None)
        if name is not None:
            log.info("child.started", work=name)
            self._name, self._child = name, children.start(self._settings, name)

    def clean(self) -> None:
        """Drops what nobody needs any more."""
        with self._db.work() as w:
            rows = forget_expired(w)
            outbox.forget(w, _MAILS_KEPT)
            notifications.forget(w, _NOTIFICATIONS_KEPT)
            if self._triage:
                forget_read_changes(w, self._triage.solved.position)
            files = attachments.clean(w, open_files(self._settings))
        log.info("upkeep.cleaned", rows=rows, files=files)

    def stop(self) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
            self._child.wait(timeout=30)

    def _reap(self, code: int) -> None:
        log.info("child.ended", work=self._name, code=code)
        if code != 0:
            self._not_before[self._name] = time.monotonic() + _AFTER_FAILURE
        elif self._triage:
            self._triage.refresh()  # else the same might seem to be needed again
        self._child, self._look_closely_at = None, 0.0

    def _needed(self) -> Iterator[str]:
        with self._db.read() as session:
            if self._triage and needs.indexing(session, self._triage.solved):
                yield "index"
            if self._should_look_closely(session):
                yield from self._missing(session)

    def _should_look_closely(self, session: Session) -> bool:
        imports = session.execute(select(func.count(), func.sum(ImportRun.rows_done)).select_from(ImportRun)).one()
        now = time.monotonic()
        if imports == self._imports and now < self._look_closely_at:
            return False
        self._imports, self._look_closely_at = imports, now + _LOOKS_CLOSELY_EVERY
        return True

    def _missing(self, session: Session) -> Iterator[str]:
        if needs.preparing(session):
            yield "prepare"
        if self._triage is None:
            return
        encoder_id = self._triage.encoder.id
        if needs.embedding(session, encoder_id):
            yield "embed"
        if needs.learning(session, self._settings.learned_file, encoder_id):
            yield "learn"
