"""What the desk arranges for assets: their types with fields of their own, and the programs that open them from afar."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.assets import actions, remote_actions, store
from core_psa.assets.rules import KINDS, opens
from core_psa.assets.tables import AssetType
from core_psa.db import Work
from core_psa.db.records import get
from server.api.models import Key
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/administration")

_ABOUT = {"text": "words", "number": "a number", "date": "a day", "choice": "one of a list"}
_BLANK: dict[str, Any] = {"key": "", "label": "", "kind": "text", "options": [], "required": False}


@router.get("/asset-types")
def types_page(visit: Console) -> Response:
    visit.viewer.require("settings.edit")
    with visit.db.read() as session:
        rows = store.types(session, visit.viewer, inactive=True)
        tools = store.tools(session)
        return page(
            visit,
            "assets/types.html",
            rows=rows,
            counts=store.counts(session, visit.viewer),
            tools={row.id: [tool.name for tool in tools if opens(tool.type_ids, row.id)] for row in rows},
        )


@router.get("/asset-types/new")
def new_type_page(visit: Console) -> Response:
    visit.viewer.require("settings.edit")
    return _type(visit, None)


@router.post("/asset-types/new")
def create_type(visit: Console, form: Posted) -> Response:
    given: Any = {"name": form.text("name"), "fields": _fields(form)}
    errors = attempt(visit.db, lambda w: actions.create_type(w, visit.viewer, **given))
    return _type(visit, None, form, errors) if errors else _saved("asset-types")


@router.get("/asset-types/{type_id}")
def type_page(visit: Console, type_id: Key) -> Response:
    visit.viewer.require("settings.edit")
    return _type(visit, type_id)


@router.post("/asset-types/{type_id}")
def change_type(visit: Console, type_id: Key, form: Posted) -> Response:
    given: Any = {"name": form.text("name"), "fields": _fields(form), "active": "on" in form.texts("active")}
    errors = attempt(visit.db, lambda w: actions.update_type(w, visit.viewer, type_id, **given))
    return _type(visit, type_id, form, errors) if errors else _saved("asset-types")


def _type(visit: Visit, type_id: int | None, form: Form = EMPTY, errors: dict[str, str] | None = None) -> Response:
    with visit.db.read() as session:
        row = get(session, AssetType, type_id) if type_id else None
    fields = _fields(form) if form.given("name") else row.fields if row else []
    return page(
        visit,
        "assets/type.html",
        status=422 if errors else 200,
        row=row,
        # One more than there are, to be filled in.
        fields=[{**_BLANK, **field} for field in (*fields, {})],
        kinds=[(kind, _ABOUT[kind]) for kind in KINDS],
        form=form,
        errors=errors or {},
    )


def _fields(form: Form) -> list[dict[str, Any]]:
    """A line of the form each, in their order; one without a label is none."""
    labels = form.starting("label-")
    lines = sorted(int(line) for line in labels if line.isascii() and line.isdecimal() and len(line) < 4)
    return [_field(form, line) for line in lines if labels[str(line)].strip() and not form.text(f"gone-{line}")]


def _field(form: Form, line: int) -> dict[str, Any]:
    """Its key, once it has one, is for good: values stand under it."""
    choices = [choice.strip() for choice in form.text(f"choices-{line}").splitlines()]
    return {
        "label": form.text(f"label-{line}").strip(),
        "kind": form.text(f"kind-{line}", "text"),
        "options": [choice for choice in choices if choice],
        "required": "on" in form.texts(f"required-{line}"),
        **({"key": key} if (key := form.text(f"key-{line}")) else {}),
    }


@router.get("/remote-tools")
def tools_page(visit: Console) -> Response:
    visit.viewer.require("settings.edit")
    return _tools(visit)


@router.post("/remote-tools")
def save_tool(visit: Console, form: Posted) -> Response:
    """A new tool, or the one whose number goes along."""

    def change(w: Work) -> None:
        number = form.number("tool")
        given: Any = {
            "name": form.text("name"),
            "template": form.text("template"),
            "type_ids": form.numbers("type"),
        }
        if number is None:
            remote_actions.create_tool(w, visit.viewer, **given)
        else:
            remote_actions.update_tool(w, visit.viewer, number, active="on" in form.texts("active"), **given)

    errors = attempt(visit.db, change)
    return _tools(visit, form, errors) if errors else _saved("remote-tools")


def _tools(visit: Visit, form: Form = EMPTY, errors: dict[str, str] | None = None) -> Response:
    with visit.db.read() as session:
        rows, types = store.tools(session, inactive=True), _types(session, visit)
    status, number = 422 if errors else 200, form.number_shown("tool")
    return page(
        visit, "assets/tools.html", status=status, rows=rows, types=types, number=number, form=form, errors=errors or {}
    )


def _types(session: Session, visit: Visit) -> list[AssetType]:
    """Those on offer first."""
    return sorted(store.types(session, visit.viewer, inactive=True), key=lambda row: not row.active)


def _saved(name: str) -> Response:
    return RedirectResponse(f"/administration/{name}?saved=1", 303)
