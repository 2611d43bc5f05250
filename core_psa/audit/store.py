"""Reading the audit log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core_psa.audit.tables import AuditEntry
from core_psa.db.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, page
from core_psa.db.spelling import holds
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class AuditFilter:
    """What to show. `actor` is a part of a name in any case; times are from the first instant up to the last."""

    actor: str | None = None
    action: str | None = None
    record_kind: str | None = None
    record_id: int | None = None
    after: datetime | None = None
    before: datetime | None = None


EVERYTHING = AuditFilter()


def entries(
    session: Session,
    viewer: Viewer,
    wanted: AuditFilter = EVERYTHING,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[AuditEntry]:
    """The log, newest first, as far as it fits."""
    viewer.require("audit.see")
    return page(session, _query(wanted), (AuditEntry.id,), cursor, limit, descending=True)


def exported(session: Session, viewer: Viewer, wanted: AuditFilter, most: int) -> Iterator[AuditEntry]:
    """The same to be taken away, up to `most` entries, read a page at a time."""
    viewer.require("audit.export")
    cursor, left = None, most
    while left > 0:
        rows, cursor = page(session, _query(wanted), (AuditEntry.id,), cursor, min(left, MAX_LIMIT), descending=True)
        yield from rows
        left -= len(rows)
        if cursor is None:
            return


def kinds(session: Session, viewer: Viewer) -> tuple[Sequence[str], Sequence[str]]:
    """The kinds of record and the actions that the log tells of, to choose from."""
    viewer.require("audit.see")
    columns = (AuditEntry.record_kind, AuditEntry.action)
    told = [session.scalars(select(column).distinct().order_by(column)).all() for column in columns]
    return told[0], told[1]


def _query(wanted: AuditFilter) -> "Select[AuditEntry]":
    query = select(AuditEntry)
    if wanted.actor:
        query = query.where(holds(AuditEntry.actor_name, wanted.actor))
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.record_kind:
        query = query.where(AuditEntry.record_kind == wanted.record_kind)
    if wanted.record_id is not None:
        query = query.where(AuditEntry.record_id == wanted.record_id)
    if wanted.after is not None:
        query = query.where(AuditEntry.at >= wanted.after)
    if wanted.before is not None:
        query = query.where(AuditEntry.at < wanted.before)
    return query
