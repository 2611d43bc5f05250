"""The configuration as a file: taken out, brought in after a look at what it would do, kept, and gone back to."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from core_psa.audit import actions as audit
from core_psa.configuration import store, versions
from core_psa.configuration.importing import Outcome
from core_psa.configuration.rules import in_lines
from core_psa.errors import Conflict, FieldError, Invalid
from server.api.models import Key
from server.console.forms import Form, Posted, problems
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/administration/configuration")

_HERE = "/administration/configuration"
_LARGEST = 8 * 1024 * 1024


@router.get("")
def configuration_page(visit: Console, cursor: Annotated[str | None, Query(max_length=500)] = None) -> Response:
    return _page(visit, cursor)


@router.get("/export.json")
def export(visit: Console) -> Response:
    """A file; that it was taken is itself written down."""
    with visit.db.work() as w:
        document = store.document(w.session, visit.viewer)
        audit.record(w, visit.viewer, "exported", "configuration", None)
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    name = f"configuration-{visit.db.clock.now():%Y-%m-%d}.json"
    return Response(
        text, media_type="application/json", headers={"content-disposition": f'attachment; filename="{name}"'}
    )


@router.post("/check")
def check(visit: Console, form: Posted) -> Response:
    """What the file would do; the answer carries it along to be brought in."""
    visit.viewer.require("access.edit")
    written, note = _written(form), form.text("note")
    try:
        outcome = versions.try_out(visit.db, visit.viewer, _read(written))
    except (Invalid, Conflict) as error:
        return _page(visit, errors=problems(error))
    return _plan(visit, outcome, f"{_HERE}/import", note, document=written)


@router.post("/import")
def bring_in(visit: Console, form: Posted) -> Response:
    try:
        with visit.db.work() as w:
            versions.import_document(w, visit.viewer, _read(form.text("document")), form.text("note"))
    except (Invalid, Conflict) as error:
        return _page(visit, errors=problems(error))
    return RedirectResponse(f"{_HERE}?saved=1", 303)


@router.post("/keep")
def keep(visit: Console, form: Posted) -> Response:
    with visit.db.work() as w:
        versions.keep(w, visit.viewer, form.text("note"))
    return RedirectResponse(f"{_HERE}?saved=1", 303)


@router.get("/versions/{version_id}")
def version_page(visit: Console, version_id: Key) -> Response:
    """What going back to this version would do."""
    with visit.db.read() as session:
        version = versions.version(session, visit.viewer, version_id)
    try:
        outcome = versions.try_going_back(visit.db, visit.viewer, version_id)
    except (Invalid, Conflict) as error:
        return _page(visit, errors=problems(error))
    return _plan(visit, outcome, f"{_HERE}/versions/{version_id}", "", version=version)


@router.post("/versions/{version_id}")
def go_back(visit: Console, version_id: Key, form: Posted) -> Response:
    try:
        with visit.db.work() as w:
            versions.go_back(w, visit.viewer, version_id, form.text("note"))
    except (Invalid, Conflict) as error:
        return _page(visit, errors=problems(error))
    return RedirectResponse(f"{_HERE}?saved=1", 303)


def _written(form: Form) -> str:
    """The file's text, or what the page carried along."""
    if not form.files:
        return form.text("document")
    return form.files[0].file.read(_LARGEST).decode("utf-8", "replace")


def _read(written: str) -> dict[str, Any]:
    """Raises Invalid for what is no file of an export."""
    try:
        document = json.loads(written)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Invalid(FieldError("file", "is not the file of an export"))
    return document


def _page(visit: Visit, cursor: str | None = None, errors: dict[str, str] | None = None) -> Response:
    with visit.db.read() as session:
        found = versions.version_page(session, visit.viewer, cursor)
    return page(
        visit,
        "configuration/history.html",
        status=422 if errors else 200,
        found=found,
        first=cursor is None,
        errors=errors or {},
    )


def _plan(
    visit: Visit, outcome: Outcome, action: str, note: str, *, document: str = "", version: Any = None
) -> Response:
    return page(
        visit,
        "configuration/plan.html",
        outcome=outcome,
        lines=in_lines(outcome.changes),
        action=action,
        note=note,
        document=document,
        version=version,
        told=_told,
        apart=_apart,
    )


def _told(value: Any) -> str:
    if value is None or value in ("", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(" → ".join(map(_told, part)) if isinstance(part, list) else _told(part) for part in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _apart(pair: Sequence[Any]) -> tuple[str, str]:
    """Before and after; of two lists only what the other does not hold."""
    was, now = pair
    if not (isinstance(was, list) and isinstance(now, list)):
        return _told(was), _told(now)
    gone, came = [part for part in was if part not in now], [part for part in now if part not in was]
    return (_told(gone), _told(came)) if gone or came else (_told(was), _told(now))
