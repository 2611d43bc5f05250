"""Keeping the indexes in step with the store, by reading its feed of changes.

The solved index holds what triage may learn from; the recent one holds what is open or came in lately.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from core_psa.db import Database
from core_psa.tickets.tables import Ticket
from core_psa.vectors import store as vectors
from core_psa.vectors.tables import TicketVector
from embeddings.index import VectorIndex
from triage.desk.history import trusted

RECENT = timedelta(days=14)
_BATCH = 500
# Two transactions on PostgreSQL may commit in another order than they drew their numbers in; reading a little again is harmless.
_REREAD = 200


def as_array(blobs: Sequence[bytes], dim: int) -> NDArray[np.float32]:
    """Stored vectors as rows (n, dim)."""
    return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), dim)


def recent(now: datetime) -> ColumnElement[bool]:
    return or_(Ticket.state.in_(("open", "paused")), Ticket.created_at >= now - RECENT)


class Follower:
    """One index following the feed from `position` on; `belongs` says which tickets it holds."""

    def __init__(self, index: VectorIndex, encoder_id: str, dim: int, position: int) -> None:
        self.index = index
        self.position = position
        self._encoder_id, self._dim = encoder_id, dim

    def catch_up(self, session: Session, belongs: ColumnElement[bool]) -> int:
        """Applies every change since the last call; returns how many tickets were looked at."""
        overlap = _REREAD if session.get_bind().dialect.name == "postgresql" else 0
        seen = 0
        position = max(0, self.position - overlap)
        while rows := vectors.changes_after(session, position, _BATCH):
            self._apply(session, list({ticket_id for _, ticket_id in rows}), belongs)
            position = rows[-1][0]
            seen += len(rows)
        self.position = max(self.position, position)
        return seen

    def _apply(self, session: Session, ticket_ids: list[int], belongs: ColumnElement[bool]) -> None:
        query = (
            select(TicketVector.ticket_id, TicketVector.vector)
            .join(Ticket, Ticket.id == TicketVector.ticket_id)
            .where(TicketVector.encoder_id == self._encoder_id, TicketVector.ticket_id.in_(ticket_ids), belongs)
        )
        rows = session.execute(query).all()
        present = {row[0] for row in rows}
        gone = [i for i in ticket_ids if i not in present]
        if gone:
            self.index.remove(np.array(gone, dtype=np.int64))
        if rows:
            ids = np.array([row[0] for row in rows], dtype=np.int64)
            self.index.add(ids, as_array([row[1] for row in rows], self._dim))


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


__all__ = ["RECENT", "Follower", "as_array", "fill_recent", "recent", "trusted"]
