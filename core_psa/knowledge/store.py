"""Reading articles, each within the wall of whoever reads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from core_psa.db.fields import MAX_KEY
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.errors import NotFound
from core_psa.knowledge.tables import (
    Article,
    ArticleCustomer,
    ArticleFeedback,
    ArticleTag,
    ArticleTicket,
    ArticleVersion,
)
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class ArticleFilter:
    """`customer` finds what that customer's users may read."""

    status: str | None = None
    visibility: str | None = None
    category: int | None = None
    tag: str | None = None
    customer: int | None = None


EVERYTHING = ArticleFilter()


def readable(viewer: Viewer) -> ColumnElement[bool]:
    """The wall: which articles this viewer may read at all. Part of every query made for somebody. Raises Forbidden."""
    if viewer.kind == "user":
        return and_(Article.status == "published", _for_customer(viewer.customer_id))
    viewer.require("knowledge.see")
    return true()


def _for_customer(customer_id: int | None) -> ColumnElement[bool]:
    theirs = exists().where(ArticleCustomer.article_id == Article.id, ArticleCustomer.customer_id == customer_id)
    return or_(Article.visibility == "public", and_(Article.visibility == "customers", theirs))


def wanted(given: ArticleFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if given.status:
        conditions.append(Article.status == given.status)
    if given.visibility:
        conditions.append(Article.visibility == given.visibility)
    if given.category:
        conditions.append(Article.category_id == given.category)
    if given.tag:
        conditions.append(exists().where(ArticleTag.article_id == Article.id, ArticleTag.tag == given.tag))
    if given.customer:
        conditions += [Article.status == "published", _for_customer(given.customer)]
    return conditions


def article_page(
    session: Session,
    viewer: Viewer,
    given: ArticleFilter = EVERYTHING,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Article]:
    """Articles, those changed last first."""
    query = select(Article).where(readable(viewer), *wanted(given))
    return page(session, query, (Article.updated_at, Article.id), cursor, limit, descending=True)


def article(session: Session, viewer: Viewer, article_id: int) -> Article:
    """Raises NotFound beyond the viewer's wall too, so that numbers cannot be probed."""
    query = select(Article).where(Article.id == article_id, readable(viewer))
    found = session.scalar(query) if article_id <= MAX_KEY else None
    if found is None:
        raise NotFound("article", article_id)
    return found


def tags_of(session: Session, article_ids: Collection[int]) -> dict[int, list[str]]:
    return _lists(session, ArticleTag.article_id, ArticleTag.tag, article_ids)


def customers_of(session: Session, article_ids: Collection[int]) -> dict[int, list[int]]:
    """Ids of the customers an article is for, by article."""
    return _lists(session, ArticleCustomer.article_id, ArticleCustomer.customer_id, article_ids)


def _lists(
    session: Session, key: InstrumentedAttribute[int], value: InstrumentedAttribute[Any], ids: Collection[int]
) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for record_id, item in session.execute(select(key, value).where(key.in_(ids)).order_by(value)):
        found.setdefault(record_id, []).append(item)
    return found


def all_tags(session: Session, viewer: Viewer) -> Sequence[tuple[str, int]]:
    """Every tag with how many articles the viewer may read under it, the most used first."""
    count = func.count()
    query = select(ArticleTag.tag, count).join(Article, Article.id == ArticleTag.article_id).where(readable(viewer))
    return [
        (tag, n) for tag, n in session.execute(query.group_by(ArticleTag.tag).order_by(count.desc(), ArticleTag.tag))
    ]


def version_page(
    session: Session, viewer: Viewer, article_id: int, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[ArticleVersion]:
    """The versions of one article, newest first. What it said before is for the desk alone."""
    viewer.require("knowledge.see")
    query = select(ArticleVersion).where(ArticleVersion.article_id == article(session, viewer, article_id).id)
    return page(session, query, (ArticleVersion.version,), cursor, limit, descending=True)


def version(session: Session, viewer: Viewer, article_id: int, number: int) -> ArticleVersion:
    viewer.require("knowledge.see")
    found = session.get(ArticleVersion, (article_id, number)) if max(article_id, number) <= MAX_KEY else None
    if found is None:
        raise NotFound("article version", f"{article_id}.{number}")
    return found


def helpfulness(session: Session, article_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(how many it helped, how many it did not) by article; an article nobody has judged is left out."""
    helped = func.sum(case((ArticleFeedback.helpful, 1), else_=0))
    query = select(ArticleFeedback.article_id, helped, func.count()).group_by(ArticleFeedback.article_id)
    rows = session.execute(query.where(ArticleFeedback.article_id.in_(article_ids)))
    return {article_id: (int(yes), int(total - yes)) for article_id, yes, total in rows}


def feedback_page(
    session: Session, viewer: Viewer, article_id: int, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[ArticleFeedback]:
    """What readers said, newest first."""
    viewer.require("knowledge.see")
    query = select(ArticleFeedback).where(ArticleFeedback.article_id == article(session, viewer, article_id).id)
    return page(session, query, (ArticleFeedback.id,), cursor, limit, descending=True)


def articles_of_ticket(session: Session, viewer: Viewer, ticket_id: int) -> Sequence[tuple[Article, str]]:
    """(article, used or solved), the newest link first. Whether the viewer may see the ticket is the caller's to ask."""
    query = select(Article, ArticleTicket.kind).join(ArticleTicket, ArticleTicket.article_id == Article.id)
    rows = session.execute(
        query.where(ArticleTicket.ticket_id == ticket_id, readable(viewer)).order_by(ArticleTicket.at.desc())
    )
    return [(row, kind) for row, kind in rows]


def tickets_of_article(
    session: Session, viewer: Viewer, article_id: int, limit: int = 200
) -> Sequence[tuple[int, str]]:
    """(ticket id, used or solved), newest first. Which of these tickets the viewer may see is the caller's to ask."""
    query = select(ArticleTicket.ticket_id, ArticleTicket.kind).order_by(ArticleTicket.at.desc()).limit(limit)
    rows = session.execute(query.where(ArticleTicket.article_id == article(session, viewer, article_id).id))
    return [(ticket_id, kind) for ticket_id, kind in rows]
