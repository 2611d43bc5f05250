"""Keeping the configuration as it stood, importing another, and going back to an earlier one."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from core_psa.audit import actions as audit
from core_psa.audit.tables import ConfigurationVersion
from core_psa.configuration import store
from core_psa.configuration.importing import Outcome, bring_about
from core_psa.configuration.rules import Document
from core_psa.db import Database, Work, fields
from core_psa.db.forms import Form
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get, save
from core_psa.viewer import Viewer

# Why a version was kept.
BEFORE, IMPORTED, ROLLED_BACK, WANTED = "before an import", "imported", "rolled back", "kept"


def version_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[ConfigurationVersion]:
    """The newest first, without their documents."""
    viewer.require("access.edit")
    query = select(ConfigurationVersion).options(defer(ConfigurationVersion.document), defer(ConfigurationVersion.ids))
    return page(session, query, (ConfigurationVersion.id,), cursor, limit, descending=True)


def version(session: Session, viewer: Viewer, version_id: int) -> ConfigurationVersion:
    viewer.require("access.edit")
    return get(session, ConfigurationVersion, version_id)


def keep(w: Work, viewer: Viewer, note: str = "") -> ConfigurationVersion:
    """A save point: the configuration as it is now."""
    row = _keep(w, viewer, WANTED, note)
    audit.record(w, viewer, "kept", "configuration", row.id, {"note": [None, row.note]})
    return row


def try_out(db: Database, viewer: Viewer, document: Document) -> Outcome:
    """What an import would do. Nothing is changed. Raises Invalid as the import would."""
    with db.trial() as w:
        return bring_about(w, viewer, document)


def try_going_back(db: Database, viewer: Viewer, version_id: int) -> Outcome:
    """What going back to this version would do."""
    with db.trial() as w:
        row = version(w.session, viewer, version_id)
        return bring_about(w, viewer, row.document, row.ids)


def import_document(
    w: Work, viewer: Viewer, document: Document, note: str = ""
) -> tuple[ConfigurationVersion, Outcome]:
    """All of it or nothing; what was before is kept, and what is then. Raises Invalid naming record and field."""
    viewer.require("access.edit")
    return _bring(w, viewer, IMPORTED, document, None, note)


def go_back(w: Work, viewer: Viewer, version_id: int, note: str = "") -> tuple[ConfigurationVersion, Outcome]:
    """Makes the configuration what it was. Raises Invalid, and NotFound."""
    row = version(w.session, viewer, version_id)
    said = note or f"to version {version_id} of {row.at:%Y-%m-%d %H:%M} UTC"
    return _bring(w, viewer, ROLLED_BACK, row.document, row.ids, said)


def _bring(
    w: Work, viewer: Viewer, reason: str, document: Document, ids: Any, note: str
) -> tuple[ConfigurationVersion, Outcome]:
    if not _is_kept(w, viewer):
        _keep(w, viewer, BEFORE, "")
    outcome = bring_about(w, viewer, document, ids)
    row = _keep(w, viewer, reason, note)
    said = {"note": [None, row.note], "changes": [None, len(outcome.changes)]}
    audit.record(w, viewer, reason, "configuration", row.id, said)
    return row, outcome


def _is_kept(w: Work, viewer: Viewer) -> bool:
    """Whether the newest version is the configuration as it stands."""
    newest = select(ConfigurationVersion).order_by(ConfigurationVersion.id.desc()).limit(1)
    row = w.session.scalar(newest)
    return row is not None and row.document == _plain(store.document(w.session, viewer))


def _keep(w: Work, viewer: Viewer, reason: str, note: str) -> ConfigurationVersion:
    said = Form({"note": note}, {"note": fields.text}).accepted()["note"]
    document, ids = store.standing(w.session, viewer)
    row = ConfigurationVersion(
        at=w.now,
        actor_kind=viewer.kind,
        actor_id=viewer.id,
        actor_name=viewer.name,
        reason=reason,
        note=said,
        document=_plain(document),
        ids=ids,
    )
    save(w.session, row)
    return row


def _plain(document: Document) -> dict[str, Any]:
    """As JSON gives it back."""
    told: dict[str, Any] = json.loads(json.dumps(document))
    return told
