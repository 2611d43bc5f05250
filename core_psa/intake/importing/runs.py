"""The record of an import: begun or found again, and moved on with every batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from core_psa.db import Work
from core_psa.errors import Conflict
from core_psa.intake.importing.options import Options, Rejection, Written
from core_psa.intake.importing.readers import Source
from core_psa.intake.tables import ImportRejection, ImportRun


class ImportedElsewhere(Conflict):
    """Another process is importing the same file at this moment."""


@dataclass(frozen=True)
class Counts:
    """How many rows were dealt with, and how."""

    done: int = 0
    created: int = 0
    skipped: int = 0
    rejected: int = 0
    updated: int = 0

    def after(self, rows: int, written: Written, rejected: int) -> "Counts":
        return Counts(
            self.done + rows,
            self.created + written.created,
            self.skipped + written.skipped,
            self.rejected + rejected,
            self.updated + written.updated,
        )


@dataclass(frozen=True)
class Begun:
    """A run, when it began and how far it has come; without an id it is a rehearsal."""

    run_id: int | None
    started_at: datetime
    counts: Counts


def begin(w: Work, kind: str, source: Source, options: Options) -> Begun:
    """The interrupted import of the same file with the same options, or a new one."""
    run = _unfinished(w.session, kind, source.sha256, options.stored())
    if run is None:
        run = ImportRun(
            kind=kind,
            file_name=source.name,
            file_hash=source.sha256,
            options=options.stored(),
            rows_total=source.rows,
            started_at=w.now,
        )
        w.session.add(run)
        w.session.flush()
    counts = Counts(run.rows_done, run.rows_created, run.rows_skipped, run.rows_rejected, run.rows_updated)
    return Begun(run.id, run.started_at, counts)


def _unfinished(session: Session, kind: str, file_hash: str, options: dict[str, Any]) -> ImportRun | None:
    query = select(ImportRun).where(ImportRun.kind == kind, ImportRun.file_hash == file_hash)
    runs = session.scalars(query.where(ImportRun.state != "finished").order_by(ImportRun.id.desc()))
    return next((run for run in runs if run.options == options), None)


def advance(session: Session, run_id: int, before: Counts, after: Counts, rejections: Sequence[Rejection]) -> None:
    """Moves the run on with the rows of this transaction. Raises ImportedElsewhere if somebody else has moved it."""
    if rejections:
        names = ("row_number", "field", "reason", "value")
        rows = [{"run_id": run_id, **dict(zip(names, rejection, strict=True))} for rejection in rejections]
        session.execute(insert(ImportRejection), rows)
    values = {
        "rows_done": after.done,
        "rows_created": after.created,
        "rows_skipped": after.skipped,
        "rows_rejected": after.rejected,
        "rows_updated": after.updated,
    }
    here = (ImportRun.id == run_id, ImportRun.rows_done == before.done, ImportRun.state == "running")
    moved = session.connection().execute(update(ImportRun).where(*here).values(values))
    if moved.rowcount != 1:
        raise ImportedElsewhere("another process is importing this file: wait for it, or stop it and begin again")


def finish(w: Work, run_id: int) -> None:
    run = w.session.get_one(ImportRun, run_id)
    run.state, run.finished_at, run.rows_total = "finished", w.now, run.rows_done


def rejections_of(session: Session, run_id: int) -> list[Rejection]:
    query = select(
        ImportRejection.row_number, ImportRejection.field, ImportRejection.reason, ImportRejection.value
    ).where(ImportRejection.run_id == run_id)
    rows = session.execute(query.order_by(ImportRejection.row_number, ImportRejection.id))
    return [Rejection(*row) for row in rows]
