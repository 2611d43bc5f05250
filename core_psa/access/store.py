"""Queries on API keys."""

from collections.abc import Collection, Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from core_psa.access.tables import ApiKey
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.organisation.tables import Role
from core_psa.viewer import Viewer


def api_keys(session: Session, viewer: Viewer) -> Sequence[Row[ApiKey, str]]:
    """Every key with the name of its role, oldest first, revoked ones included. The keys themselves are nowhere."""
    viewer.require("access.edit")
    return session.execute(select(ApiKey, Role.name).join(Role, Role.id == ApiKey.role_id).order_by(ApiKey.id)).all()


def key_page(session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[ApiKey]:
    """The same, a page at a time."""
    viewer.require("access.edit")
    return page(session, select(ApiKey), (ApiKey.id,), cursor, limit)


def key(session: Session, viewer: Viewer, key_id: int) -> ApiKey:
    viewer.require("access.edit")
    return get(session, ApiKey, key_id)


def role_names(session: Session, keys: Collection[ApiKey]) -> dict[int, str]:
    """The names of these keys' roles, by the role's id."""
    query = select(Role.id, Role.name).where(Role.id.in_({key.role_id for key in keys}))
    return {role_id: name for role_id, name in session.execute(query)}
