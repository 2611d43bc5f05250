"""What helps with a ticket: canned answers, articles used in it and written from it, checklists, assets."""

from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.desk import articles as desk
from core_psa.desk import assets, checklists
from core_psa.errors import FieldError, Invalid
from core_psa.reads.article_page import ready_answers
from server.api.models import Key
from server.console.forms import Form, Posted
from server.console.router import page_router
from server.console.session import Console
from server.console.ticket_changes import attempt
from server.console.ticket_key import TicketKey
from server.console.views import page

router = page_router()


@router.get("/tickets/{key}/canned")
def canned(key: TicketKey, visit: Console) -> Response:
    """The canned answers as they read on this ticket, to choose from."""
    with visit.db.read() as session:
        answers = ready_answers(session, visit.viewer, int(key))
    return page(visit, "ticket/canned.html", answers=answers)


@router.post("/tickets/{key}/articles")
def use_article(key: TicketKey, form: Posted, visit: Console) -> Response:
    def change(w: Work) -> None:
        desk.use_article(w, visit.viewer, int(key), _wanted(form, "article"), form.text("kind", "used"))

    return attempt(visit, int(key), form, "articles", change, checked=False)


@router.post("/tickets/{key}/article-draft")
def draft_article(key: TicketKey, visit: Console) -> Response:
    """One click from a solved ticket to an article to go on writing."""
    with visit.db.work() as w:
        article_id = desk.draft_article(w, visit.viewer, int(key)).id
        w.after_commit(visit.desk.live.look_now)
    return RedirectResponse(f"/knowledge/{article_id}/edit", 303)


@router.post("/tickets/{key}/checklists")
def add_checklist(key: TicketKey, form: Posted, visit: Console) -> Response:
    def change(w: Work) -> None:
        checklists.add_checklist(w, visit.viewer, int(key), _wanted(form, "template"))

    return attempt(visit, int(key), form, "checklists", change, checked=False)


@router.post("/tickets/{key}/checklist-items/{item_id}")
def tick(key: TicketKey, item_id: Key, form: Posted, visit: Console) -> Response:
    """Ticks an item, or takes the tick back where the box is empty."""
    change = checklists.tick if form.text("done") == "on" else checklists.untick
    return attempt(
        visit, int(key), form, "checklists", lambda w: change(w, visit.viewer, int(key), item_id), checked=False
    )


@router.post("/tickets/{key}/assets")
def link_asset(key: TicketKey, form: Posted, visit: Console) -> Response:
    def change(w: Work) -> None:
        assets.link_asset(w, visit.viewer, int(key), _wanted(form, "asset"))

    return attempt(visit, int(key), form, "assets", change, checked=False)


@router.post("/tickets/{key}/assets/{asset_id}/unlink")
def unlink_asset(key: TicketKey, asset_id: Key, form: Posted, visit: Console) -> Response:
    return attempt(
        visit,
        int(key),
        form,
        "assets",
        lambda w: assets.unlink_asset(w, visit.viewer, int(key), asset_id),
        checked=False,
    )


@router.post("/tickets/{key}/remote-sessions")
def connect(key: TicketKey, form: Posted, visit: Console) -> Response:
    """Notes that a session begins; the page then has the link that opens the asset."""

    def change(w: Work) -> None:
        assets.connect(w, visit.viewer, int(key), _wanted(form, "asset"), _wanted(form, "tool"))

    return attempt(visit, int(key), form, "assets", change, checked=False)


@router.post("/tickets/{key}/remote-sessions/{session_id}/end")
def disconnect(key: TicketKey, session_id: Key, form: Posted, visit: Console) -> Response:
    return attempt(
        visit,
        int(key),
        form,
        "assets",
        lambda w: assets.disconnect(w, visit.viewer, int(key), session_id),
        checked=False,
    )


def _wanted(form: Form, name: str) -> int:
    number = form.number(name)
    if number is None:
        raise Invalid(FieldError(name, "choose one"))
    return number
