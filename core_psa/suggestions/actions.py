"""Waiting for triage, claiming it, storing what it said, and what people decide about it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, exists, insert, or_, select, update

from core_psa.audit import actions as audit
from core_psa.db import Work
from core_psa.db.records import table_of
from core_psa.desk import actions as desk
from core_psa.desk import names
from core_psa.errors import Conflict, FieldError, Invalid, NotFound
from core_psa.suggestions import store
from core_psa.suggestions.rules import FIELDS, MODES, TriageResult
from core_psa.suggestions.tables import Decision, FieldMode, Proposal, Triage
from core_psa.tickets import store as tickets
from core_psa.tickets.tables import Ticket, TicketText
from core_psa.vectors import store as vectors
from core_psa.viewer import SYSTEM, Viewer

MAX_ATTEMPTS = 3
# A claim without an answer is a process that died, which is rarely the ticket's fault; but one that kills every process
# must not do so for ever.
MAX_CLAIMS = 50


class ProposalChanged(Conflict):
    """Triage has said something else since the caller looked; `field` and the new value's id."""

    def __init__(self, ticket_id: int, field: str, value_id: int | None) -> None:
        super().__init__(f"the proposal for {field} of ticket {ticket_id} has changed")
        self.ticket_id, self.field, self.value_id = ticket_id, field, value_id


def await_triage(w: Work, ticket_id: int) -> None:
    """Puts a new ticket in the queue."""
    w.session.add(Triage(ticket_id=ticket_id, state="waiting", attempts=0, neighbours=[], related=[]))


def wait_for_triage(w: Work, ticket_id: int) -> None:
    """Puts the ticket in the queue, whatever came of an earlier triage."""
    row = w.session.get(Triage, ticket_id)
    if row is None:
        await_triage(w, ticket_id)
    else:
        row.state, row.attempts, row.lease_until, row.error = "waiting", 0, None, None


def triage_again(w: Work, model_version: str) -> None:
    """Puts unsolved tickets that another model has triaged, and nobody has decided on, back into the queue."""
    undecided = ~exists().where(Decision.ticket_id == Triage.ticket_id)
    unsolved = Triage.ticket_id.in_(select(Ticket.id).where(tickets.unsolved()))
    again = update(Triage).where(Triage.state == "ready", Triage.model_version != model_version, undecided, unsolved)
    w.session.execute(again.values(state="waiting", attempts=0, lease_until=None, error=None))


