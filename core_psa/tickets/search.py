"""Full-text search over the cleaned text: FTS5 on SQLite, tsvector on PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, column, func, insert, literal_column, select, table
from sqlalchemy.orm import Session

from core_psa.db.full_text import fts_query, on_sqlite, terms, ts_query
from core_psa.tickets.tables import TicketText

# The newest matches are considered, never all: a common word at a million tickets must not cost a million rows.
NEWEST = 10_000

_FTS = table("ticket_search", column("rowid"), column("text"))


def write_texts(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Stores cleaned texts (keys ticket_id, text, text_version, text_hash) and makes them searchable in the same transaction."""
    if not rows:
        return
    session.execute(insert(TicketText), list(rows))
    if on_sqlite(session):
        session.execute(insert(_FTS), [{"rowid": row["ticket_id"], "text": row["text"]} for row in rows])


def newest_matching(session: Session, words: str) -> Select[Any]:
    """Ids of the newest tickets whose text holds every one of these words.

    The last word may be a beginning where no ticket holds it as a word: someone is still typing. (Merging the lists of
    everything that begins with a common word costs as much as reading all of them, so a whole word is tried first.)
    """
    wanted = terms(words)
    whole = _matching(session, wanted, beginning=False)
    if not wanted or session.scalar(whole.limit(1)) is not None:
        return whole
    return _matching(session, wanted, beginning=True)


def _matching(session: Session, wanted: list[str], *, beginning: bool) -> Select[Any]:
    if on_sqlite(session):
        match: ColumnElement[bool] = literal_column("ticket_search").op("MATCH")(fts_query(wanted, beginning=beginning))
        return select(_FTS.c.rowid).select_from(_FTS).where(match).order_by(_FTS.c.rowid.desc()).limit(NEWEST)
    query = func.to_tsquery("simple", ts_query(wanted, beginning=beginning))
    found = select(TicketText.ticket_id).where(literal_column("search").op("@@")(query))
    return found.order_by(TicketText.ticket_id.desc()).limit(NEWEST)
