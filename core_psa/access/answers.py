"""What idempotent requests were answered, so that one sent again is not acted on twice."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core_psa.access.rules import ANSWER_KEPT
from core_psa.access.tables import IdempotentAnswer
from core_psa.db import Work
from core_psa.errors import Conflict


class AnswerMismatch(Conflict):
    """The same Idempotency-Key came with another body."""


def remembered_answer(
    session: Session, api_key_id: int, key: str, body_hash: str, now: datetime
) -> dict[str, Any] | None:
    """What the same request was answered within the last day. Raises AnswerMismatch for another body."""
    row = session.get(IdempotentAnswer, (api_key_id, key))
    if row is None or row.created_at < now - ANSWER_KEPT:
        return None
    if row.body_hash != body_hash:
        raise AnswerMismatch(f"Idempotency-Key '{key[:100]}' was used for another request")
    return row.answer


def remember_answer(w: Work, api_key_id: int, key: str, body_hash: str, answer: dict[str, Any]) -> None:
    """Keeps the answer in the transaction of the request's effect, so that a repeated request can never act twice."""
    stale = delete(IdempotentAnswer).where(IdempotentAnswer.api_key_id == api_key_id, IdempotentAnswer.key == key)
    w.session.execute(stale)
    w.session.add(
        IdempotentAnswer(api_key_id=api_key_id, key=key, body_hash=body_hash, answer=answer, created_at=w.now)
    )
