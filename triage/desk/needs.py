"""Which long work this desk's triage needs, decided from cheap questions to the store."""

import json
from pathlib import Path

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from core_psa.suggestions import store as suggestions
from core_psa.tickets.tables import Ticket, TicketText
from core_psa.vectors.tables import NeighbourChange
from triage.desk.background import LEARNED_FROM, missing_vectors
from triage.desk.feed import SolvedVectors
from triage.desk.history import solved_count

_FEW_SOLVED = 100
_NEW_SHARE = 0.2


def preparing(session: Session) -> bool:
    """Whether imported tickets wait to be read; the newest are looked at first, for they are the ones that do."""
    unread = select(Ticket.id).where(~exists().where(TicketText.ticket_id == Ticket.id))
    return session.scalar(unread.order_by(Ticket.id.desc()).limit(1)) is not None


def embedding(session: Session, encoder_id: str) -> bool:
    """Whether this encoder has not seen some tickets, those aside that triage is about to encode."""
    return missing_vectors(session, encoder_id) > suggestions.waiting_count(session)


def indexing(session: Session, index: SolvedVectors) -> bool:
    """Whether the next base is due, or changes that the present one has not seen are no longer in the feed."""
    first = session.scalar(select(func.min(NeighbourChange.seq))) or 0
    return index.needs_rebuild or first > index.position + 1


def learning(session: Session, learned_file: Path, encoder_id: str) -> bool:
    """Whether nothing was learned yet with this encoder, or a fifth of what could be learned from is new since."""
    return is_lesson_due(solved_count(session), *_learned_from(learned_file, encoder_id))


def is_lesson_due(solved: int, tickets: int, solved_then: int) -> bool:
    """Whether `solved` tickets teach enough beyond the `tickets` learned from when `solved_then` were solved.

    Only the newest can be learned from: on a desk with more, what counts is how many came after.
    """
    new = max(min(solved, LEARNED_FROM) - tickets, solved - solved_then)
    return solved >= _FEW_SOLVED and new > _NEW_SHARE * tickets


def _learned_from(learned_file: Path, encoder_id: str) -> tuple[int, int]:
    """How many tickets were learned from and how many were solved then; none where the file is missing, damaged or of another encoder."""
    try:
        stored = json.loads(learned_file.read_text())
        learned = int(stored["tickets"]), int(stored.get("solved", stored["tickets"]))
        return learned if stored["encoder"] == encoder_id else (0, 0)
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
