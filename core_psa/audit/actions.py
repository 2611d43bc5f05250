"""Writing the audit log, inside the transaction of the change it tells of."""

from collections.abc import Mapping
from typing import Any

from core_psa.audit.known import CHANGED
from core_psa.audit.tables import AuditEntry
from core_psa.db import Work
from core_psa.viewer import Viewer

# Fields whose values never enter the log; that they changed does.
_SECRET = frozenset({"password", "secret", "client_secret", "token", "hash"})


def record(
    w: Work, viewer: Viewer, action: str, kind: str, record_id: int | None, changes: Mapping[str, Any] | None = None
) -> None:
    """One entry: `action` is a past participle (created, updated, revoked); `changes` maps field to [before, after]."""
    shown = {name: ["…", "…"] if name in _SECRET else pair for name, pair in (changes or {}).items()}
    w.session.info[CHANGED] = True
    w.session.add(
        AuditEntry(
            at=w.now,
            actor_kind=viewer.kind,
            actor_id=viewer.id,
            actor_name=viewer.name,
            action=action,
            record_kind=kind,
            record_id=record_id,
            changes=shown,
        )
    )
