"""Knowledge articles over the API."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from core_psa.db.fields import MAX_KEY
from core_psa.desk import articles as desk
from core_psa.knowledge import actions, store
from core_psa.knowledge.markdown import render
from core_psa.knowledge.rules import LINKS, MAX_BODY, MAX_TAGS, STATUSES, VISIBILITIES
from core_psa.knowledge.search import search
from core_psa.knowledge.store import ArticleFilter
from core_psa.knowledge.tables import Article
from core_psa.reads.article_page import tickets_of_article
from core_psa.tickets import store as tickets
from server.api.deps import Api
from server.api.models import (
    DEFAULT,
    MAX_LISTED,
    NOT_GIVEN,
    Body,
    Cursor,
    Key,
    Limit,
    Listed,
    Name,
    Record,
    RecordId,
    Text,
    listed,
)
from server.api.router import api_router
from server.api.tickets import IfMatch, TicketKey, ticket_id, version_of

router = api_router("knowledge")

Markdown = Annotated[str, Field(max_length=MAX_BODY, description="Markdown; HTML in it is shown as it is written")]
Status = Annotated[str, Field(json_schema_extra={"enum": list(STATUSES)})]
Visibility = Annotated[str, Field(json_schema_extra={"enum": list(VISIBILITIES)})]
Link = Annotated[str, Field(json_schema_extra={"enum": list(LINKS)})]
Tag = Annotated[str, Field(min_length=1, max_length=60)]


class ArticleChange(Body):
    """Fields left out stay as they are; every change is a version."""

    title: Name = NOT_GIVEN
    body: Markdown = NOT_GIVEN
    status: Status = NOT_GIVEN
    visibility: Visibility = NOT_GIVEN
    category_id: RecordId | None = NOT_GIVEN
    language: Annotated[str, Field(max_length=35, examples=["en", "pt-BR"])] = NOT_GIVEN
    tags: Annotated[list[Tag], Field(max_length=MAX_TAGS)] = NOT_GIVEN
    customers: Annotated[list[RecordId], Field(max_length=MAX_LISTED, description="ids; for visibility customers")] = (
        NOT_GIVEN
    )
    remark: Annotated[Text, Field(description="why it was saved")] = NOT_GIVEN


class NewArticle(ArticleChange):
    title: Name


class ArticleRow(Record):
    """`helped` and `helped_not` count readers; `excerpt` is cut where the words stand that were looked for."""

    id: int
    title: str
    status: str
    visibility: str
    category_id: int | None
    language: str
    tags: list[str]
    version: int
    author: str
    updated_at: AwareDatetime
    published_at: AwareDatetime | None
    helped: int
    helped_not: int
    excerpt: str | None = None


class ArticleOut(ArticleRow):
    """`html` is safe to show as it is."""

    body: str
    html: str
    customers: list[int]


class VersionRow(Record):
    version: int
    title: str
    author: str
    at: AwareDatetime
    remark: str
    about: dict[str, Any]


class VersionOut(VersionRow):
    body: str


class WhichVersion(Body):
    version: Annotated[int, Field(ge=1, le=MAX_KEY)]


class NewFeedback(Body):
    helpful: bool
    comment: Text = ""


class FeedbackOut(Record):
    id: int
    version: int
    helpful: bool
    comment: str
    reader: str
    at: AwareDatetime


class ArticleUse(Body):
    article_id: RecordId
    kind: Link = "used"


class ArticleOfTicket(Record):
    article_id: int
    title: str
    status: str
    kind: str


class TicketOfArticle(Record):
    ticket_id: int
    number: str
    subject: str
    state: str
    kind: str


@router.get("/articles")
def list_articles(
    api: Api,
    q: Annotated[str, Query(max_length=500, description="words to look for, the best match first")] = "",
    status: Annotated[str | None, Query(max_length=20)] = None,
    visibility: Annotated[str | None, Query(max_length=20)] = None,
    category: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None,
    tag: Annotated[str | None, Query(max_length=60)] = None,
    customer: Annotated[int | None, Query(ge=1, le=MAX_KEY, description="what this customer's users may read")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT,
) -> Listed[ArticleRow]:
    given = ArticleFilter(status, visibility, category, tag, customer)
    with api.db.read() as session:
        if not q.strip():
            page = store.article_page(session, api.viewer, given, cursor, limit)
            shapes = _rows(session, page.rows)
            return listed(page, lambda row: shapes[row.id])
        found = search(session, api.viewer, q, given, cursor, limit)
        shapes = _rows(session, [hit.article for hit in found.rows])
        excerpts = {hit.article.id: "".join(piece for piece, _ in hit.excerpt) for hit in found.rows}
        return listed(
            found, lambda hit: shapes[hit.article.id].model_copy(update={"excerpt": excerpts[hit.article.id]})
        )


@router.post("/articles", status_code=201)
def create_article(api: Api, body: NewArticle) -> ArticleOut:
    """An internal draft unless told otherwise."""
    with api.db.work() as w:
        return _whole(w.session, actions.create_article(w, api.viewer, **body.given()))


@router.get("/articles/{article_id}")
def get_article(api: Api, article_id: Key) -> ArticleOut:
    with api.db.read() as session:
        return _whole(session, store.article(session, api.viewer, article_id))


@router.patch("/articles/{article_id}")
def change_article(api: Api, article_id: Key, body: ArticleChange, if_match: IfMatch = None) -> ArticleOut:
    with api.db.work() as w:
        expected = version_of(if_match)
        row = actions.update_article(w, api.viewer, article_id, expected_version=expected, **body.given())
        return _whole(w.session, row)


@router.get("/articles/{article_id}/versions")
def list_versions(api: Api, article_id: Key, cursor: Cursor = None, limit: Limit = DEFAULT) -> Listed[VersionRow]:
    with api.db.read() as session:
        return listed(store.version_page(session, api.viewer, article_id, cursor, limit), VersionRow.of)


@router.get("/articles/{article_id}/versions/{version}")
def get_version(api: Api, article_id: Key, version: Key) -> VersionOut:
    with api.db.read() as session:
        return VersionOut.of(store.version(session, api.viewer, article_id, version))


@router.post("/articles/{article_id}/restore")
def restore_version(api: Api, article_id: Key, body: WhichVersion, if_match: IfMatch = None) -> ArticleOut:
    """Brings back an older title and text, as a new version."""
    with api.db.work() as w:
        expected = version_of(if_match)
        return _whole(w.session, actions.restore(w, api.viewer, article_id, body.version, expected_version=expected))


@router.get("/articles/{article_id}/feedback")
def list_feedback(api: Api, article_id: Key, cursor: Cursor = None, limit: Limit = DEFAULT) -> Listed[FeedbackOut]:
    with api.db.read() as session:
        return listed(store.feedback_page(session, api.viewer, article_id, cursor, limit), FeedbackOut.of)


@router.post("/articles/{article_id}/feedback", status_code=201)
def give_feedback(api: Api, article_id: Key, body: NewFeedback) -> FeedbackOut:
    """One opinion a caller: saying it again replaces it."""
    with api.db.work() as w:
        given = actions.give_feedback(w, api.viewer, article_id, helpful=body.helpful, comment=body.comment)
        return FeedbackOut.of(given)


@router.get("/articles/{article_id}/tickets")
def list_tickets_of_article(api: Api, article_id: Key) -> Listed[TicketOfArticle]:
    """The newest tickets it was used in or solved, of those the caller may see."""
    with api.db.read() as session:
        rows = tickets_of_article(session, api.viewer, article_id)
    items = [
        TicketOfArticle(ticket_id=row.id, number=row.number, subject=row.subject, state=row.state, kind=row.kind)
        for row in rows
    ]
    return Listed(items=items, next_cursor=None)


@router.get("/tickets/{key}/articles")
def list_articles_of_ticket(api: Api, key: TicketKey) -> Listed[ArticleOfTicket]:
    with api.db.read() as session:
        tickets.get(session, api.viewer, ticket_id(key))
        rows = store.articles_of_ticket(session, api.viewer, ticket_id(key))
        items = [ArticleOfTicket(article_id=a.id, title=a.title, status=a.status, kind=kind) for a, kind in rows]
    return Listed(items=items, next_cursor=None)


@router.post("/tickets/{key}/articles")
def use_article(api: Api, key: TicketKey, body: ArticleUse) -> Listed[ArticleOfTicket]:
    """Notes that an article was used in a ticket, or solved it. Repeating it does nothing."""
    with api.db.work() as w:
        desk.use_article(w, api.viewer, ticket_id(key), body.article_id, body.kind)
        w.after_commit(api.desk.live.look_now)
    return list_articles_of_ticket(api, key)


@router.post("/tickets/{key}/article-draft", status_code=201)
def draft_article(api: Api, key: TicketKey) -> ArticleOut:
    """An internal draft from a solved ticket; asked again it is the same draft."""
    with api.db.work() as w:
        row = desk.draft_article(w, api.viewer, ticket_id(key))
        w.after_commit(api.desk.live.look_now)
        return _whole(w.session, row)


def _rows(session: Session, articles: Sequence[Article]) -> dict[int, ArticleRow]:
    ids = [row.id for row in articles]
    tags, judged = store.tags_of(session, ids), store.helpfulness(session, ids)
    return {row.id: ArticleRow.of(row, tags=tags.get(row.id, []), **_judged(judged, row.id)) for row in articles}


def _judged(judged: dict[int, tuple[int, int]], article_id: int) -> dict[str, Any]:
    helped, helped_not = judged.get(article_id, (0, 0))
    return {"helped": helped, "helped_not": helped_not, "excerpt": None}


def _whole(session: Session, row: Article) -> ArticleOut:
    more = {
        "tags": store.tags_of(session, [row.id]).get(row.id, []),
        "customers": store.customers_of(session, [row.id]).get(row.id, []),
        "html": render(row.body),
    }
    return ArticleOut.of(row, **more, **_judged(store.helpfulness(session, [row.id]), row.id))
