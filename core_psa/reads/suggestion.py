"""The suggestion of one ticket, as pages and API show it. Only stored rows: no model runs while a page is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.customers.tables import Customer
from core_psa.desk import names
from core_psa.organisation.tables import Agent, Team
from core_psa.suggestions import store
from core_psa.suggestions.rules import FieldOutcome
from core_psa.suggestions.tables import Decision, Proposal, Triage
from core_psa.tickets import store as tickets
from core_psa.tickets.tables import Category, Priority, Ticket
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
class NeighbourView:
    """A similar ticket with its present outcome; `similarity` is the cosine at the time of the triage."""

    ticket_id: int
    number: str
    similarity: float
    subject: str
    state: str
    customer: str | None
    category: str | None
    priority: str | None
    team: str | None
    assignee: str | None
    resolution: str | None
    resolved_in_hours: float | None
    created_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True)
class SuggestionView:
    """`state` is waiting, ready, failed, or none for a ticket that triage was never asked about."""

    state: str
    fields: dict[str, FieldView]
    eta: dict[str, Any] | None
    neighbours: tuple[NeighbourView, ...]
    related: tuple[NeighbourView, ...]
    model_version: str | None
    encoder: str | None
    text_version: int | None
    error: str | None
    ready_at: datetime | None


def suggestion(session: Session, viewer: Viewer, ticket_id: int) -> SuggestionView:
    """What triage said about this ticket and what was decided. Raises NotFound beyond the viewer's wall."""
    tickets.get(session, viewer, ticket_id)
    triage = store.triage_of(session, ticket_id)
    return replace(proposed(session, triage), **vars(evidence(session, viewer, triage)))


@dataclass(frozen=True)
class Evidence:
    """The tickets triage went by, as far as the viewer may see them: solved ones, and open ones with the same words."""

    neighbours: tuple[NeighbourView, ...]
    related: tuple[NeighbourView, ...]


def evidence(session: Session, viewer: Viewer, triage: Triage | None) -> Evidence:
    """The caller has asked whether the viewer may see the ticket."""
    if triage is None:
        return Evidence((), ())
    return Evidence(neighbours(session, viewer, triage.neighbours), neighbours(session, viewer, triage.related))


def proposed(session: Session, triage: Triage | None) -> SuggestionView:
    """The same without its evidence. The caller has asked whether the viewer may see the ticket."""
    if triage is None:
        return SuggestionView("none", {}, None, (), (), None, None, None, None, None)
    decisions = store.decisions_of(session, triage.ticket_id)
    proposals = store.proposals_of(session, triage.ticket_id)
    return SuggestionView(
        state=triage.state,
        fields={f: _field(session, p, decisions.get(f)) for f, p in proposals.items()},
        eta=triage.eta,
        neighbours=(),
        related=(),
        model_version=triage.model_version,
        encoder=triage.encoder_id,
        text_version=triage.text_version,
        error=triage.error,
        ready_at=triage.ready_at,
    )


def of_preview(
    session: Session,
    viewer: Viewer,
    fields: Mapping[str, FieldOutcome],
    near: Sequence[Mapping[str, Any]],
    related: Sequence[Mapping[str, Any]],
    eta: Mapping[str, Any],
) -> SuggestionView:
    """The same view of a triage that nobody stored."""
    return SuggestionView(
        state="ready",
        fields={name: _outcome(session, name, outcome) for name, outcome in fields.items()},
        eta=dict(eta),
        neighbours=neighbours(session, viewer, near),
        related=neighbours(session, viewer, related),
        model_version=None,
        encoder=None,
        text_version=None,
        error=None,
        ready_at=None,
    )


def _outcome(session: Session, field: str, outcome: FieldOutcome) -> FieldView:
    value_id = outcome.value_id if outcome.shown else None
    alternatives = outcome.alternatives if outcome.shown else ()
    known = names.labels(session, field, _ids(value_id, alternatives))
    return FieldView(
        value_id=value_id,
        label=known.get(value_id) if value_id else None,
        confidence=outcome.confidence,
        method=outcome.method,
        mode=outcome.mode,
        applied=False,
        decision=None,
        reason=outcome.reason,
        alternatives=_labelled(known, alternatives),
    )


def _field(session: Session, proposal: Proposal, decision: Decision | None) -> FieldView:
    value_id = proposal.value_id if proposal.shown else None
    alternatives = proposal.alternatives if proposal.shown else ()
    decided = decision.value_id if decision else None
    known = names.labels(session, proposal.field, _ids(value_id, alternatives, decided))
    return FieldView(
        value_id=value_id,
        label=known.get(value_id) if value_id else None,
        confidence=proposal.confidence,
        method=proposal.method,
        mode=proposal.mode,
        applied=proposal.applied,
        decision=_decision(known, decision) if decision else None,
        reason=proposal.reason,
        alternatives=_labelled(known, alternatives),
    )


def _ids(value_id: int | None, alternatives: Sequence[Mapping[str, Any]], *others: int | None) -> set[int]:
    return {i for i in (value_id, *(a["value"] for a in alternatives), *others) if i is not None}


def _labelled(known: Mapping[int, str], alternatives: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    return tuple({**a, "label": known.get(a["value"])} for a in alternatives)


def _decision(known: Mapping[int, str], decision: Decision) -> DecisionView:
    label = known.get(decision.value_id) if decision.value_id else None
    return DecisionView(decision.kind, decision.value_id, label, decision.by, decision.at)


# Built once: putting this statement together costs more than running it.
_OUTCOMES = (
    select(Ticket, Customer.name, Category.path, Priority.name, Team.name, Agent.name)
    .outerjoin(Customer, Customer.id == Ticket.customer_id)
    .outerjoin(Category, Category.id == Ticket.category_id)
    .outerjoin(Priority, Priority.id == Ticket.priority_id)
    .outerjoin(Team, Team.id == Ticket.team_id)
    .outerjoin(Agent, Agent.id == Ticket.assignee_id)
)


def neighbours(session: Session, viewer: Viewer, shown: Sequence[Mapping[str, Any]]) -> tuple[NeighbourView, ...]:
    """Stored neighbours (ticket_id, similarity, resolved_in_hours) with what the viewer may see of them, in their order."""
    ids = [n["ticket_id"] for n in shown]
    if not ids:
        return ()
    rows = {row[0].id: row for row in session.execute(_OUTCOMES.where(Ticket.id.in_(ids), tickets.visible(viewer)))}
    resolutions = tickets.resolutions_of(session, ids)
    return tuple(_neighbour(n, *rows[n["ticket_id"]], resolutions) for n in shown if n["ticket_id"] in rows)


def _neighbour(
    stored: Mapping[str, Any],
    ticket: Ticket,
    customer: str | None,
    category: str | None,
    priority: str | None,
    team: str | None,
    assignee: str | None,
    resolutions: Mapping[int, str],
) -> NeighbourView:
    return NeighbourView(
        ticket_id=ticket.id,
        number=ticket.number,
        similarity=stored["similarity"],
        subject=ticket.subject,
        state=ticket.state,
        customer=customer,
        category=category,
        priority=priority,
        team=team,
        assignee=assignee,
        resolution=resolutions.get(ticket.id),
        resolved_in_hours=stored.get("resolved_in_hours"),
        created_at=ticket.created_at,
        resolved_at=ticket.resolved_at,
    )
