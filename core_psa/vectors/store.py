"""Reading and writing vectors, and the feed of changes that indexes follow."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from core_psa.vectors.tables import NeighbourChange, TicketVector


def save(session: Session, ticket_id: int, encoder_id: str, text_hash: str, vector: bytes, now: datetime) -> None:
    """Stores or replaces one ticket's vector for this encoder, and tells the indexes."""
    row = session.get(TicketVector, (ticket_id, encoder_id))
    if row is None:
        session.add(TicketVector(ticket_id=ticket_id, encoder_id=encoder_id, text_hash=text_hash, vector=vector))
    else:
        row.text_hash, row.vector = text_hash, vector
    tell_indexes(session, ticket_id, now)


def tell_indexes(session: Session, ticket_id: int, now: datetime) -> None:
    """This ticket may have joined or left what an index holds."""
    session.add(NeighbourChange(ticket_id=ticket_id, at=now))


def of_tickets(session: Session, encoder_id: str, ticket_ids: Sequence[int]) -> dict[int, bytes]:
    query = select(TicketVector.ticket_id, TicketVector.vector)
    query = query.where(TicketVector.encoder_id == encoder_id, TicketVector.ticket_id.in_(ticket_ids))
    return {ticket_id: vector for ticket_id, vector in session.execute(query)}


def changes_after(session: Session, seq: int, limit: int) -> Sequence[Row[int, int]]:
    """(seq, ticket id) of the changes after this position, oldest first."""
    query = select(NeighbourChange.seq, NeighbourChange.ticket_id).where(NeighbourChange.seq > seq)
    return session.execute(query.order_by(NeighbourChange.seq).limit(limit)).all()


def last_change(session: Session) -> int:
    return session.scalar(select(func.max(NeighbourChange.seq))) or 0


def forget_changes_before(session: Session, seq: int) -> None:
    """Drops what every index has read."""
    session.execute(delete(NeighbourChange).where(NeighbourChange.seq < seq))


def encoders(session: Session) -> dict[str, int]:
    """How many vectors each encoder has."""
    query = select(TicketVector.encoder_id, func.count()).group_by(TicketVector.encoder_id)
    return {encoder_id: count for encoder_id, count in session.execute(query)}
