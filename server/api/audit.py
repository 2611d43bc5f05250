"""The audit log over the API."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query

from core_psa.audit import store
from core_psa.audit.store import AuditFilter
from core_psa.db.fields import MAX_KEY
from server.api.deps import Api
from server.api.models import DEFAULT, Cursor, Limit, Listed, Moment, Record, listed
from server.api.router import api_router

router = api_router("audit")


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
    actor: Annotated[str | None, Query(max_length=200, description="part of a name")] = None,
    action: Annotated[str | None, Query(max_length=100, description="such as created, updated, revoked")] = None,
    record_kind: Annotated[str | None, Query(max_length=100, description="such as agent, customer, calendar")] = None,
    record_id: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None,
    after: Moment | None = None,
    before: Moment | None = None,
) -> Listed[AuditOut]:
    """Who changed what, the newest first. Tickets keep their own timeline."""
    wanted = AuditFilter(actor, action, record_kind, record_id, after, before)
    with api.db.read() as session:
        return listed(store.entries(session, api.viewer, wanted, cursor=cursor, limit=limit), AuditOut.of)
