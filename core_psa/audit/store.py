"""Reading the audit log."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.audit.tables import AuditEntry
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.viewer import Viewer


def entries(
    session: Session,
    viewer: Viewer,
    *,
    record_kind: str | None = None,
    record_id: int | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[AuditEntry]:
    """The log, newest first: all of it, or that of one kind of record, or of one record."""
    viewer.require("audit.see")
    query = select(AuditEntry)
    if record_kind is not None:
        query = query.where(AuditEntry.record_kind == record_kind)
    if record_id is not None:
        query = query.where(AuditEntry.record_id == record_id)
    return page(session, query, (AuditEntry.id,), cursor, limit, descending=True)
