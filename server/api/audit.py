"""The audit log over the API."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query

from core_psa.audit import store
from core_psa.db.fields import MAX_KEY
from server.api.deps import Api
from server.api.models import DEFAULT, Cursor, Limit, Listed, Record, listed

router = APIRouter(tags=["audit"])


class AuditOut(Record):
    """One change to one record; `changes` maps each field to its value before and after."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    actor_name: str
    action: str
    record_kind: str
    record_id: int | None
    changes: dict[str, Any]


@router.get("/audit")
def list_audit(
    api: Api,
    cursor: Cursor = None,
    limit: Limit = DEFAULT,
    record_kind: Annotated[str | None, Query(max_length=100, description="such as agent, customer, calendar")] = None,
    record_id: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None,
) -> Listed[AuditOut]:
    """Who changed what, the newest first. Tickets keep their own timeline."""
    with api.db.read() as session:
        entries = store.entries(
            session, api.viewer, record_kind=record_kind, record_id=record_id, cursor=cursor, limit=limit
        )
        return listed(entries, AuditOut.of)
