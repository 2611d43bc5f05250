"""Changing the category tree. A category is renamed with everything below it, and retired instead of deleted."""

from collections.abc import Mapping
from typing import TypedDict, Unpack

from sqlalchemy.orm import Session

from core_psa.audit.changes import create, update
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.records import get
from core_psa.tickets.settings_store import ancestors, descendants
from core_psa.tickets.tables import Category
from core_psa.viewer import Viewer

LEVELS = 4
SEPARATOR = " / "


class CategoryFields(TypedDict, total=False):
    name: str
    description: str
    retired: bool


_CATEGORY: Mapping[str, fields.Parser] = {"name": fields.name, "description": fields.text, "retired": fields.flag}


def create_category(
    w: Work, viewer: Viewer, name: str, *, parent_id: int | None = None, description: str = ""
) -> Category:
    """A category at the root or below another, at most LEVELS deep. Its description is what triage compares without history."""
    viewer.require("settings.edit")
    form = Form({"name": name, "description": description}, _CATEGORY)
    parent = None if parent_id is None else get(w.session, Category, parent_id, lock=True)
    if parent is not None:
        _check_parent(w.session, form, parent)
    path = _check_path(w.session, form, parent)
    return create(w, viewer, Category(parent_id=parent_id, path=path, **form.accepted()))


def update_category(w: Work, viewer: Viewer, category_id: int, **given: Unpack[CategoryFields]) -> Category:
    """Renames, describes, retires or brings back. Retiring takes everything below along; bringing back does not."""
    viewer.require("settings.edit")
    category = get(w.session, Category, category_id, lock=True)
    form = Form(given, _CATEGORY)
    parent = None if category.parent_id is None else w.session.get_one(Category, category.parent_id)
    if parent is not None and parent.retired and form.values.get("retired") is False:
        form.refuse("retired", f"{parent.path} is retired: bring it back first")
    path = _check_path(w.session, form, parent, category) if "name" in form.values else category.path
    update(w, viewer, category, {**form.accepted(), "path": path})
    _carry_down(w, viewer, category)
    return category


def _carry_down(w: Work, viewer: Viewer, category: Category) -> None:
    """Parents come before their children, so each finds its parent's new path."""
    paths = {category.id: category.path}
    for below in descendants(w.session, category):
        paths[below.id] = paths[below.parent_id or 0] + SEPARATOR + below.name
        update(w, viewer, below, {"path": paths[below.id], "retired": below.retired or category.retired})


def _check_parent(session: Session, form: Form, parent: Category) -> None:
    if parent.retired:
        form.refuse("parent_id", f"{parent.path} is retired")
    if len(ancestors(session, parent)) + 2 > LEVELS:
        form.refuse("parent_id", f"{parent.path} stands at level {LEVELS}, the last")


def _check_path(session: Session, form: Form, parent: Category | None, present: Category | None = None) -> str:
    """The path under the parent; refuses a name that another category there has, retired or not."""
    name: str = form.values.get("name", "")
    if SEPARATOR in name:
        form.refuse("name", f"must not contain '{SEPARATOR}', which joins the levels of a path")
    among = Category.parent_id.is_(None) if parent is None else Category.parent_id == parent.id
    form.unique(session, Category.name, among, but=present.id if present else None)
    return name if parent is None else parent.path + SEPARATOR + name
