from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class TicketVector(Base):
    """A ticket's text as one encoder sees it: `vector` is little-endian float32, `text_hash` the text it was made from."""

    __tablename__ = "ticket_vector"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    encoder_id: Mapped[str] = mapped_column(primary_key=True)
    text_hash: Mapped[str]
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class NeighbourChange(Base):
    """Look at this ticket again: it may have entered or left the solved tickets, or its vector changed.

    Indexes read on from the last `seq` they know. A row says nothing about the direction, so reading one twice is harmless.
    """

    __tablename__ = "neighbour_change"

    seq: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    at: Mapped[datetime]
