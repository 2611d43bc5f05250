"""Which long work this desk's triage needs, decided from cheap questions to the store."""

import json
from pathlib import Path

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from core_psa.suggestions import store as suggestions
from core_psa.tickets.tables import Ticket, TicketText
from core_psa.vectors import store as vectors
from triage.desk.background import LEARNED_FROM, missing_vectors
from triage.desk.history import trusted

# Below this many changes, reading the feed from its start is as quick as opening a base file.
_FEW_CHANGES = 1_000
_STALE_SHARE = 0.05
_FEW_SOLVED = 100
_GROWN = 1.2


def preparing(session: Session) -> bool:
    """Whether imported tickets wait to be read; the newest are looked at first, for they are the ones that do."""
    unread = select(Ticket.id).where(~exists().where(TicketText.ticket_id == Ticket.id))
    return session.scalar(unread.order_by(Ticket.id.desc()).limit(1)) is not None


def embedding(session: Session, encoder_id: str) -> bool:
    """Whether this encoder has not seen some tickets, those aside that triage is about to encode."""
    return missing_vectors(session, encoder_id) > suggestions.waiting_count(session)


def indexing(session: Session, position: int | None, size: int) -> bool:
    """Whether a base of `size` vectors, which stands for the feed up to `position`, is worth replacing; None means there is no base."""
    behind = vectors.last_change(session) - (position or 0)
    return behind > (_FEW_CHANGES if position is None else max(_FEW_CHANGES, _STALE_SHARE * size))


def learning(session: Session, learned_file: Path, encoder_id: str) -> bool:
    """Whether nothing was learned yet with this encoder, or the history has grown by a fifth since."""
    solved = session.scalar(select(func.count()).select_from(Ticket).where(trusted())) or 0
    return solved >= _FEW_SOLVED and min(solved, LEARNED_FROM) > _GROWN * _learned_from(learned_file, encoder_id)


def _learned_from(learned_file: Path, encoder_id: str) -> int:
    """How many tickets were learned from, none where the file is missing, damaged or of another encoder."""
    try:
        stored = json.loads(learned_file.read_text())
        return int(stored["tickets"]) if stored["encoder"] == encoder_id else 0
    except (OSError, ValueError, KeyError, TypeError):
        return 0
