"""Changing what is selected in the queue. The page sends a few tickets at a time, so that it can show progress and stop."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from core_psa.errors import FieldError, Invalid
from core_psa.reads.queue import ids_of
from server.answers import ExactJson
from server.bulk import MOST, change_all
from server.console.forms import Form, Posted, separated, whole
from server.console.queue_query import QueueQuery
from server.console.router import page_router
from server.console.session import Console
from server.console.views import page

router = page_router("/queue/bulk")

# Selecting the whole list stops here.
SELECTABLE = 1_000


@router.get("/selection")
def selection(request: Request, visit: Console) -> Response:
    """The ids of all tickets of this list, up to SELECTABLE."""
    visit.viewer.require("tickets.edit")
    query = QueueQuery.parse(request.query_params)
    with visit.db.read() as session:
        ids = ids_of(session, visit.viewer, query.filter(visit.viewer), sort=query.sort, most=SELECTABLE)
    return ExactJson(list(ids))


@router.post("")
def change(visit: Console, form: Posted) -> Response:
    """A part of a page for the script, which adds it to those before; a page of its own without one.

    A problem behind the tickets is a form of its own, to which this leads.
    """
    if form.text("change") == "problem":
        return RedirectResponse(f"/problems/new?{urlencode([('ticket', i) for i in _ids(form)[:MOST]])}", 303)
    results = change_all(visit.db, visit.viewer, _ids(form), _body(form))
    visit.desk.live.look_now()
    template = "queue/results.html" if visit.by_htmx else "queue/bulk_page.html"
    return page(visit, template, results=results)


def _ids(form: Form) -> list[int]:
    found = [whole(number) for text in form.texts("ticket") for number in text.split(",")]
    if None in found:
        raise Invalid(FieldError("ticket", "must be numbers of tickets"))
    return [number for number in found if number is not None]


def _body(form: Form) -> dict[str, Any]:
    """`change` is a word, or a field and its new value: `team:3`; what has to be written stands in `text`."""
    name, _, value = form.text("change").partition(":")
    text = form.text("text").strip()
    if name in _WRITTEN:
        return {"action": name, **_WRITTEN[name](text)}
    if name in ("assignee", "team"):
        return {"action": "assign", name: whole(value)}
    if name in ("priority", "category", "status", "type") and whole(value) is not None:
        return {"action": "update", name: whole(value)}
    raise Invalid(FieldError("change", "choose what to do with these tickets"))


def _number(text: str) -> int | None:
    return whole(text.removeprefix("#"))


_WRITTEN: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "close": lambda text: {},
    "spam": lambda text: {},
    "resolve": lambda text: {"resolution": text},
    "note": lambda text: {"body": text},
    "merge": lambda text: {"into": _number(text)},
    "tag": lambda text: {"add": list(separated(text))},
    "untag": lambda text: {"remove": list(separated(text)), "action": "tag"},
}
