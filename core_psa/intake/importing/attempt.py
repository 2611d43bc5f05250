"""One attempt at a file: batch after batch, each in one transaction with the count of the rows it reaches.

Killed at any point it leaves exactly the rows it has counted, and the next attempt goes on from there.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.exc import IntegrityError

from core_psa.audit import actions as audit
from core_psa.db import Database, Work
from core_psa.db.base import to_micros
from core_psa.intake.importing import cells, links, runs
from core_psa.intake.importing.ahead import Ahead
from core_psa.intake.importing.batches import Batch, Batches
from core_psa.intake.importing.columns import Chosen
from core_psa.intake.importing.kinds import KINDS
from core_psa.intake.importing.links import Links
from core_psa.intake.importing.options import Options, Progress, Rejection, Result
from core_psa.intake.importing.pace import Pace, seldom_collecting
from core_psa.intake.importing.readers import Broken, Source
from core_psa.intake.importing.runs import Begun
from core_psa.viewer import Viewer

_TRIES = 3


class Attempt:
    """A rehearsal does all of it and takes every transaction back."""

    def __init__(
        self, db: Database, viewer: Viewer, kind: str, source: Source, chosen: Chosen, options: Options
    ) -> None:
        self._db, self._viewer, self._kind, self._source = db, viewer, kind, source
        self._chosen, self._options, self._rehearse = chosen, options, options.rehearse
        self._begun = self._begin()
        self._counts = self._begun.counts
        self._rejections: list[Rejection] = []
        with db.read() as session:
            self._writer = KINDS[kind].writer(session, viewer, options, to_micros(self._begun.started_at))

    def _begin(self) -> Begun:
        if self._rehearse:
            return Begun(None, self._db.clock.now(), runs.Counts())
        with self._db.work() as w:
            return runs.begin(w, self._kind, self._source, self._options)

    def run(self, progress: Progress) -> Result:
        begun = time.monotonic()
        with seldom_collecting():
            self._write_rows(progress)
        tied = Links() if self._rehearse else links.link(self._db, self._options.source, self._duplicates())
        return self._finish(tied, time.monotonic() - begun)

    def _write_rows(self, progress: Progress) -> None:
        rows = self._source.read(list(self._chosen.values()), self._counts.done)
        reader = KINDS[self._kind].reader(self._options)
        pace = Pace()
        with Ahead(Batches(rows, list(self._chosen), reader, self._counts.done)) as ahead:
            while (batch := ahead.next(pace.rows)).size:
                self._write(batch, pace, ahead)
                if pace.checkpoint_due():
                    self._db.checkpoint()
                progress(self._counts.done, max(self._counts.done, self._source.rows))
        self._db.checkpoint()  # or the next to commit would have to

    def _write(self, batch: Batch, pace: Pace, ahead: Ahead) -> None:
        """A name that somebody else created at the same moment is looked up again."""
        for left in reversed(range(_TRIES)):
            try:
                self._write_once(batch, pace, ahead)
                return
            except IntegrityError:
                self._writer.forget()
                if not left:
                    raise
            with self._db.read() as session:
                self._writer.reload(session)

    def _write_once(self, batch: Batch, pace: Pace, ahead: Ahead) -> None:
        with self._transaction() as w:
            started = time.monotonic()
            pace.watch(w.session)
            written = self._writer.write(w, batch.rows)
            rejections = batch.rejections + written.rejections
            counts = self._counts.after(batch.size, written, len({r.row for r in rejections}))
            if self._begun.run_id is not None:
                runs.advance(w.session, self._begun.run_id, self._counts, counts, rejections)
            if not pace.shared:  # while others wait, a commit has the interpreter to itself
                ahead.begin(pace.rows)
        pace.took(batch.size, time.monotonic() - started)
        self._counts = counts
        self._writer.settle()
        if self._rehearse:
            self._rejections += rejections

    @contextmanager
    def _transaction(self) -> Iterator[Work]:
        with suppress(_Rehearsed), self._db.work(patient=True) as w:
            self._db.postpone_checkpoint(w.session)
            yield w
            if self._rehearse:
                raise _Rehearsed

    def _duplicates(self) -> Iterator[tuple[str, str]]:
        """Pairs of ids, of those rows that say whose duplicate they are."""
        if "duplicate_of" not in self._chosen:
            return
        for row in self._source.read([self._chosen["id"], self._chosen["duplicate_of"]], 0):
            if not isinstance(row, Broken):
                ticket, original = (cells.text(cell).strip() for cell in row)
                if original:
                    yield ticket, original

    def _finish(self, tied: Links, seconds: float) -> Result:
        run_id = self._begun.run_id
        if run_id is not None:
            with self._db.work() as w:
                runs.finish(w, run_id)
                facts = {"file": [None, self._source.name], "rows": [None, self._counts.created]}
                audit.record(w, self._viewer, "finished", "import run", run_id, facts)
                self._rejections = runs.rejections_of(w.session, run_id)
        return Result(
            kind=self._kind,
            source=self._options.source,
            file=self._source.name,
            run_id=run_id,
            rows=self._counts.done,
            created=self._counts.created,
            updated=self._counts.updated,
            skipped=self._counts.skipped,
            rejected=self._counts.rejected,
            resumed_at=self._begun.counts.done,
            made=self._writer.made(),
            links=tied.made,
            unknown_links=tied.unknown,
            seconds=seconds,
            remarks=self._source.remarks,
            rejections=self._rejections,
        )


class _Rehearsed(Exception):
    """Leaves a transaction without its changes."""
