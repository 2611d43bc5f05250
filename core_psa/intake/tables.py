from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class ImportRun(Base):
    """One file being imported. `rows_done` is committed together with the rows, so a killed import goes on where it was."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    file_name: Mapped[str]
    file_hash: Mapped[str] = mapped_column(index=True)
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(default="running")
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_created: Mapped[int] = mapped_column(default=0)
    rows_skipped: Mapped[int] = mapped_column(default=0)
    rows_rejected: Mapped[int] = mapped_column(default=0)
    rows_updated: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportRejection(Base):
    """A row that was not imported, and why."""

    __tablename__ = "import_rejection"
    __table_args__ = (Index("ix_import_rejection_run", "run_id", "row_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"))
    row_number: Mapped[int]
    field: Mapped[str]
    reason: Mapped[str]
    value: Mapped[str]
