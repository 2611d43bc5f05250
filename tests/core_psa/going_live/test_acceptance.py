"""The acceptance tests find what works and what does not, on the real parts, and leave no trace; on both engines."""

import json

import pytest
from sqlalchemy import func, select

from core_psa.configuration.store import document
from core_psa.customers.actions import create_customer, create_user
from core_psa.customers.tables import Customer
from core_psa.db import Database
from core_psa.errors import Forbidden, Invalid
from core_psa.going_live.actions import sign_off, try_out
from core_psa.going_live.store import sign_offs
from core_psa.intake.senders.actions import block
from core_psa.notices.administration import set_silent
from core_psa.notices.tables import OutgoingMail
from core_psa.organisation.actions import create_team
from core_psa.routing.actions import create_rule
from core_psa.sla.policy_actions import set_targets
from core_psa.sla.tables import SlaPolicy
from core_psa.tickets.tables import Ticket
from core_psa.tickets.workflow.actions import create_gate
from core_psa.viewer import SYSTEM, Viewer

NAMES = (
    "A message becomes the right ticket",
    "Its SLA clock starts with the right deadline",
    "Routing gives it to a team",
    "It is closed through its gates",
    "The customer is told",
)


@pytest.fixture
def ready(db: Database) -> Database:
    """A desk with a customer's user and a rule."""
    with db.work() as w:
        customer = create_customer(w, SYSTEM, name="Alder Ltd")
        create_user(w, SYSTEM, customer.id, name="Rosa Brindle", email="rosa@alder.example")
        create_rule(w, SYSTEM, name="All", team_id=create_team(w, SYSTEM, name="Network").id)
    return db


def failed(db: Database) -> dict[str, str]:
    return {r.name: r.words for r in try_out(db, SYSTEM) if not r.passed}


def test_a_desk_that_is_ready_passes_every_test(ready: Database) -> None:
    results = try_out(ready, SYSTEM)
    assert [(r.name, r.passed) for r in results] == [(name, True) for name in NAMES]
    said = " ".join(r.words for r in results)
    assert "Rosa Brindle" in said
    assert "Alder Ltd" in said
    assert "Network" in said
    assert "Monday 02 March 2026" in said


def test_nothing_of_it_is_kept(ready: Database) -> None:
    with ready.read() as session:
        before = json.dumps(document(session, SYSTEM))
    try_out(ready, SYSTEM)
    with ready.read() as session:
        assert json.dumps(document(session, SYSTEM)) == before
        for table in (Ticket, OutgoingMail):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_new_desk_is_tested_with_somebody_made_up_who_is_gone_again(db: Database) -> None:
    assert set(failed(db)) == {"Routing gives it to a team"}
    with db.read() as session:
        assert session.scalars(select(Customer.id)).all() == []


def test_a_promise_that_is_missing_is_found(ready: Database) -> None:
    with ready.work() as w:
        policy_id = w.session.scalars(select(SlaPolicy.id).where(SlaPolicy.is_default)).one()
        set_targets(w, SYSTEM, policy_id, [])
    assert "promises no first response" in failed(ready)["Its SLA clock starts with the right deadline"]


def test_a_blocked_customer_is_found(ready: Database) -> None:
    with ready.work() as w:
        block(w, SYSTEM, sender="rosa@alder.example")
    assert "filed as spam" in failed(ready)["A message becomes the right ticket"]


def test_a_gate_that_nothing_opens_is_found(ready: Database) -> None:
    with ready.work() as w:
        create_gate(w, SYSTEM, "fields", fields=["site"])
    assert "site" in failed(ready)["It is closed through its gates"].lower()


def test_silence_towards_customers_is_found(ready: Database) -> None:
    with ready.work() as w:
        set_silent(w, SYSTEM, ["resolved"])
    assert set(failed(ready)) == {"The customer is told"}


def test_a_sign_off_keeps_results_and_word(ready: Database) -> None:
    results = try_out(ready, SYSTEM)
    with ready.work() as w:
        sign_off(w, SYSTEM, results, "good")
        (kept,) = sign_offs(w.session, SYSTEM).rows
    assert (kept.passed, kept.note, len(kept.results)) == (True, "good", len(NAMES))


def test_what_failed_is_signed_off_only_with_a_reason(db: Database) -> None:
    results = try_out(db, SYSTEM)
    with db.work() as w:
        with pytest.raises(Invalid, match="note"):
            sign_off(w, SYSTEM, results, " ")
        assert not sign_off(w, SYSTEM, results, "routing comes later").passed


def test_only_whose_business_it_is_tests_and_signs(db: Database) -> None:
    nobody = Viewer("agent", 1, "Bo")
    with pytest.raises(Forbidden):
        try_out(db, nobody)
    with db.work() as w, pytest.raises(Forbidden):
        sign_off(w, nobody, [])
