"""Keeping saved views. One's own is nobody else's business; a team's or the desk's needs `tickets.share_views` and a name
that no other of theirs has."""

from collections.abc import Collection, Mapping
from typing import Any, TypedDict, Unpack

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.db import Work
from core_psa.db.forms import Form
from core_psa.db.records import save
from core_psa.errors import FieldError, Invalid
from core_psa.tickets.views import rules, store
from core_psa.tickets.views.tables import DefaultView, OpenFolds, SavedView
from core_psa.viewer import Viewer


class ViewFields(TypedDict, total=False):
    """`parameters` are those of the queue's address; `columns` are among `rules.COLUMNS`."""

    name: str
    scope: str
    team_id: int | None
    parameters: Mapping[str, str]
    columns: Collection[str]


def create_view(w: Work, viewer: Viewer, **given: Unpack[ViewFields]) -> SavedView:
    """Needs a name. Without a scope it is one's own, without columns it has the usual ones."""
    viewer.require("tickets.see")
    usual: dict[str, Any] = {"scope": "own", "team_id": None, "parameters": {}, "columns": rules.USUAL_COLUMNS}
    form = Form({**usual, **given}, rules.VIEW, ["name"])
    return create(w, viewer, SavedView(**_accepted(w.session, viewer, form)))


def update_view(w: Work, viewer: Viewer, view_id: int, **given: Unpack[ViewFields]) -> SavedView:
    """Changes what was given. Another scope gives the view another owner."""
    row = _kept(w, viewer, view_id)
    standing = {name: getattr(row, name) for name in ("name", "scope", "team_id")}
    return update(w, viewer, row, _accepted(w.session, viewer, Form({**standing, **given}, rules.VIEW), view_id))


def delete_view(w: Work, viewer: Viewer, view_id: int) -> None:
    """Whoever had it as their default has the whole queue again."""
    row = _kept(w, viewer, view_id)
    w.session.execute(delete(DefaultView).where(DefaultView.view_id == view_id))
    w.session.delete(row)
    audit.record(w, viewer, "deleted", "saved view", view_id, {"name": [row.name, None]})


def set_default(w: Work, viewer: Viewer, view_id: int | None) -> None:
    """The view this agent's queue opens with; None for the whole queue."""
    if viewer.agent_id is None:
        raise Invalid(FieldError("view", "only an agent has a queue of their own"))
    if view_id is None:
        w.session.execute(delete(DefaultView).where(DefaultView.agent_id == viewer.agent_id))
        return
    view = store.get(w.session, viewer, view_id)
    row = w.session.get(DefaultView, viewer.agent_id) or DefaultView(agent_id=viewer.agent_id)
    row.view_id = view.id
    save(w.session, row)


def set_fold(w: Work, viewer: Viewer, name: str, *, is_open: bool) -> None:
    """Remembers that this agent has opened or closed a fold of the panel beside a ticket. Raises Invalid."""
    if name not in rules.FOLDS:
        raise Invalid(FieldError("name", f"'{name[:100]}' is not a fold", rules.FOLDS))
    if viewer.agent_id is None:
        raise Invalid(FieldError("name", "only an agent has folds of their own"))
    kept = store.open_folds(w.session, viewer)
    row = w.session.get(OpenFolds, viewer.agent_id) or OpenFolds(agent_id=viewer.agent_id)
    row.names = sorted(kept | {name} if is_open else kept - {name})
    save(w.session, row)


def _kept(w: Work, viewer: Viewer, view_id: int) -> SavedView:
    """The view, if this viewer may change it."""
    row = store.get(w.session, viewer, view_id)
    if row.scope != "own":
        viewer.require("tickets.share_views")
    return row


def _accepted(session: Session, viewer: Viewer, form: Form, view_id: int | None = None) -> dict[str, Any]:
    """The values with the owner that the scope means. Whether a name is taken is told to those alone who may share it."""
    values = form.accepted()
    owner = _owner(viewer, values["scope"], values["team_id"])
    if values["scope"] != "own":
        among = SavedView.scope == values["scope"], SavedView.team_id == owner["team_id"]
        form.unique(session, SavedView.name, *among, but=view_id)
    return form.accepted() | owner


def _owner(viewer: Viewer, scope: str, team_id: int | None) -> dict[str, Any]:
    if scope == "own":
        if viewer.agent_id is None:
            raise Invalid(FieldError("scope", "only an agent can have a view of their own", rules.SCOPES[1:]))
    else:
        viewer.require("tickets.share_views")
    if scope == "team" and team_id not in viewer.team_ids:
        raise Invalid(FieldError("team_id", "must be one of your own teams for a team's view"))
    return rules.owner(scope, viewer.agent_id, team_id)
