"""The search page: what was written on tickets, and the knowledge."""

import re
from contextlib import suppress
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.db.fields import MAX_KEY
from core_psa.errors import Invalid, NotFound
from core_psa.knowledge import search as knowledge
from core_psa.reads.choices import choices
from core_psa.reads.search import count_tickets, search_tickets
from core_psa.tickets import store
from core_psa.viewer import Viewer
from server.console import channels
from server.console.queue_query import STANDING_NAMES
from server.console.router import page_router
from server.console.search_query import ORDER_NAMES, STATE_NAMES, SearchQuery
from server.console.session import Console
from server.console.timeline import VERBS
from server.console.views import page

router = page_router()

PAGE = 25


@router.get("/search")
def search_page(request: Request, visit: Console) -> Response:
    """A ticket's number leads to the ticket, words to everything that holds them."""
    query = SearchQuery.parse(request.query_params)
    with visit.db.read() as session:
        if ticket_id := _number(session, visit.viewer, query):
            return RedirectResponse(f"/tickets/{ticket_id}", 303)
        try:
            found = _found(session, visit.viewer, query)
        except Invalid:  # a cursor of another order, or a filter of another day's link
            return RedirectResponse(query.words_alone, 303)
        return page(
            visit,
            "search.html",
            query=query,
            **found,
            choices=choices(session, customers=visit.viewer.may("customers.see")),
            states=STATE_NAMES,
            orders=ORDER_NAMES,
            channel_choices=list(channels.NAMES.items()),
            standing_choices=list(STANDING_NAMES.items()),
            verbs=VERBS,
        )


def _number(session: Session, viewer: Viewer, query: SearchQuery) -> int | None:
    """The ticket that was typed by its number alone, if the viewer may see it."""
    number = re.fullmatch(r"#?(\d{1,18})", query.words, re.ASCII)
    with suppress(NotFound):
        return store.get(session, viewer, min(int(number[1]), MAX_KEY)).id if number and not query.filtered else None
    return None


def _found(session: Session, viewer: Viewer, query: SearchQuery) -> dict[str, Any]:
    """What one of the two tabs shows, and how much both of them have (None for what the viewer may not read at all)."""
    words, wanted = query.words, query.filters.filter(viewer)
    reads = viewer.may("knowledge.see")
    articles = knowledge.count(session, viewer, words) if reads else None
    if query.among == "articles" and reads:
        hits = knowledge.search(session, viewer, words, cursor=query.cursor, limit=PAGE)
        counts = count_tickets(session, viewer, words, wanted)
        return {"tickets": None, "hits": hits.rows, "next": hits.next_cursor, "total": counts, "articles": articles}
    order, cursor = query.order, query.cursor
    results = search_tickets(session, viewer, words, wanted, order=order, cursor=cursor, limit=PAGE)
    counts = results.total, results.total_is_floor
    return {
        "tickets": results.items,
        "hits": (),
        "next": results.next_cursor,
        "total": counts,
        "articles": articles,
    }
