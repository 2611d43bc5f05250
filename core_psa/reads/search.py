"""Searching everything that was written: tickets with the place where the words stand, and articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, True_, and_, func, literal, select
from sqlalchemy.orm import Session

from core_psa.db.excerpts import Piece, best_spot, excerpt, marked
from core_psa.db.paging import DEFAULT_LIMIT, checked_limit, decode, encode, place
from core_psa.reads.queue import QueueRow, rows_of
from core_psa.reads.queue_filter import QueueFilter, conditions_of
from core_psa.tickets import store
from core_psa.tickets.search import NEWEST, Matching, matching
from core_psa.tickets.tables import Action, Ticket, TicketText
from core_psa.viewer import Viewer

Order = Literal["newest", "relevance"]
ORDERS: tuple[Order, ...] = ("newest", "relevance")

# Relevance ranks so many matches; whoever needs the rest asks for better words.
RANKED = 2_000
# So many messages of a page of tickets are looked through for the words, of each so many characters.
_MESSAGES, _CHARACTERS = 2_000, 10_000


@dataclass(frozen=True)
class Found:
    """A ticket, its subject with the words marked, and where else they stand: the message's kind, author and time, all
    None for the first message."""

    row: QueueRow
    subject: list[Piece]
    excerpt: list[Piece]
    kind: str | None = None
    author: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Results:
    """`total` is exact up to 10,000, of the newest 10,000 matches; `total_is_floor` says that there may be more. A page can
    be short, or empty, and yet have a next one: only so many matches are looked through for those that pass the filters."""

    items: Sequence[Found]
    next_cursor: str | None
    total: int
    total_is_floor: bool


def search_tickets(
    session: Session,
    viewer: Viewer,
    words: str,
    wanted: QueueFilter,
    *,
    order: Order = "newest",
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Results:
    """The tickets this viewer may see on which, as far as they may read it, every one of these words stands.

    Newest first without an end, or those that fit best among the newest RANKED. Raises Invalid.
    """
    checked_limit(limit)
    looked_for = matching(session, viewer, words)
    if not looked_for.terms:
        return Results((), None, 0, False)
    conditions = _conditions(session, viewer, wanted)
    newest = _look(session, looked_for, conditions)
    if order == "relevance":
        ids, following = _best(session, looked_for, conditions, newest, place(cursor), limit)
    else:
        (below,) = decode(cursor, 1) if cursor else (None,)
        looked = _look(session, looked_for, conditions, below) if below else newest
        ids, following = _next(session, looked_for, conditions, looked, limit)
    return Results(_found(session, viewer, looked_for.terms, ids), following, newest.passing, newest.more)


def count_tickets(session: Session, viewer: Viewer, words: str, wanted: QueueFilter) -> tuple[int, bool]:
    """`total` and `total_is_floor` as `search_tickets` tells them."""
    looked_for = matching(session, viewer, words)
    if not looked_for.terms:
        return 0, False
    newest = _look(session, looked_for, _conditions(session, viewer, wanted))
    return newest.passing, newest.more


Conditions = Sequence[ColumnElement[bool]]


def _conditions(session: Session, viewer: Viewer, wanted: QueueFilter) -> Conditions:
    return [each for each in conditions_of(session, viewer, wanted) if not isinstance(each, True_)]


class _Look(NamedTuple):
    """How many of the newest matches (below an id, if given) were looked at, how many `passing` the conditions, and the
    newest and oldest of them."""

    looked: int
    passing: int
    first: int
    last: int
    below: int | None

    @property
    def more(self) -> bool:
        """Whether there may be older ones."""
        return self.looked == NEWEST

    @property
    def everywhere(self) -> bool:
        """Whether the words stand on more than a third of the tickets."""
        return self.more and self.first - self.last < 3 * NEWEST


def _look(session: Session, looked_for: Matching, conditions: Conditions, below: int | None = None) -> _Look:
    """Counted where they are found: making objects of ten thousand matches takes longer than finding them."""
    matches = looked_for.newest(session, below).subquery()
    looked = func.count(matches.c.id)
    passing = func.count(Ticket.id) if conditions else looked
    query = select(looked, passing, func.max(matches.c.id), func.min(matches.c.id))
    if conditions:
        query = query.select_from(matches.outerjoin(Ticket, and_(Ticket.id == matches.c.id, *conditions)))
    number, passed, first, last = session.execute(query).one()
    return _Look(number, passed, first or 0, last or 0, below)


def _next(
    session: Session, looked_for: Matching, conditions: Conditions, looked: _Look, limit: int
) -> tuple[Sequence[int], str | None]:
    query = looked_for.between(session, looked.last, looked.below, *conditions)
    ids = session.scalars(query.limit(limit + 1)).all()
    if len(ids) > limit:
        return ids[:limit], encode([ids[limit - 1]])
    return ids, encode([looked.last]) if looked.more else None


def _best(
    session: Session, looked_for: Matching, conditions: Conditions, newest: _Look, start: int, limit: int
) -> tuple[Sequence[int], str | None]:
    """Words that stand everywhere tell no ticket from another, and ranking would read every place where they stand."""
    rank = literal(0.0) if newest.everywhere else looked_for.rank(session)
    query = looked_for.between(session, newest.last, None, *conditions).add_columns(rank.label("rank"))
    ranked = query.limit(RANKED).subquery()
    best = select(ranked.c.id).order_by(ranked.c.rank.desc(), ranked.c.id.desc()).offset(start).limit(limit + 1)
    ids = session.scalars(best).all()
    return ids[:limit], encode([start + limit]) if len(ids) > limit else None


def _found(session: Session, viewer: Viewer, looked_for: Sequence[str], ids: Sequence[int]) -> list[Found]:
    texts = _texts(session, ids)
    messages = _messages(session, viewer, ids)
    return [_shown(row, texts.get(row.id, ""), messages.get(row.id, []), looked_for) for row in rows_of(session, ids)]


class _Message(NamedTuple):
    ticket_id: int
    body: str
    kind: str
    author: str
    at: datetime


def _texts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    text = func.substr(TicketText.text, 1, _CHARACTERS, type_=TicketText.text.type)
    query = select(TicketText.ticket_id, text).where(TicketText.ticket_id.in_(ids))
    return {ticket_id: said for ticket_id, said in session.execute(query)}


def _messages(session: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, list[_Message]]:
    """What was written on these tickets after their first message, as far as the viewer may read it, newest first."""
    body = func.substr(Action.body, 1, _CHARACTERS, type_=Action.body.type)
    query = select(Action.ticket_id, body, Action.kind, Action.actor_name, Action.at)
    query = query.where(Action.ticket_id.in_(ids), store.readable(viewer), Action.kind != "created")
    query = query.where(Action.body.is_not(None)).order_by(Action.id.desc()).limit(_MESSAGES)
    found: dict[int, list[_Message]] = {}
    for row in session.execute(query):
        found.setdefault(row.ticket_id, []).append(_Message(*row))
    return found


def _shown(row: QueueRow, text: str, messages: Sequence[_Message], looked_for: Sequence[str]) -> Found:
    first = f"{text}\n".removeprefix(f"{row.subject}\n").rstrip()
    spot = best_spot([first, *(message.body for message in messages)], looked_for, row.subject)
    subject = marked(row.subject, looked_for)
    if spot is None or spot.which == 0:
        return Found(row, subject, spot.excerpt if spot else excerpt(first, ()))
    message = messages[spot.which - 1]
    return Found(row, subject, spot.excerpt, message.kind, message.author, message.at)
