"""Saved views: kept from the queue as it stands, listed in the sidebar with their counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.errors import Conflict, Invalid
from core_psa.reads import lookups
from core_psa.reads.queue import count
from core_psa.tickets.views import actions, store
from core_psa.tickets.views.rules import COLUMNS, SCOPES, USUAL_COLUMNS
from core_psa.tickets.views.tables import SavedView
from core_psa.viewer import Viewer
from server.console.forms import EMPTY, Form, Posted, problems
from server.console.queue_query import MOST_COUNTED, QueueQuery, view_address
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/queue/views")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]


@dataclass(frozen=True)
class Counted:
    view: SavedView
    total: int
    is_floor: bool


@router.get("/counts")
def counts(visit: Console) -> Response:
    """The sidebar's list again, now with how many tickets each view shows."""
    with visit.db.read() as session:
        counted = [_counted(session, visit.viewer, view) for view in store.listed(session, visit.viewer)]
    return page(visit, "queue/views.html", counted_views=counted)


def _counted(session: Session, viewer: Viewer, view: SavedView) -> Counted:
    wanted = QueueQuery.parse(view.parameters).filter(viewer)
    return Counted(view, *count(session, viewer, wanted, MOST_COUNTED))


@router.get("/new")
def new_page(request: Request, visit: Console) -> Response:
    return _form(visit, None, QueueQuery.parse(request.query_params))


@router.post("/new")
def create(visit: Console, form: Posted) -> Response:
    return _saved(visit, None, form, lambda w: actions.create_view(w, visit.viewer, **_given(form)))


@router.get("/{view_id}")
def view_page(request: Request, visit: Console, view_id: Key) -> Response:
    """With parameters of a list in the address, saving takes these over."""
    shown = QueueQuery.parse(request.query_params) if request.query_params else None
    return _form(visit, view_id, shown)


@router.post("/{view_id}")
def change(visit: Console, form: Posted, view_id: Key) -> Response:
    return _saved(visit, view_id, form, lambda w: actions.update_view(w, visit.viewer, view_id, **_given(form)))


@router.post("/{view_id}/delete")
def delete(visit: Console, view_id: Key) -> Response:
    with visit.db.work() as w:
        actions.delete_view(w, visit.viewer, view_id)
    return RedirectResponse("/queue", 303)


def _given(form: Form) -> dict[str, Any]:
    return {
        "name": form.text("name"),
        "scope": form.text("scope", "own"),
        "team_id": form.number("team_id") if form.text("scope") == "team" else None,
        "columns": sorted(form.texts("columns"), key=lambda name: form.number(f"place.{name}") or 0),
        "parameters": _query(form).saved(),
    }


def _query(form: Form) -> QueueQuery:
    names = (name.removeprefix("p.") for name, _ in form.hidden() if name.startswith("p."))
    return QueueQuery.parse({name: form.text(f"p.{name}") for name in names})


def _saved(visit: Visit, view_id: int | None, form: Form, change: Callable[[Work], SavedView]) -> Response:
    try:
        with visit.db.work() as w:
            view = change(w)
            _set_default(w, visit.viewer, view, "on" in form.texts("default"))
    except (Invalid, Conflict) as error:
        return _form(visit, view_id, _query(form), problems(error), form)
    return RedirectResponse(view_address(view), 303)


def _set_default(w: Work, viewer: Viewer, view: SavedView, wanted: bool) -> None:
    standing = store.default_of(w.session, viewer)
    is_it = standing is not None and standing.id == view.id
    if wanted != is_it:
        actions.set_default(w, viewer, view.id if wanted else None)


def _form(
    visit: Visit,
    view_id: int | None,
    shown: QueueQuery | None,
    errors: dict[str, str] | None = None,
    form: Form = EMPTY,
) -> Response:
    with visit.db.read() as session:
        view = store.get(session, visit.viewer, view_id) if view_id else None
        query = shown or QueueQuery.parse(view.parameters if view else {})
        default = store.default_of(session, visit.viewer)
        chosen = form.texts("columns") or (view.columns if view else USUAL_COLUMNS)
        return page(
            visit,
            "queue/view.html",
            status=422 if errors else 200,
            view=view,
            query=query,
            chips=query.chips(lookups.of_the_queue(session, visit.viewer, query.filter(visit.viewer))),
            is_default=bool(view and default and default.id == view.id),
            chosen=chosen,
            columns=list(dict.fromkeys([*(view.columns if view else USUAL_COLUMNS), *COLUMNS])),
            scopes=_scopes(visit),
            errors=errors or {},
            form=form,
        )


def _scopes(visit: Visit) -> Sequence[tuple[str, str]]:
    """Whose a view can be, as far as this viewer may say so."""
    names = {"own": "Mine alone", "team": "A team's", "desk": "Everybody's"}
    shared = visit.viewer.may("tickets.share_views")
    return [
        (scope, names[scope]) for scope in SCOPES if scope == "own" or (shared and (scope == "desk" or visit.teams))
    ]
