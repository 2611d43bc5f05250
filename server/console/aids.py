"""What helps with a ticket: canned answers, articles used in it and written from it."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.desk import articles as desk
from core_psa.errors import FieldError, Invalid
from core_psa.reads.article_page import ready_answers
from server.console.forms import Posted
from server.console.session import Console
from server.console.ticket import TicketKey
from server.console.ticket_changes import attempt
from server.console.views import page

router = APIRouter()


@router.get("/tickets/{key}/canned")
def canned(key: TicketKey, visit: Console) -> Response:
    """The canned answers as they read on this ticket, to choose from."""
    with visit.db.read() as session:
        answers = ready_answers(session, visit.viewer, int(key))
    return page(visit, "ticket/canned.html", answers=answers)


@router.post("/tickets/{key}/articles")
def use_article(key: TicketKey, form: Posted, visit: Console) -> Response:
    def change(w: Work) -> None:
        article_id = form.number("article")
        if article_id is None:
            raise Invalid(FieldError("article", "give the number of an article"))
        desk.use_article(w, visit.viewer, int(key), article_id, form.text("kind", "used"))

    return attempt(visit, int(key), form, "beside", change, checked=False)


@router.post("/tickets/{key}/article-draft")
def draft_article(key: TicketKey, visit: Console) -> Response:
    """One click from a solved ticket to an article to go on writing."""
    with visit.db.work() as w:
        article_id = desk.draft_article(w, visit.viewer, int(key)).id
        w.after_commit(visit.desk.live.look_now)
    return RedirectResponse(f"/knowledge/{article_id}/edit", 303)
