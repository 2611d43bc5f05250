"""Keeping the indexes in step with the store, by reading its feed of changes.

The solved index holds what triage may learn from; the recent one holds what is open or came in lately.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core_psa.db import Database, Work
from core_psa.tickets import store
from core_psa.tickets.tables import Ticket
from core_psa.vectors import store as vectors
from core_psa.vectors.tables import NeighbourChange, TicketVector
from embeddings.base_file import MANIFEST
from embeddings.index import VectorIndex
from embeddings.solved_index import SolvedIndex
from triage.desk.history import trusted

RECENT = timedelta(days=14)
_BATCH = 500
# Two transactions on PostgreSQL may commit in another order than they drew their numbers in; reading a little again is harmless.
_REREAD = 200
# Another process reads the feed every few seconds; one that slept for longer than this has to start again.
_KEPT = timedelta(days=2)


def as_array(blobs: Sequence[bytes], dim: int) -> NDArray[np.float32]:
    """Stored vectors as rows (n, dim)."""
    return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), dim)


def recent(now: datetime) -> ColumnElement[bool]:
    return or_(store.unsolved(), Ticket.created_at >= now - RECENT)


class Follower:
    """One index following the feed from `position` on; `belongs` says which tickets it holds."""

    def __init__(self, index: VectorIndex, encoder_id: str, dim: int, position: int) -> None:
        self.index = index
        self.position = position
        self._encoder_id, self._dim = encoder_id, dim

    def catch_up(self, session: Session, belongs: ColumnElement[bool]) -> None:
        """Applies every change since the last call."""
        self.position = self._follow(session, self.index, self.position, belongs)

    def _follow(self, session: Session, index: VectorIndex, position: int, belongs: ColumnElement[bool]) -> int:
        """Applies the changes after a position to an index; returns the position it then stands for."""
        overlap = _REREAD if session.get_bind().dialect.name == "postgresql" else 0
        read_from = max(0, position - overlap)
        while rows := vectors.changes_after(session, read_from, _BATCH):
            self._apply(session, index, list({ticket_id for _, ticket_id in rows}), belongs)
            read_from = rows[-1][0]
        return max(position, read_from)

    def _apply(self, session: Session, index: VectorIndex, ticket_ids: list[int], belongs: ColumnElement[bool]) -> None:
        query = (
            select(TicketVector.ticket_id, TicketVector.vector)
            .join(Ticket, Ticket.id == TicketVector.ticket_id)
            .where(TicketVector.encoder_id == self._encoder_id, TicketVector.ticket_id.in_(ticket_ids), belongs)
        )
        rows = session.execute(query).all()
        present = {row[0] for row in rows}
        gone = [i for i in ticket_ids if i not in present]
        if gone:
            index.remove(np.array(gone, dtype=np.int64))
        if rows:
            ids = np.array([row[0] for row in rows], dtype=np.int64)
            index.add(ids, as_array([row[1] for row in rows], self._dim))


class SolvedFollower(Follower):
    """The solved index following the feed; a child process may publish a new base in its folder."""

    index: SolvedIndex

    def __init__(self, index: SolvedIndex, encoder_id: str, dim: int, folder: Path) -> None:
        super().__init__(index, encoder_id, dim, index.position)
        self._manifest = folder / MANIFEST
        self._published_at = written_at(self._manifest)

    def reload(self, session: Session, belongs: ColumnElement[bool]) -> None:
        """Takes up a newer base if there is one, brought up to the store before anybody searches it."""
        published_at = written_at(self._manifest)
        if published_at == self._published_at:
            return
        self._published_at = published_at

        def follow(fresh: VectorIndex, position: int) -> None:
            self.position = self._follow(session, fresh, position, belongs)

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

    def __init__(self, index: SharedIndex, encoder_id: str, dim: int) -> None:
        super().__init__(index, encoder_id, dim, index.position)

    def catch_up(self, session: Session, belongs: ColumnElement[bool]) -> None:
        """Applies every change that no process has applied, unless another one is about it."""
        with self.index.alone() as alone:
            if alone:
                self.position = self._follow(session, self.index, self.index.position, belongs)
                self.index.advance(self.position)

    def reload(self, _session: Session, _belongs: ColumnElement[bool]) -> None:
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


def fill_recent(db: Database, index: VectorIndex, encoder_id: str, dim: int) -> int:
    """Loads the open and recent tickets; returns the feed's position they stand for."""
    with db.read() as session:
        position = vectors.last_change(session)
        query = (
            select(TicketVector.ticket_id, TicketVector.vector)
            .join(Ticket, Ticket.id == TicketVector.ticket_id)
            .where(TicketVector.encoder_id == encoder_id, recent(db.clock.now()))
        )
        for rows in session.execute(query).partitions(2_000):
            index.add(np.array([r[0] for r in rows], dtype=np.int64), as_array([r[1] for r in rows], dim))
    return position


__all__ = [
    "RECENT",
    "Follower",
    "SharedFollower",
    "SharedIndex",
    "SolvedFollower",
    "SolvedVectors",
    "as_array",
    "fill_recent",
    "forget_read_changes",
    "recent",
    "trusted",
]
