"""Keeping the indexes in step with the store, by reading its feed of changes.

The solved index holds what triage may learn from; the recent one holds what is open or came in lately.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from core_psa.db import Database, Work
from core_psa.tickets import store
from core_psa.tickets.tables import Ticket
from core_psa.vectors import store as vectors
from core_psa.vectors.tables import NeighbourChange, TicketVector
from embeddings.base_file import MANIFEST
from embeddings.index import VectorIndex
from embeddings.solved_index import SolvedIndex
from triage.desk.history import TRUSTED

RECENT = timedelta(days=14)
_BATCH = 500
# Two transactions on PostgreSQL may commit in another order than they drew their numbers in; reading a little again is harmless.
_REREAD = 200
# Another process reads the feed every few seconds; one that slept for longer than this has to start again.
_KEPT = timedelta(days=2)


def as_array(blobs: Sequence[bytes], dim: int) -> NDArray[np.float32]:
    """Stored vectors as rows (n, dim)."""
    return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), dim)


# Open, or came in after the instant `recently`; spam is like nothing that people ask for.
RECENTLY = and_(~Ticket.spam, or_(store.unsolved(), Ticket.created_at >= bindparam("recently")))


@dataclass
class Follower:
    """An index that follows the feed: which tickets belong in it, and the position it stands for."""

    index: VectorIndex
    belongs: ColumnElement[bool]
    position: int


class Feed:
    """The store's changes, applied to indexes of one encoder's vectors."""

    def __init__(self, encoder_id: str, dim: int) -> None:
        self._encoder_id, self._dim = encoder_id, dim

    def catch_up(self, session: Session, followers: Sequence[Follower], now: datetime) -> None:
        """Brings every index up to the store. A change that one of them has read already changes nothing in it."""
        overlap = _REREAD if session.get_bind().dialect.name == "postgresql" else 0
        read_from = max(0, min(follower.position for follower in followers) - overlap)
        while changes := vectors.changes_after(session, read_from, _BATCH):
            self._apply(session, followers, list({ticket_id for _, ticket_id in changes}), now - RECENT)
            read_from = changes[-1][0]
            if len(changes) < _BATCH:
                break
        for follower in followers:
            follower.position = max(follower.position, read_from)

    def _apply(
        self, session: Session, followers: Sequence[Follower], ticket_ids: list[int], recently: datetime
    ) -> None:
        query = _vectors(tuple(follower.belongs for follower in followers))
        values = {"encoder_id": self._encoder_id, "ids": ticket_ids, "recently": recently}
        rows = session.execute(query, values).all()
        for place, follower in enumerate(followers, 2):
            self._keep(follower.index, ticket_ids, {row[0]: row[1] for row in rows if row[place]})

    def _keep(self, index: VectorIndex, ticket_ids: list[int], present: dict[int, bytes]) -> None:
        """Of these tickets, the index holds those present and no others."""
        if gone := [ticket_id for ticket_id in ticket_ids if ticket_id not in present]:
            index.remove(np.array(gone, dtype=np.int64))
        if present:
            index.add(np.array(list(present), dtype=np.int64), as_array(list(present.values()), self._dim))


@cache
def _vectors(belongs: tuple[ColumnElement[bool], ...]) -> Select[*tuple[Any, ...]]:
    """Tickets with their vectors, and where each belongs. Building the statement takes longer than running it."""
    query = select(TicketVector.ticket_id, TicketVector.vector, *belongs)
    query = query.join(Ticket, Ticket.id == TicketVector.ticket_id)
    asked = TicketVector.ticket_id.in_(bindparam("ids", expanding=True))
    return query.where(TicketVector.encoder_id == bindparam("encoder_id"), asked)


class SolvedFollower(Follower):
    """The solved index following the feed; a child process may publish a new base in its folder."""

    index: SolvedIndex

    def __init__(self, index: SolvedIndex, folder: Path) -> None:
        super().__init__(index, TRUSTED, index.position)
        self._manifest = folder / MANIFEST
        self._published_at = written_at(self._manifest)

    def follow(self, session: Session, feed: Feed, others: Sequence[Follower], now: datetime) -> None:
        """Brings this index up to the store, and others in the same reading."""
        feed.catch_up(session, [self, *others], now)

    def reload(self, session: Session, feed: Feed, now: datetime) -> None:
        """Takes up a newer base if there is one, brought up to the store before anybody searches it."""
        published_at = written_at(self._manifest)
        if published_at == self._published_at:
            return
        self._published_at = published_at

        def follow(fresh: VectorIndex, position: int) -> None:
            follower = Follower(fresh, self.belongs, position)
            feed.catch_up(session, [follower], now)
            self.position = follower.position

        self.index.reload(follow)


class SolvedVectors(VectorIndex, Protocol):
    """An index of solved tickets that knows how far in the feed it reaches, and whether it is to be built anew."""

    @property
    def position(self) -> int: ...

    @property
    def needs_rebuild(self) -> bool: ...


class SharedIndex(SolvedVectors, Protocol):
    """One that several processes share; `alone` says whether this one may write to it now."""

    def alone(self) -> AbstractContextManager[bool]: ...

    def advance(self, position: int) -> None: ...

    def clear(self) -> None: ...


class SharedFollower(Follower):
    """A solved index that several processes share: whoever looks first applies what is new, and all find it."""

    index: SharedIndex

    def __init__(self, index: SharedIndex) -> None:
        super().__init__(index, TRUSTED, index.position)

    def follow(self, session: Session, feed: Feed, others: Sequence[Follower], now: datetime) -> None:
        """Brings others up to the store, and this index unless another process is about it."""
        feed.catch_up(session, others, now)
        with self.index.alone() as alone:
            if alone:
                self.position = self.index.position
                feed.catch_up(session, [self], now)
                self.index.advance(self.position)

    def reload(self, _session: Session, _feed: Feed, _now: datetime) -> None:
        """What a child process has filled is in the same table."""
        self.position = self.index.position


def written_at(path: Path) -> int | None:
    """A number that differs after every writing; None where there is no file."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def forget_read_changes(w: Work, position: int) -> None:
    """Drops changes that the base at this position holds and that every running process has read long since."""
    long_since = select(func.max(NeighbourChange.seq)).where(NeighbourChange.at < w.now - _KEPT)
    vectors.forget_changes_before(w.session, min(position, w.session.scalar(long_since) or 0))


def recent_tickets(db: Database, index: VectorIndex, encoder_id: str, dim: int) -> Follower:
    """Fills an index with the open and recent tickets; from here on it follows the feed."""
    with db.read() as session:
        position = vectors.last_change(session)
        query = (
            select(TicketVector.ticket_id, TicketVector.vector)
            .join(Ticket, Ticket.id == TicketVector.ticket_id)
            .where(TicketVector.encoder_id == encoder_id, RECENTLY)
        )
        for rows in session.execute(query, {"recently": db.clock.now() - RECENT}).partitions(2_000):
            index.add(np.array([r[0] for r in rows], dtype=np.int64), as_array([r[1] for r in rows], dim))
    return Follower(index, RECENTLY, position)


__all__ = [
    "RECENT",
    "RECENTLY",
    "Feed",
    "Follower",
    "SharedFollower",
    "SharedIndex",
    "SolvedFollower",
    "SolvedVectors",
    "as_array",
    "forget_read_changes",
    "recent_tickets",
]