# Statements of every triage are put together once, on tables: building one takes longer than running it, and so does
# what the mapper adds.
_TRIAGE, _PROPOSAL = table_of(Triage), table_of(Proposal)
_THESE = _TRIAGE.c.ticket_id.in_(bindparam("ids", expanding=True))
_FREE = (
    select(_TRIAGE.c.ticket_id, _TRIAGE.c.attempts, _TRIAGE.c.error)
    .where(
        _TRIAGE.c.state == "waiting",
        or_(_TRIAGE.c.lease_until.is_(None), _TRIAGE.c.lease_until < bindparam("now")),
        exists().where(TicketText.ticket_id == _TRIAGE.c.ticket_id),
    )
    .order_by(_TRIAGE.c.ticket_id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_TAKE = update(_TRIAGE).where(_THESE).values(attempts=_TRIAGE.c.attempts + 1, lease_until=bindparam("until"))
_UNANSWERED = select(_TRIAGE.c.ticket_id, _TRIAGE.c.ready_at).where(_THESE, _TRIAGE.c.state != "ready")
_SUPERSEDE = (
    update(_PROPOSAL).where(_PROPOSAL.c.ticket_id.in_(bindparam("ids", expanding=True))).values(superseded=True)
)
_PROPOSE = insert(_PROPOSAL)
_ANSWERS = (
    *("state", "error", "lease_until", "ready_at", "neighbours", "related", "eta"),
    *("model_version", "encoder_id", "text_version"),
)
_ANSWER = (
    update(_TRIAGE)
    .where(_TRIAGE.c.ticket_id == bindparam("asked"))
    .values({name: bindparam(name) for name in _ANSWERS})
)


def claim(w: Work, limit: int, lease: timedelta) -> Sequence[int]:
    """Takes up to `limit` waiting tickets whose text is ready, oldest first, for the length of the lease.

    A ticket that could not be triaged MAX_ATTEMPTS times, or was claimed MAX_CLAIMS times without any answer, is marked
    failed: one bad ticket must not hold up the others.
    """
    rows = w.session.execute(_FREE, {"now": w.now, "limit": limit}).all()
    hopeless = [row for row in rows if row.attempts >= (MAX_CLAIMS if row.error is None else MAX_ATTEMPTS)]
    for row in hopeless:
        error = row.error or f"no answer after {MAX_CLAIMS} claims"
        failed = update(Triage).where(Triage.ticket_id == row.ticket_id)
        w.session.execute(failed.values(state="failed", error=error))
    taken = [row.ticket_id for row in rows if row not in hopeless]
    if taken:
        w.session.execute(_TAKE, {"ids": taken, "until": w.now + lease})
    return taken


def release(w: Work, ticket_ids: Sequence[int], error: str) -> None:
    """Gives claimed tickets back with the reason; they are tried again until their attempts are used up."""
    waiting = (Triage.ticket_id.in_(ticket_ids), Triage.state == "waiting")
    w.session.execute(update(Triage).where(*waiting).values(lease_until=None, error=error[:2_000]))


def store_results(w: Work, results: Mapping[int, TriageResult]) -> None:
    """Saves each ticket's proposals and vector, and applies what the modes let through, as the desk itself."""
    session = w.session
    unanswered = session.execute(_UNANSWERED, {"ids": list(results)})
    triaged_before = {ticket_id: ready_at is not None for ticket_id, ready_at in unanswered}
    fresh = {ticket_id: result for ticket_id, result in results.items() if ticket_id in triaged_before}
    if not fresh:
        return
    if again := [ticket_id for ticket_id in fresh if triaged_before[ticket_id]]:
        session.execute(_SUPERSEDE, {"ids": again})
    applied = {ticket_id: _applied(w, ticket_id, result) for ticket_id, result in fresh.items()}
    session.execute(_PROPOSE, [p for i, r in fresh.items() for p in _proposals(w, i, r, applied[i])])
    vectors.save(session, [_vector(ticket_id, result) for ticket_id, result in fresh.items()], w.now)
    session.execute(_ANSWER, [_answer(w, ticket_id, result) for ticket_id, result in fresh.items()])
    for ticket_id, values in applied.items():
        if values:
            desk.update(w, SYSTEM, ticket_id, values=values)


def _applied(w: Work, ticket_id: int, result: TriageResult) -> dict[str, int | None]:
    applied = {field: outcome.value_id for field, outcome in result.fields.items() if outcome.applied}
    return _still_empty(tickets.for_change(w.session, SYSTEM, ticket_id), applied) if applied else {}


def _vector(ticket_id: int, result: TriageResult) -> vectors.Row:
    return {
        "ticket_id": ticket_id,
        "encoder_id": result.encoder_id,
        "text_hash": result.text_hash,
        "vector": result.vector,
    }


def _answer(w: Work, ticket_id: int, result: TriageResult) -> dict[str, Any]:
    """The ticket's triage row as it stands from now on."""
    return {
        "asked": ticket_id,
        "state": "ready",
        "error": None,
        "lease_until": None,
        "ready_at": w.now,
        "neighbours": [dict(n) for n in result.neighbours],
        "related": [dict(r) for r in result.related],
        "eta": dict(result.eta) if result.eta else None,
        "model_version": result.model_version,
        "encoder_id": result.encoder_id,
        "text_version": result.text_version,
    }


def _still_empty(ticket: Ticket, values: dict[str, int | None]) -> dict[str, int | None]:
    """A value that a person has set meanwhile is never overwritten, and a finished ticket is left alone."""
    if ticket.state == "done":
        return {}
    return {f: v for f, v in values.items() if getattr(ticket, names.REFERENCES[f].column) is None}


def _proposals(w: Work, ticket_id: int, result: TriageResult, applied: Collection[str]) -> Iterator[dict[str, Any]]:
    for field, outcome in result.fields.items():
        yield {
            "ticket_id": ticket_id,
            "field": field,
            "value_id": outcome.value_id,
            "confidence": outcome.confidence,
            "method": outcome.method,
            "mode": outcome.mode,
            "shown": outcome.shown,
            "applied": field in applied,
            "reason": outcome.reason,
            "alternatives": [dict(a) for a in outcome.alternatives],
            "made_at": w.now,
        }


def accept(
    w: Work, viewer: Viewer, ticket_id: int, fields: Sequence[str], *, expected: dict[str, int | None] | None = None
) -> list[str]:
    """Accepts proposals: the ticket takes their values, the decision is kept. Returns the fields newly accepted.

    Repeating it does nothing. `expected` are the value ids the caller saw; another one raises ProposalChanged.
    """
    viewer.require("suggestions.decide")
    proposals, decided = _proposals_for(w, viewer, ticket_id, fields), store.decisions_of(w.session, ticket_id)
    for field, proposal in proposals.items():
        if expected and field in expected and expected[field] != proposal.value_id:
            raise ProposalChanged(ticket_id, field, proposal.value_id)
    fresh = {f: p for f, p in proposals.items() if not _decided_so(decided.get(f), p.value_id)}
    if fresh:
        _must_be_offered(w, fresh)
        _set_fields(w, viewer, ticket_id, {f: p.value_id for f, p in fresh.items()})
    for field, proposal in fresh.items():
        _decide(w, viewer, ticket_id, field, "accepted", proposal, proposal.value_id)
    return list(fresh)


def override(w: Work, viewer: Viewer, ticket_id: int, field: str, value: int | str | None) -> None:
    """Sets another value than the proposed one (an id, a name, or none) and keeps the decision beside the proposal."""
    viewer.require("suggestions.decide")
    if field not in FIELDS:
        raise Invalid(FieldError("field", f"'{field}' is not suggested", FIELDS))
    value_id = None if value is None else names.find(w.session, field, value)
    tickets.get(w.session, viewer, ticket_id)
    proposal = store.proposals_of(w.session, ticket_id).get(field)
    if _decided_so(store.decisions_of(w.session, ticket_id).get(field), value_id):
        return
    _set_fields(w, viewer, ticket_id, {field: value_id})
    _decide(w, viewer, ticket_id, field, "overridden", proposal, value_id)


def _proposals_for(w: Work, viewer: Viewer, ticket_id: int, fields: Sequence[str]) -> dict[str, Proposal]:
    tickets.get(w.session, viewer, ticket_id)
    proposals = store.proposals_of(w.session, ticket_id)
    missing = [f for f in fields if f not in proposals or proposals[f].value_id is None]
    if missing:
        offered = tuple(f for f, p in proposals.items() if p.value_id is not None)
        raise Invalid(*(FieldError("fields", f"there is no proposal for '{f}'", offered) for f in missing))
    return {f: proposals[f] for f in fields}


def _must_be_offered(w: Work, proposals: Mapping[str, Proposal]) -> None:
    """What was retired since it was proposed, as an agent who left, is not taken any more."""
    gone = [
        f for f, p in proposals.items() if p.value_id is not None and not names.is_offered(w.session, f, p.value_id)
    ]
    if gone:
        raise Invalid(*(FieldError(f, "what was proposed is no longer on offer") for f in gone))


def _decided_so(decision: Decision | None, value_id: int | None) -> bool:
    return decision is not None and decision.value_id == value_id


def _set_fields(w: Work, viewer: Viewer, ticket_id: int, values: dict[str, int | None]) -> None:
    ticket = tickets.get(w.session, viewer, ticket_id)
    changed = {f: v for f, v in values.items() if getattr(ticket, names.REFERENCES[f].column) != v}
    if changed:
        desk.update(w, viewer, ticket_id, values=changed)


def _decide(
    w: Work, viewer: Viewer, ticket_id: int, field: str, kind: str, proposal: Proposal | None, value_id: int | None
) -> None:
    triage = store.triage_of(w.session, ticket_id)
    w.session.add(
        Decision(
            ticket_id=ticket_id,
            field=field,
            kind=kind,
            proposed_id=proposal.value_id if proposal else None,
            value_id=value_id,
            confidence=proposal.confidence if proposal else None,
            model_version=triage.model_version if triage else None,
            agent_id=viewer.agent_id,
            by=viewer.name,
            at=w.now,
        )
    )


def set_mode(w: Work, viewer: Viewer, field: str, mode: str, suggest_from: float, auto_from: float) -> FieldMode:
    """Chooses how far one field's suggestions go, and from which confidence (0 to 1) on."""
    viewer.require("suggestions.configure")
    _check_mode(field, mode, suggest_from, auto_from)
    row = w.session.get(FieldMode, field) or FieldMode(field=field)
    before = [row.mode, row.suggest_from, row.auto_from]
    row.mode, row.suggest_from, row.auto_from = mode, suggest_from, auto_from
    w.session.add(row)
    audit.record(w, viewer, "updated", "field mode", None, {field: [before, [mode, suggest_from, auto_from]]})
    return row


def _check_mode(field: str, mode: str, suggest_from: float, auto_from: float) -> None:
    if field not in FIELDS:
        raise NotFound("triaged field", field)
    if mode not in MODES:
        raise Invalid(FieldError("mode", f"'{mode}' is not a mode", MODES))
    if not 0 <= suggest_from <= auto_from <= 1:
        raise Invalid(FieldError("auto_from", "needs 0 <= suggest_from <= auto_from <= 1"))
