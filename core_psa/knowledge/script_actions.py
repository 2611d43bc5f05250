"""Keeping call scripts: every change of the questions is a version, so that old answers still find what was asked."""

from typing import Any, TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.db.forms import Form
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get, save
from core_psa.errors import NotFound
from core_psa.knowledge import rules
from core_psa.knowledge.script_rules import Question, checked
from core_psa.knowledge.tables import CallScript, CallScriptVersion
from core_psa.viewer import Viewer


class ScriptFields(TypedDict, total=False):
    name: str
    description: str
    active: bool


def script_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    inactive: bool = False,
) -> Page[CallScript]:
    viewer.require("knowledge.see")
    query = select(CallScript) if inactive else select(CallScript).where(CallScript.active)
    return page(session, query, (CallScript.name, CallScript.id), cursor, limit)


def script(session: Session, viewer: Viewer, script_id: int) -> CallScript:
    viewer.require("knowledge.see")
    return get(session, CallScript, script_id)


def script_versions(
    session: Session, viewer: Viewer, script_id: int, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[CallScriptVersion]:
    """The versions of one script, newest first."""
    query = select(CallScriptVersion).where(CallScriptVersion.script_id == script(session, viewer, script_id).id)
    return page(session, query, (CallScriptVersion.version,), cursor, limit, descending=True)


def questions_of(session: Session, viewer: Viewer, script_id: int, version: int | None = None) -> list[Question]:
    """The tree of one version, of the newest unless told otherwise."""
    row = script(session, viewer, script_id)
    number = row.version if version is None else version
    found = session.get(CallScriptVersion, (row.id, number)) if 0 < number <= MAX_KEY else None
    if found is None:
        raise NotFound("call script version", f"{script_id}.{number}")
    return found.questions


def create_script(w: Work, viewer: Viewer, questions: Any, **given: Unpack[ScriptFields]) -> CallScript:
    """Needs a name; `questions` is the tree of `script_rules`."""
    viewer.require("knowledge.publish")
    form = Form(given, rules.SCRIPT, ["name"])
    form.unique(w.session, CallScript.name)
    tree = checked(questions)
    row = create(w, viewer, CallScript(**form.accepted(), version=1, updated_at=w.now))
    _save_version(w, viewer, row, tree)
    return row


def update_script(
    w: Work, viewer: Viewer, script_id: int, questions: Any = None, **given: Unpack[ScriptFields]
) -> CallScript:
    """Other questions make another version; those left out stay as they are."""
    viewer.require("knowledge.publish")
    row = get(w.session, CallScript, script_id, lock=True)
    form = Form(given, rules.SCRIPT)
    form.unique(w.session, CallScript.name, but=script_id)
    update(w, viewer, row, form.accepted())
    if questions is not None and (tree := checked(questions)) != questions_of(w.session, viewer, script_id):
        row.version += 1
        _save_version(w, viewer, row, tree)
        audit.record(w, viewer, "updated", "call script", row.id, {"version": [row.version - 1, row.version]})
    return row


def _save_version(w: Work, viewer: Viewer, row: CallScript, tree: list[Question]) -> None:
    row.updated_at = w.now
    version = CallScriptVersion(script_id=row.id, version=row.version, questions=tree, author=viewer.name, at=w.now)
    save(w.session, version)
