"""Queries on API keys."""

from collections.abc import Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from core_psa.access.tables import ApiKey
from core_psa.organisation.tables import Role
from core_psa.viewer import Viewer


def api_keys(session: Session, viewer: Viewer) -> Sequence[Row[ApiKey, str]]:
    """Every key with the name of its role, oldest first, revoked ones included. The keys themselves are nowhere."""
    viewer.require("access.edit")
    return session.execute(select(ApiKey, Role.name).join(Role, Role.id == ApiKey.role_id).order_by(ApiKey.id)).all()
