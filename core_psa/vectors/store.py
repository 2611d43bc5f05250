"""Reading and writing vectors, and the feed of changes that indexes follow."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from core_psa.db.records import table_of
from core_psa.vectors.tables import NeighbourChange, TicketVector


class Row(TypedDict):
    """One ticket's vector: float32 numbers in little-endian order, of the text with this hash."""

    ticket_id: int
    encoder_id: str
    text_hash: str
    vector: bytes


# Put together once, on tables: each triage asks these.
_VECTOR, _CHANGE = table_of(TicketVector), table_of(NeighbourChange)
_CHANGES = (
    select(_CHANGE.c.seq, _CHANGE.c.ticket_id)
    .where(_CHANGE.c.seq > bindparam("after"))
    .order_by(_CHANGE.c.seq)
    .limit(bindparam("limit"))
)
_FORMER = delete(_VECTOR).where(
    _VECTOR.c.encoder_id == bindparam("encoder_id"), _VECTOR.c.ticket_id.in_(bindparam("ids", expanding=True))
)
_SAVE, _CHANGED = insert(_VECTOR), insert(_CHANGE)


def save(session: Session, rows: Sequence[Row], now: datetime) -> None:
    """Stores or replaces vectors of one encoder, and tells the indexes."""
    tickets = [row["ticket_id"] for row in rows]
    session.execute(_FORMER, {"encoder_id": rows[0]["encoder_id"], "ids": tickets})
    session.execute(_SAVE, [dict(row) for row in rows])
    session.execute(_CHANGED, [{"ticket_id": ticket_id, "at": now} for ticket_id in tickets])


def tell_indexes(session: Session, ticket_id: int, now: datetime) -> None:
    """This ticket may have joined or left what an index holds."""
    session.add(NeighbourChange(ticket_id=ticket_id, at=now))


def of_tickets(session: Session, encoder_id: str, ticket_ids: Sequence[int]) -> dict[int, bytes]:
    query = select(TicketVector.ticket_id, TicketVector.vector)
    query = query.where(TicketVector.encoder_id == encoder_id, TicketVector.ticket_id.in_(ticket_ids))
    return {ticket_id: vector for ticket_id, vector in session.execute(query)}


def changes_after(session: Session, seq: int, limit: int) -> list[tuple[int, int]]:
    """(seq, ticket id) of the changes after this position, oldest first."""
    rows = session.execute(_CHANGES, {"after": seq, "limit": limit})
    return [(number, ticket_id) for number, ticket_id in rows]


def last_change(session: Session) -> int:
    return session.scalar(select(func.max(NeighbourChange.seq))) or 0


def forget_changes_before(session: Session, seq: int) -> None:
    """Drops what every index has read."""
    session.execute(delete(NeighbourChange).where(NeighbourChange.seq < seq))


def encoders(session: Session) -> dict[str, int]:
    """How many vectors each encoder has."""
    query = select(TicketVector.encoder_id, func.count()).group_by(TicketVector.encoder_id)
    return {encoder_id: count for encoder_id, count in session.execute(query)}
