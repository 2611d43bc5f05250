"""Finding articles by their words, within the reader's wall: FTS5 on SQLite, tsvector on PostgreSQL."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, column, func, literal_column, select, table
from sqlalchemy.orm import Session

from core_psa.db.excerpts import Piece, excerpt
from core_psa.db.full_text import fts_query, on_sqlite, terms, ts_query
from core_psa.db.paging import DEFAULT_LIMIT, Page, checked_limit, encode, place
from core_psa.knowledge.store import EVERYTHING, ArticleFilter, readable, wanted
from core_psa.knowledge.tables import Article
from core_psa.viewer import Viewer

# Relevance ranks so many matches; whoever needs the rest asks for better words.
RANKED = 2_000

_FTS = table("article_search", column("rowid"))
_VECTOR = (
    "setweight(to_tsvector('simple', words_of(title)), 'A') || "
    "setweight(to_tsvector('simple', words_of(search_text)), 'B')"
)


class Found(NamedTuple):
    """`excerpt` is a piece of the article, cut where the words stand that were looked for."""

    article: Article
    excerpt: list[Piece]


def search(
    session: Session,
    viewer: Viewer,
    words: str,
    given: ArticleFilter = EVERYTHING,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Found]:
    """Articles with all of these words, the best first; where there is none, those with any of them.

    The last word may be a beginning: someone is still typing. Raises Forbidden or Invalid.
    """
    checked_limit(limit)
    start = place(cursor)
    looked_for = terms(words)
    ids = _ranked(session, viewer, looked_for, given)
    shown = ids[start : start + limit]
    more = len(ids) > start + limit
    rows = {row.id: row for row in session.scalars(select(Article).where(Article.id.in_(shown)))}
    found = [Found(rows[i], excerpt(rows[i].search_text, looked_for)) for i in shown if i in rows]
    return Page(found, encode([start + limit]) if more else None)


def count(session: Session, viewer: Viewer, words: str, given: ArticleFilter = EVERYTHING) -> int:
    """How many articles a search finds, at most RANKED. Raises Forbidden."""
    return len(_ranked(session, viewer, terms(words), given))


def _ranked(session: Session, viewer: Viewer, looked_for: list[str], given: ArticleFilter) -> Sequence[int]:
    if not looked_for:
        return []
    for every in (True, False):
        query = _matching(session, looked_for, every=every).where(readable(viewer), *wanted(given))
        if ids := session.scalars(query.limit(RANKED)).all():
            return ids
    return []


def _matching(session: Session, looked_for: list[str], *, every: bool) -> Select[Any]:
    if on_sqlite(session):
        match: ColumnElement[bool] = literal_column("article_search").op("MATCH")(
            fts_query(looked_for, beginning=True, every=every)
        )
        rank = func.bm25(literal_column("article_search"), 5.0, 1.0)
        return select(Article.id).join(_FTS, _FTS.c.rowid == Article.id).where(match).order_by(rank, Article.id.desc())
    said = func.to_tsquery("simple", ts_query(looked_for, beginning=True, every=every))
    vector: ColumnElement[Any] = literal_column(f"({_VECTOR})")
    rank = func.ts_rank(vector, said)
    return select(Article.id).where(vector.op("@@")(said)).order_by(rank.desc(), Article.id.desc())
