"""The one door through which tickets come in."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core_psa.customers.tables import Customer, User
from core_psa.db import Database
from core_psa.errors import Forbidden, Invalid
from core_psa.intake.receive import NewTicket, receive
from core_psa.suggestions import store as suggestions
from core_psa.tickets import store
from core_psa.viewer import SYSTEM, Viewer
from tests.desk import opened

ANY_TEXT = st.text(st.characters(codec=None), min_size=1, max_size=200)


@pytest.fixture
def customer(db: Database) -> int:
    with db.work() as w:
        w.session.add(Customer(id=1, name="Müller & Söhne", created_at=w.now))
        w.session.add(Customer(id=2, name="Quay Ltd", created_at=w.now))
        w.session.flush()
        w.session.add(User(id=5, customer_id=1, name="Ines", email="ines@mueller.example", created_at=w.now))
    return 1


def test_a_received_ticket_waits_for_triage(db: Database) -> None:
    ticket_id = opened(db)
    with db.read() as session:
        triage = suggestions.triage_of(session, ticket_id)
        assert triage is not None
        assert triage.state == "waiting"


def test_a_received_ticket_has_its_cleaned_text(db: Database) -> None:
    quoted = "On Mon, 2 Mar 2026 at 08:00, Ines <ines@mueller.example> wrote:\n> older words"
    ticket_id = opened(db, subject="Re: VPN", body=f"There is still no connection from home.\n\n{quoted}")
    with db.read() as session:
        text = store.text_of(session, ticket_id)
        assert text is not None
        assert "older words" not in text.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(subject=ANY_TEXT, body=ANY_TEXT)
def test_any_text_is_stored_as_it_came(db: Database, subject: str, body: str) -> None:
    if not subject.strip() and not body.strip():
        return
    ticket_id = opened(db, subject=subject, body=body)
    with db.read() as session:
        ticket = store.get(session, SYSTEM, ticket_id)
        assert store.timeline(session, SYSTEM, ticket_id)[0].body == body
        assert not subject.strip() or ticket.subject == subject


def test_a_ticket_without_a_subject_is_called_by_its_first_line(db: Database) -> None:
    ticket_id = opened(db, subject="  ", body="The scanner is dead.\nSince noon.")
    with db.read() as session:
        assert store.get(session, SYSTEM, ticket_id).subject == "The scanner is dead."


@pytest.mark.parametrize(("subject", "body"), [("", ""), ("  ", "\n\t")])
def test_nothing_at_all_is_refused(db: Database, subject: str, body: str) -> None:
    with pytest.raises(Invalid, match="must not both be empty"):
        opened(db, subject=subject, body=body)


def test_more_than_ten_million_characters_are_refused(db: Database) -> None:
    with pytest.raises(Invalid, match="10 MB"):
        opened(db, body="x" * 10_000_001)


def test_an_unknown_name_is_refused_with_the_nearest_allowed_ones(db: Database, customer: int) -> None:
    with pytest.raises(Invalid) as refused:
        opened(db, customer="Muller and Sohne", priority="P1")
    by_field = {e.field: e.allowed for e in refused.value.errors}
    assert by_field["customer"] == ("Müller & Söhne",)
    assert "P1 Critical" in by_field["priority"]


@pytest.mark.parametrize("given", ["MÜLLER & SÖHNE", "Müller & Söhne", "1", 1])
def test_a_name_of_any_case_or_an_id_is_understood(db: Database, customer: int, given: str | int) -> None:
    if given == "MÜLLER & SÖHNE" and db.dialect == "sqlite":
        given = "müller & söhne"  # SQLite folds ASCII alone
    ticket_id = opened(db, customer=given)
    with db.read() as session:
        assert store.get(session, SYSTEM, ticket_id).customer_id == customer


def test_the_requester_tells_the_customer(db: Database, customer: int) -> None:
    ticket_id = opened(db, requester="ines@mueller.example")
    with db.read() as session:
        assert store.get(session, SYSTEM, ticket_id).customer_id == customer


def test_a_requester_of_another_customer_is_refused(db: Database, customer: int) -> None:
    with pytest.raises(Invalid, match="belongs to another customer"):
        opened(db, requester="ines@mueller.example", customer="Quay Ltd")


def test_a_viewer_who_may_not_edit_opens_nothing(db: Database) -> None:
    with pytest.raises(Forbidden), db.work() as w:
        receive(w, Viewer("key", 1, "Reader", frozenset({"tickets.see"})), NewTicket(subject="x"))
