"""Waiting, claiming, proposing, deciding."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.errors import Forbidden, Invalid
from core_psa.suggestions import actions, store
from core_psa.suggestions.actions import MAX_ATTEMPTS, MAX_CLAIMS, ProposalChanged
from core_psa.suggestions.rules import FieldOutcome, TriageResult
from core_psa.suggestions.tables import Decision, Proposal
from core_psa.tickets import store as tickets
from core_psa.tickets.settings_actions import update_priority
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import AGENT, opened

LEASE = timedelta(minutes=2)
P1, P2 = 1, 2


def outcome(value_id: int | None, *, applied: bool = False, mode: str = "suggest") -> FieldOutcome:
    return FieldOutcome(value_id, 0.8, "neighbours", mode, value_id is not None, applied, reason=None)


def triaged(db: Database, ticket_id: int, **fields: FieldOutcome) -> None:
    result = TriageResult(fields, (), (), None, "test 1", "hashing", 1, "hash", b"\0" * 16)
    with db.work() as w:
        actions.claim(w, 10, LEASE)
        actions.store_results(w, {ticket_id: result})


def priority_of(db: Database, ticket_id: int) -> int | None:
    with db.read() as session:
        return tickets.get(session, SYSTEM, ticket_id).priority_id


def decisions(db: Database) -> list[Decision]:
    with db.read() as session:
        return list(session.scalars(select(Decision).order_by(Decision.id)))


def test_a_claimed_ticket_is_not_claimed_twice_within_its_lease(db: Database) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        assert actions.claim(w, 10, LEASE) == [ticket_id]
    with db.work() as w:
        assert actions.claim(w, 10, LEASE) == []


def test_a_claim_that_was_never_answered_is_claimed_again_after_its_lease(db: Database, clock: StoppedClock) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        actions.claim(w, 10, LEASE)
    clock.advance(LEASE + timedelta(seconds=1))
    with db.work() as w:
        assert actions.claim(w, 10, LEASE) == [ticket_id]


def test_a_process_that_dies_again_and_again_does_not_cost_a_ticket_its_triage(
    db: Database, clock: StoppedClock
) -> None:
    ticket_id = opened(db)
    for _ in range(MAX_ATTEMPTS * 4):
        with db.work() as w:
            assert actions.claim(w, 10, LEASE) == [ticket_id]
        clock.advance(LEASE + timedelta(seconds=1))


def test_a_ticket_that_kills_every_process_is_given_up_in_the_end(db: Database, clock: StoppedClock) -> None:
    opened(db)
    for _ in range(MAX_CLAIMS):
        with db.work() as w:
            actions.claim(w, 10, LEASE)
        clock.advance(LEASE + timedelta(seconds=1))
    with db.work() as w:
        assert actions.claim(w, 10, LEASE) == []


def test_a_ticket_that_cannot_be_triaged_fails_with_its_reason_instead_of_holding_up_the_queue(db: Database) -> None:
    ticket_id = opened(db)
    for _ in range(MAX_ATTEMPTS):
        with db.work() as w:
            actions.claim(w, 10, LEASE)
        with db.work() as w:
            actions.release(w, [ticket_id], "the model broke")
    with db.work() as w:
        assert actions.claim(w, 10, LEASE) == []
    with db.read() as session:
        triage = store.triage_of(session, ticket_id)
        assert triage is not None
        assert (triage.state, triage.error) == ("failed", "the model broke")


def test_a_suggested_value_is_not_applied(db: Database) -> None:
    ticket_id = opened(db)
    triaged(db, ticket_id, priority=outcome(P1))
    assert priority_of(db, ticket_id) is None


def test_an_applied_value_is_on_the_ticket_and_on_its_timeline_as_the_desks_doing(db: Database) -> None:
    ticket_id = opened(db)
    triaged(db, ticket_id, priority=outcome(P1, applied=True, mode="auto"))
    with db.read() as session:
        last = tickets.timeline(session, SYSTEM, ticket_id)[-1]
    assert (priority_of(db, ticket_id), last.actor_kind) == (P1, "system")


def test_a_value_set_by_a_person_meanwhile_is_not_overwritten(db: Database) -> None:
    ticket_id = opened(db, priority="P2 High")
    triaged(db, ticket_id, priority=outcome(P1, applied=True, mode="auto"))
    assert priority_of(db, ticket_id) == P2


def test_a_result_that_comes_twice_is_stored_once(db: Database) -> None:
    ticket_id = opened(db)
    triaged(db, ticket_id, priority=outcome(P1))
    triaged(db, ticket_id, priority=outcome(P2))
    with db.read() as session:
        assert [p.value_id for p in session.scalars(select(Proposal))] == [P1]


def test_accepting_sets_the_field_and_keeps_the_decision(db: Database) -> None:
    ticket_id = opened(db)
    triaged(db, ticket_id, priority=outcome(P1))
    with db.work() as w:
        actions.accept(w, AGENT, ticket_id, ["priority"])
    (decision,) = decisions(db)
    assert (priority_of(db, ticket_id), decision.kind, decision.model_version) == (P1, "accepted", "test 1")


def test_what_was_retired_since_it_was_proposed_is_not_accepted(db: Database) -> None:
    ticket_id = opened(db)
    triaged(db, ticket_id, priority=outcome(P2))
    with db.work() as w:
        update_priority(w, SYSTEM, P2, active=False)
    with pytest.raises(Invalid, match="no longer on offer"), db.work() as w:
        actions.accept(w, AGENT, ticket_id, ["priority"])
    assert (priority_of(db, ticket_id), decisions(db)) == (None, [])


def test_accepting_twice_decides_once(db: Database) -> None:
    ticket_id = opened(db)
    triaged(db, ticket_id, priority=outcome(P1))
    for _ in range(2):
        with db.work() as w:
            actions.accept(w, AGENT, ticket_id, ["priority"])
    assert len(decisions(db)) == 1


def test_accepting_what_is_no_longer_proposed_is_a_conflict_with_the_new_value(db: Database) -> None:
    ticket_id = opened(db)
    triaged(db, ticket_id, priority=outcome(P1))
    with pytest.raises(ProposalChanged) as refused, db.work() as w:
        actions.accept(w, AGENT, ticket_id, ["priority"], expected={"priority": P2})
    assert refused.value.value_id == P1


def test_accepting_a_field_without_a_proposal_lists_those_that_have_one(db: Database) -> None:
    ticket_id = opened(db)
    triaged(db, ticket_id, priority=outcome(P1), team=outcome(None))
    with pytest.raises(Invalid) as refused, db.work() as w:
        actions.accept(w, AGENT, ticket_id, ["team"])
    assert refused.value.errors[0].allowed == ("priority",)


def test_overriding_keeps_the_proposal_beside_the_persons_value(db: Database) -> None:
    ticket_id = opened(db)
    triaged(db, ticket_id, priority=outcome(P1))
    with db.work() as w:
        actions.override(w, AGENT, ticket_id, "priority", "P2 High")
    (decision,) = decisions(db)
    assert (decision.kind, decision.proposed_id, decision.value_id) == ("overridden", P1, P2)


def test_a_later_triage_supersedes_proposals_without_rewriting_them(db: Database) -> None:
    ticket_id = opened(db)
    triaged(db, ticket_id, priority=outcome(P1))
    with db.work() as w:
        actions.wait_for_triage(w, ticket_id)
    triaged(db, ticket_id, priority=outcome(P2))
    with db.read() as session:
        rows = session.execute(select(Proposal.value_id, Proposal.superseded).order_by(Proposal.id)).all()
    assert [tuple(r) for r in rows] == [(P1, True), (P2, False)]


def test_what_a_former_model_said_is_asked_again_unless_somebody_has_decided(db: Database) -> None:
    undecided, decided = opened(db), opened(db)
    for ticket_id in (undecided, decided):
        triaged(db, ticket_id, priority=outcome(P1))
    with db.work() as w:
        actions.accept(w, AGENT, decided, ["priority"])
        actions.triage_again(w, "test 2")
    with db.work() as w:
        assert actions.claim(w, 10, LEASE) == [undecided]


def test_deciding_needs_the_permission(db: Database) -> None:
    ticket_id = opened(db)
    triaged(db, ticket_id, priority=outcome(P1))
    with pytest.raises(Forbidden), db.work() as w:
        actions.accept(w, Viewer("key", 1, "Reader", frozenset({"tickets.see_all"})), ticket_id, ["priority"])


@pytest.mark.parametrize(
    ("mode", "suggest_from", "auto_from"), [("sometimes", 0.5, 0.9), ("auto", 0.9, 0.5), ("auto", -0.1, 0.5)]
)
def test_a_mode_that_makes_no_sense_is_refused(db: Database, mode: str, suggest_from: float, auto_from: float) -> None:
    with pytest.raises(Invalid), db.work() as w:
        actions.set_mode(w, AGENT, "team", mode, suggest_from, auto_from)
