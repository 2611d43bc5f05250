"""Reading and writing vectors, and the feed of changes that indexes follow."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from core_psa.vectors.tables import NeighbourChange, TicketVector


class Row(TypedDict):
    """One ticket's vector: float32 numbers in little-endian order, of the text with this hash."""

    ticket_id: int
    encoder_id: str
    text_hash: str
    vector: bytes


_CHANGES = (
    select(NeighbourChange.seq, NeighbourChange.ticket_id)
    .where(NeighbourChange.seq > bindparam("after"))
    .order_by(NeighbourChange.seq)
    .limit(bindparam("limit"))
)


def save(session: Session, rows: Sequence[Row], now: datetime) -> None:
    """Stores or replaces vectors of one encoder, and tells the indexes."""
    tickets = [row["ticket_id"] for row in rows]
    former = delete(TicketVector).where(
        TicketVector.encoder_id == rows[0]["encoder_id"], TicketVector.ticket_id.in_(tickets)
    )
    session.execute(former.execution_options(synchronize_session=False))
    session.execute(insert(TicketVector), [dict(row) for row in rows])
    session.execute(insert(NeighbourChange), [{"ticket_id": ticket_id, "at": now} for ticket_id in tickets])


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
