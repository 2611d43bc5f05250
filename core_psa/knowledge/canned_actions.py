"""Keeping canned answers. One's own is nobody else's business; a team's or the desk's needs the right to publish."""

from typing import Any, TypedDict, Unpack

from sqlalchemy.orm import Session

from core_psa import placeholders
from core_psa.audit.changes import create, update
from core_psa.db import Work
from core_psa.db.forms import Form
from core_psa.errors import FieldError, Forbidden, Invalid
from core_psa.knowledge import canned_store, rules
from core_psa.knowledge.tables import CannedAnswer
from core_psa.viewer import Viewer


class CannedFields(TypedDict, total=False):
    """`body` may have gaps such as {{requester.first}}, of those in `rules.PLACEHOLDERS`."""

    name: str
    body: str
    scope: str
    team_id: int | None
    active: bool


def create_canned(w: Work, viewer: Viewer, **given: Unpack[CannedFields]) -> CannedAnswer:
    """Needs a name and a body. Without a scope it is one's own."""
    viewer.require("tickets.edit")
    form = Form({"scope": "personal", "team_id": None, **given}, rules.CANNED, ["name", "body"])
    return create(w, viewer, CannedAnswer(**_accepted(w.session, viewer, form), updated_at=w.now))


def update_canned(w: Work, viewer: Viewer, answer_id: int, **given: Unpack[CannedFields]) -> CannedAnswer:
    row = canned_store.canned_answer(w.session, viewer, answer_id)
    _owner(viewer, row.scope, row.team_id)
    standing = {name: getattr(row, name) for name in ("name", "scope", "team_id")}
    values = _accepted(w.session, viewer, Form({**standing, **given}, rules.CANNED), answer_id)
    row.updated_at = w.now
    return update(w, viewer, row, values)


def _accepted(session: Session, viewer: Viewer, form: Form, answer_id: int | None = None) -> dict[str, Any]:
    """The values with the owner that the scope means. What is shared goes by a name of its own."""
    for gap in placeholders.unknown(form.values.get("body", ""), rules.PLACEHOLDERS):
        form.refuse("body", f"{{{{{gap[:100]}}}}} is not a placeholder", rules.PLACEHOLDERS)
    form.refers(session, CannedAnswer.team_id)
    values = form.accepted()
    owner = _owner(viewer, values["scope"], values["team_id"])
    if values["scope"] != "personal":
        among = CannedAnswer.scope == values["scope"], CannedAnswer.team_id == owner["team_id"]
        form.unique(session, CannedAnswer.name, *among, but=answer_id)
    return form.accepted() | owner


def _owner(viewer: Viewer, scope: str, team_id: int | None) -> dict[str, int | None]:
    """To whom an answer of this scope belongs, if this viewer may keep it there."""
    if scope == "personal":
        if viewer.agent_id is None:
            raise Invalid(FieldError("scope", "only an agent can have an answer of their own", rules.SCOPES[1:]))
        return {"agent_id": viewer.agent_id, "team_id": None}
    if scope == "desk":
        viewer.require("knowledge.publish")
        return {"agent_id": None, "team_id": None}
    if team_id is None:
        raise Invalid(FieldError("team_id", "say which team it is for"))
    if team_id not in viewer.team_ids and not viewer.may("knowledge.publish"):
        raise Forbidden("knowledge.publish")
    return {"agent_id": None, "team_id": team_id}
