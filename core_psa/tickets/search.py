"""Full-text search over all that was written on tickets: FTS5 on SQLite, tsvector on PostgreSQL.

A ticket is one document of four parts, so that words may stand in different messages, and so that internal notes can be
left out for whoever may not read them: the wall is in the query, not after it. The documents hold no text, only where
words stand; `write_words` makes them again from what is stored.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Executable,
    Select,
    String,
    bindparam,
    column,
    func,
    insert,
    literal_column,
    not_,
    select,
    table,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from core_psa.db.full_text import fts_query, on_sqlite, terms, ts_query, unaccented
from core_psa.db.records import table_of
from core_psa.tickets.store import visible
from core_psa.tickets.tables import Action, Ticket, TicketText
from core_psa.viewer import Viewer

# The newest matches are considered, never all: a common word at a million tickets must not cost a million rows.
NEWEST = 10_000

# A shorter beginning is that of a good part of all words.
_SHORTEST_BEGINNING = 3
# FTS5 merges the lists of all words of a beginning before it gives the first ticket; of so few words it needs not.
FEW_WORDS = 64
# A tsvector holds at most 1 MB; no ticket is searched for its hundred-thousandth character.
_LONGEST = 100_000

_PARTS = ("subject", "message", "said", "notes")
_WEIGHTS = dict(zip(_PARTS, "ABCD", strict=True))
# What a word in each part counts for when matches are ranked.
_WORTH = {"subject": 10.0, "message": 4.0, "said": 2.0, "notes": 2.0}

_NEW_TEXTS = insert(table_of(TicketText))
_FTS = table("ticket_words", column("rowid"), *(column(part) for part in _PARTS))
_VECTORS = table("ticket_words", column("ticket_id"), column("words"))
_VOCABULARY = table("ticket_vocabulary", column("term", String()))


def write_texts(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Stores cleaned texts (keys ticket_id, text, text_version, text_hash) and makes their tickets findable."""
    if rows:
        session.execute(_NEW_TEXTS, list(rows))
        write_words(session, [row["ticket_id"] for row in rows])


def write_words(session: Session, ticket_ids: Collection[int]) -> None:
    """Makes tickets findable by everything that stands on them now. Those whose text is not cleaned yet stay out: whoever
    cleans it does this too."""
    session.flush()
    session.execute(_WRITE_FTS if on_sqlite(session) else _WRITE_VECTORS, {"ids": list(ticket_ids)})


def _documents(*values: Any) -> Select[Any]:
    query = select(Ticket.id, *values).join(TicketText, TicketText.ticket_id == Ticket.id)
    return query.where(Ticket.id.in_(bindparam("ids", expanding=True)))


def _said(public: bool) -> ColumnElement[Any]:
    """What was written on the ticket after its first message, for all to read or internally."""
    words = func.substr(func.aggregate_strings(Action.body, " "), 1, _LONGEST)
    kind = Action.public if public else not_(Action.public)
    return select(words).where(Action.ticket_id == Ticket.id, Action.kind != "created", kind).scalar_subquery()


def _vector(text: ColumnElement[Any] | Any) -> ColumnElement[Any]:
    return func.to_tsvector(literal_column("'simple'"), func.words_of(func.left(func.coalesce(text, ""), _LONGEST)))


def _writing_fts(parts: Mapping[str, Any]) -> Executable:
    documents = _documents(*parts.values())
    return insert(_FTS).prefix_with("OR REPLACE").from_select(["rowid", *_PARTS], documents)


def _writing_vectors(parts: Mapping[str, Any]) -> Executable:
    vectors = [func.setweight(_vector(text), literal_column(f"'{_WEIGHTS[part]}'")) for part, text in parts.items()]
    whole = vectors[0].op("||")(vectors[1]).op("||")(vectors[2]).op("||")(vectors[3])
    write = postgresql.insert(_VECTORS).from_select(["ticket_id", "words"], _documents(whole))
    return write.on_conflict_do_update(index_elements=["ticket_id"], set_={"words": write.excluded.words})


# Built once: every message asks, and building a statement costs more than running it.
_TEXTS = {"subject": Ticket.subject, "message": TicketText.text, "said": _said(True), "notes": _said(False)}
_WRITE_FTS, _WRITE_VECTORS = _writing_fts(_TEXTS), _writing_vectors(_TEXTS)


