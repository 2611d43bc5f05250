"""Queries on triage rows, proposals, decisions and modes."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.suggestions.rules import DEFAULT_AUTO_FROM, DEFAULT_MODE, DEFAULT_SUGGEST_FROM, FIELDS
from core_psa.suggestions.tables import Decision, FieldMode, Proposal, Triage


def triage_of(session: Session, ticket_id: int) -> Triage | None:
    return session.get(Triage, ticket_id)


def proposals_of(session: Session, ticket_id: int) -> dict[str, Proposal]:
    """The present proposals by field."""
    query = select(Proposal).where(Proposal.ticket_id == ticket_id, ~Proposal.superseded)
    return {p.field: p for p in session.scalars(query)}


def decisions_of(session: Session, ticket_id: int) -> dict[str, Decision]:
    """The latest decision by field."""
    query = select(Decision).where(Decision.ticket_id == ticket_id).order_by(Decision.id)
    return {d.field: d for d in session.scalars(query)}


def mode_of(session: Session) -> dict[str, FieldMode]:
    """Every field's mode; a field nobody has configured has the default one."""
    stored = {m.field: m for m in session.scalars(select(FieldMode))}
    return {name: stored.get(name) or _default(name) for name in FIELDS}


def _default(field: str) -> FieldMode:
    return FieldMode(field=field, mode=DEFAULT_MODE, suggest_from=DEFAULT_SUGGEST_FROM, auto_from=DEFAULT_AUTO_FROM)


def waiting_count(session: Session) -> int:
    return session.scalar(select(func.count()).where(Triage.state == "waiting")) or 0


def waiting_ids(session: Session, limit: int) -> Sequence[int]:
    return session.scalars(select(Triage.ticket_id).where(Triage.state == "waiting").limit(limit)).all()
