"""The suggestion of one ticket, as pages and API show it. Only stored rows: no model runs while a page is drawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core_psa.desk import names
from core_psa.suggestions import store
from core_psa.suggestions.tables import Decision, Proposal
from core_psa.tickets import store as tickets
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class DecisionView:
    kind: str
    value_id: int | None
    label: str | None
    by: str
    at: datetime


@dataclass(frozen=True)
class FieldView:
    """A field without a proposal to show has no value and a reason."""

    value_id: int | None
    label: str | None
    confidence: float
    method: str
    mode: str
    applied: bool
    decision: DecisionView | None
    reason: str | None
    alternatives: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class SuggestionView:
    """`state` is waiting, ready, failed, or none for a ticket that triage was never asked about."""

    state: str
    fields: dict[str, FieldView]
    eta: dict[str, Any] | None
    neighbours: tuple[dict[str, Any], ...]
    related: tuple[dict[str, Any], ...]
    model_version: str | None
    encoder: str | None
    text_version: int | None
    error: str | None
    ready_at: datetime | None


def suggestion(session: Session, viewer: Viewer, ticket_id: int) -> SuggestionView:
    """What triage said about this ticket and what was decided. Raises NotFound beyond the viewer's wall."""
    tickets.get(session, viewer, ticket_id)
    triage = store.triage_of(session, ticket_id)
    if triage is None:
        return SuggestionView("none", {}, None, (), (), None, None, None, None, None)
    decisions = store.decisions_of(session, ticket_id)
    proposals = store.proposals_of(session, ticket_id)
    return SuggestionView(
        state=triage.state,
        fields={f: _field(session, p, decisions.get(f)) for f, p in proposals.items()},
        eta=triage.eta,
        neighbours=tuple(triage.neighbours),
        related=tuple(triage.related),
        model_version=triage.model_version,
        encoder=triage.encoder_id,
        text_version=triage.text_version,
        error=triage.error,
        ready_at=triage.ready_at,
    )


def _field(session: Session, proposal: Proposal, decision: Decision | None) -> FieldView:
    field = proposal.field
    value_id = proposal.value_id if proposal.shown else None
    return FieldView(
        value_id=value_id,
        label=names.label(session, field, value_id),
        confidence=proposal.confidence,
        method=proposal.method,
        mode=proposal.mode,
        applied=proposal.applied,
        decision=_decision(session, decision) if decision else None,
        reason=proposal.reason,
        alternatives=tuple(
            {**a, "label": names.label(session, field, a["value"])} for a in proposal.alternatives if proposal.shown
        ),
    )


def _decision(session: Session, decision: Decision) -> DecisionView:
    label = names.label(session, decision.field, decision.value_id)
    return DecisionView(decision.kind, decision.value_id, label, decision.by, decision.at)
