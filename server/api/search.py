"""Searching over the API: what was written on tickets, and the knowledge."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from core_psa.db.excerpts import Piece
from core_psa.knowledge.search import RANKED, count
from core_psa.knowledge.search import search as search_articles
from core_psa.knowledge.tables import Article
from core_psa.reads.search import Found, search_tickets
from core_psa.viewer import Viewer
from server.answers import ExactJson
from server.api import documented, shapes
from server.api.deps import Api
from server.api.models import DEFAULT, Cursor, Limit
from server.api.router import api_router
from server.api.ticket_filter import Filters

router = api_router("search")
Q = Annotated[str, Query(min_length=1, max_length=500, description="words; in quotes, words that follow each other")]
Among = Annotated[Literal["tickets", "articles"], Query(alias="in")]
Order = Annotated[
    Literal["newest", "relevance"],
    Query(description="of tickets; relevance ranks the newest 2,000 matches. Articles come best first"),
]


@router.get("/search", responses=documented.SEARCH)
def search(
    api: Api,
    q: Q,
    filters: Filters,
    among: Among = "tickets",
    order: Order = "newest",
    cursor: Cursor = None,
    limit: Limit = DEFAULT,
) -> Response:
    """Tickets on which all of these words stand, in messages and internal notes too where the key may read them, or
    articles. A page of tickets may be short, or empty, and yet have a next one."""
    with api.db.read() as session:
        if among == "articles":
            return ExactJson(_articles(session, api.viewer, q, cursor, limit))
        wanted = filters.wanted(session)
        found = search_tickets(session, api.viewer, q, wanted, order=order, cursor=cursor, limit=limit)
    return ExactJson(
        {
            "items": [_ticket(item) for item in found.items],
            "next_cursor": found.next_cursor,
            "total": found.total,
            "total_is_floor": found.total_is_floor,
        }
    )


def _ticket(item: Found) -> dict[str, Any]:
    said = item.kind and {"action": item.kind, "by": item.author, "at": item.at}
    return {"kind": "ticket", **shapes.queue_row(item.row), "excerpt": _pieces(item.excerpt), "found_in": said}


def _articles(session: Session, viewer: Viewer, q: str, cursor: str | None, limit: int) -> dict[str, Any]:
    page, total = search_articles(session, viewer, q, cursor=cursor, limit=limit), count(session, viewer, q)
    return {
        "items": [_article(hit.article, hit.excerpt) for hit in page.rows],
        "next_cursor": page.next_cursor,
        "total": total,
        "total_is_floor": total == RANKED,
    }


def _article(row: Article, found: Sequence[Piece]) -> dict[str, Any]:
    fields = ("id", "title", "status", "visibility", "updated_at", "version")
    return {"kind": "article", **{name: getattr(row, name) for name in fields}, "excerpt": _pieces(found)}


def _pieces(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    return [{"text": text, "found": looked_for} for text, looked_for in pieces]
