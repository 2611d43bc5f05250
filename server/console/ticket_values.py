"""What tickets are made of, for those who arrange it: types, statuses, priorities and the tree of categories.

What a ticket has had once stays with it: a value is retired, never deleted.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import Path, Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.db.fields import MAX_KEY
from core_psa.db.paging import MAX_LIMIT
from core_psa.db.records import get
from core_psa.tickets import category_actions, settings_actions, settings_store
from core_psa.tickets.category_actions import LEVELS, SEPARATOR
from core_psa.tickets.tables import Category, Priority, Status, TicketType
from core_psa.viewer import Viewer
from server.api.models import Key
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.record_forms import given
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/administration/ticket-values")

Of = Annotated[Literal["types", "statuses", "priorities", "categories"], Path()]
STATES = (("open", "Open: somebody works on it"), ("paused", "Waiting: its clocks rest"), ("done", "Done"))


class Kind(NamedTuple):
    """One sort of value: what it is called, and what its form holds when it is new and when it is changed."""

    title: str
    one: str
    about: str
    model: Any
    listed: Callable[..., Any]
    create: Callable[..., Any]
    change: Callable[..., Any]
    new: Mapping[str, Sequence[str]]
    changed: Mapping[str, Sequence[str]]


_DESCRIBED = {"texts": ("name", "description")}
KINDS: Mapping[str, Kind] = {
    "types": Kind(
        "Types",
        "type",
        "Each type has a workflow and fields of its own.",
        TicketType,
        settings_store.type_page,
        settings_actions.create_type,
        settings_actions.update_type,
        _DESCRIBED,
        {**_DESCRIBED, "flags": ("active",)},
    ),
    "statuses": Kind(
        "Statuses",
        "status",
        "Whether a ticket is open, waits or is done decides what its clocks do.",
        Status,
        settings_store.status_page,
        settings_actions.create_status,
        settings_actions.update_status,
        {"texts": ("name", "state"), "flags": ("awaits_reply",)},
        {"texts": ("name",), "ids": ("position",), "flags": ("active", "awaits_reply")},
    ),
    "priorities": Kind(
        "Priorities",
        "priority",
        "The lower the rank, the more urgent.",
        Priority,
        settings_store.priority_page,
        settings_actions.create_priority,
        settings_actions.update_priority,
        {**_DESCRIBED, "ids": ("rank",)},
        {**_DESCRIBED, "flags": ("active",)},
    ),
    "categories": Kind(
        "Categories",
        "category",
        f"A tree of up to {LEVELS} levels. Until there is history, triage goes by the descriptions.",
        Category,
        settings_store.category_page,
        category_actions.create_category,
        category_actions.update_category,
        {**_DESCRIBED, "ids": ("parent_id",)},
        {**_DESCRIBED, "flags": ("active",)},
    ),
}


@router.get("/{of}")
def values_page(visit: Console, of: Of) -> Response:
    visit.viewer.require("settings.edit")
    with visit.db.read() as session:
        rows = _all(session, visit.viewer, of)
    levels = {row.id: row.path.count(SEPARATOR) + 1 for row in rows if of == "categories"}
    return page(visit, "values/list.html", of=of, kind=KINDS[of], kinds=KINDS, rows=rows, levels=levels, deepest=LEVELS)


@router.get("/{of}/new")
def new_page(visit: Console, of: Of, parent: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None) -> Response:
    visit.viewer.require("settings.edit")
    return _form(visit, of, None, parent=parent)


@router.post("/{of}/new")
def create(visit: Console, of: Of, form: Posted) -> Response:
    kind = KINDS[of]
    values = _given(of, form, kind.new)
    return _saved(visit, of, None, form, attempt(visit.db, lambda w: kind.create(w, visit.viewer, **values)))


@router.get("/{of}/{value_id}")
def value_page(visit: Console, of: Of, value_id: Key) -> Response:
    visit.viewer.require("settings.edit")
    return _form(visit, of, value_id)


@router.post("/{of}/{value_id}")
def change(visit: Console, of: Of, value_id: Key, form: Posted) -> Response:
    kind = KINDS[of]
    values = _given(of, form, kind.changed)
    errors = attempt(visit.db, lambda w: kind.change(w, visit.viewer, value_id, **values))
    return _saved(visit, of, value_id, form, errors)


def _given(of: str, form: Form, fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    values = given(form, **fields)
    if of == "categories" and "active" in values:
        values["retired"] = not values.pop("active")
    # An emptied place or rank is no number, and refused as such.
    return {name: -1 if value is None and name in ("position", "rank") else value for name, value in values.items()}


def _saved(visit: Visit, of: str, value_id: int | None, form: Form, errors: dict[str, str]) -> Response:
    if errors:
        shown = {"active" if name == "retired" else name: said for name, said in errors.items()}
        return _form(visit, of, value_id, form, shown)
    return RedirectResponse(f"/administration/ticket-values/{of}?saved=1", 303)


def _form(
    visit: Visit,
    of: str,
    value_id: int | None,
    form: Form = EMPTY,
    errors: dict[str, str] | None = None,
    parent: int | None = None,
) -> Response:
    kind = KINDS[of]
    with visit.db.read() as session:
        row = get(session, kind.model, value_id) if value_id else None
        above = _parents(session, visit.viewer) if of == "categories" and row is None else ()
    return page(
        visit,
        "values/value.html",
        status=422 if errors else 200,
        of=of,
        kind=kind,
        row=row,
        states=STATES,
        parents=above,
        parent=parent,
        offered=row is None or (not row.retired if of == "categories" else row.active),
        form=form,
        errors=errors or {},
    )


def _parents(session: Session, viewer: Viewer) -> list[tuple[int, str]]:
    """Categories that can have others below them."""
    rows = _all(session, viewer, "categories")
    return [(row.id, row.path) for row in rows if not row.retired and row.path.count(SEPARATOR) + 1 < LEVELS]


def _all(session: Session, viewer: Viewer, of: str) -> list[Any]:
    """Every one there is: nobody looks for the second page of a tree."""
    rows, cursor = [], None
    while True:
        found = KINDS[of].listed(session, viewer, cursor, MAX_LIMIT, inactive=True)
        rows += found.rows
        cursor = found.next_cursor
        if cursor is None:
            return rows