class Matching(NamedTuple):
    """What is looked for, as this viewer may look for it."""

    terms: Sequence[str]
    beginning: bool
    notes: bool
    begun: Sequence[str] = ()
    """The words that begin with the last term, where they are known."""

    def newest(self, session: Session, below: int | None = None) -> Select[Any]:
        """`id` of the newest matches, at most NEWEST, of those below this id."""
        found, key = self._rows(session)
        if below is not None:
            found = found.where(key < below)
        return found.order_by(key.desc()).limit(NEWEST)

    def between(
        self, session: Session, oldest: int, below: int | None, *conditions: ColumnElement[bool]
    ) -> Select[Any]:
        """`id` of the matches from this one on that fulfil conditions on tickets, newest first; found as they are read, so
        that the first few of very many are soon there."""
        found, key = self._rows(session)
        found = found.where(key >= oldest).order_by(key.desc())
        if below is not None:
            found = found.where(key < below)
        return found.join(Ticket, Ticket.id == key).where(*conditions) if conditions else found

    def rank(self, session: Session) -> ColumnElement[float]:
        """Of a match; what has the higher one fits better."""
        return self._fts_rank() if on_sqlite(session) else self._ts_rank()

    def _rows(self, session: Session) -> tuple[Select[Any], ColumnElement[int]]:
        if on_sqlite(session):
            matches: ColumnElement[bool] = literal_column("ticket_words").op("MATCH", return_type=Boolean())(
                self._fts()
            )
            return select(_FTS.c.rowid.label("id")).where(matches), _FTS.c.rowid
        matches = _VECTORS.c.words.op("@@", return_type=Boolean())(self._ts())
        return select(_VECTORS.c.ticket_id.label("id")).where(matches), _VECTORS.c.ticket_id

    def _fts(self) -> str:
        among = " ".join(_PARTS if self.notes else _PARTS[:-1])
        return fts_query(self.terms, beginning=self.beginning, begun=self.begun, among=among)

    def _ts(self) -> ColumnElement[Any]:
        among = "" if self.notes else "ABC"
        said = ts_query(self.terms, beginning=self.beginning, among=among)
        return func.to_tsquery(literal_column("'simple'"), said)

    def _fts_rank(self) -> ColumnElement[float]:
        return -func.bm25(literal_column("ticket_words"), *_WORTH.values())

    def _ts_rank(self) -> ColumnElement[float]:
        """PostgreSQL ranks by every part that holds a word, whatever the query asks: notes weigh nothing here then."""
        worth = {**_WORTH, "notes": _WORTH["notes"] if self.notes else 0.0}
        weights = ", ".join(str(worth[part] / 10) for part in reversed(_PARTS))
        return func.ts_rank(literal_column(f"'{{{weights}}}'::real[]"), _VECTORS.c.words, self._ts())


def matching(session: Session, viewer: Viewer, words: str) -> Matching:
    """Tickets on which every one of these words stands, as far as this viewer may read them.

    The last word may be a beginning where no ticket of theirs holds it as a word: someone is still typing. (Merging the
    lists of everything that begins with a common word costs as much as reading all of them, so a whole word comes first.)
    """
    looked_for = terms(words)
    whole = Matching(looked_for, False, notes=viewer.kind != "user" and viewer.may("tickets.see_notes"))
    if not looked_for or len(looked_for[-1]) < _SHORTEST_BEGINNING or _any(session, viewer, whole):
        return whole
    return whole._replace(beginning=True, begun=_begun(session, looked_for[-1]) if on_sqlite(session) else ())


def _begun(session: Session, term: str) -> Sequence[str]:
    """The words of any ticket that begin so; none if they are many, or are not found this way."""
    begin = unaccented(term)
    words = session.scalars(_BEGUN, {"begin": begin, "end": begin + chr(0x10FFFF)}).all()
    return words if len(words) <= FEW_WORDS else ()


def _beginning_so() -> Select[Any]:
    """From each word straight to the next one: the vocabulary has a row for every place where a word stands."""
    first = select(_VOCABULARY.c.term).where(_VOCABULARY.c.term < bindparam("end")).limit(1)
    begun = select(first.where(_VOCABULARY.c.term >= bindparam("begin")).scalar_subquery().label("term")).cte(
        recursive=True
    )
    following = first.where(_VOCABULARY.c.term >= begun.c.term.concat(func.char(1))).correlate(begun).scalar_subquery()
    begun = begun.union_all(select(following).where(begun.c.term.is_not(None)))
    return select(begun.c.term).where(begun.c.term.is_not(None)).limit(FEW_WORDS + 1)


_BEGUN = _beginning_so()


def _any(session: Session, viewer: Viewer, wanted: Matching) -> bool:
    """Within the wall, so that nobody learns from what is shown which words stand beyond it."""
    found = wanted.newest(session).subquery()
    seen = select(Ticket.id).join(found, found.c.id == Ticket.id).where(visible(viewer))
    return session.scalar(seen.limit(1)) is not None
