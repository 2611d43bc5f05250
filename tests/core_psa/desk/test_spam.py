"""Spam, and what was never meant for the desk."""

from typing import Any

import pytest

from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.desk import spam
from core_psa.desk.spam import NotSpam
from core_psa.errors import ActionRefused, Invalid
from core_psa.tickets.tables import Ticket
from core_psa.vectors import store as vectors
from tests.desk import AGENT, opened
from triage.desk.history import TRUSTED


def fields(db: Database, ticket_id: int) -> tuple[Any, ...]:
    with db.read() as session:
        ticket = session.get_one(Ticket, ticket_id)
        return ticket.spam, ticket.state, ticket.status_id, ticket.resolved_at


def is_learned_from(db: Database, ticket_id: int) -> bool:
    with db.read() as session:
        return session.query(Ticket.id).where(Ticket.id == ticket_id, TRUSTED).first() is not None


@pytest.mark.parametrize("reason", spam.REASONS)
def test_spam_is_closed_and_never_learned_from(db: Database, reason: str) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        desk.resolve(w, AGENT, ticket_id, resolution="Ignored.")
        spam.mark_spam(w, AGENT, ticket_id, reason)
    assert fields(db, ticket_id)[:2] == (True, "done")
    assert not is_learned_from(db, ticket_id)
    with db.read() as session:
        assert vectors.changes_after(session, 0, 10)[-1][1] == ticket_id


@pytest.mark.parametrize("solved", [True, False])
def test_taking_the_mark_back_restores_the_ticket(db: Database, solved: bool) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        if solved:
            desk.resolve(w, AGENT, ticket_id, resolution="Done.")
    before = fields(db, ticket_id)
    with db.work() as w:
        spam.mark_spam(w, AGENT, ticket_id)
        spam.mark_spam(w, AGENT, ticket_id)
    with db.work() as w:
        spam.not_spam(w, AGENT, ticket_id)
    assert fields(db, ticket_id) == before
    assert is_learned_from(db, ticket_id) == solved


def test_spam_is_not_reopened_but_unmarked(db: Database) -> None:
    ticket_id = opened(db)
    with db.work() as w:
        spam.mark_spam(w, AGENT, ticket_id)
    with pytest.raises(ActionRefused, match="marked as spam") as refused, db.work() as w:
        desk.reopen(w, AGENT, ticket_id, reason="It is none.")
    assert "reopen" not in refused.value.allowed


def test_what_is_not_marked_cannot_be_unmarked(db: Database) -> None:
    ticket_id = opened(db)
    with pytest.raises(NotSpam), db.work() as w:
        spam.not_spam(w, AGENT, ticket_id)


def test_another_reason_lists_those_there_are(db: Database) -> None:
    ticket_id = opened(db)
    with pytest.raises(Invalid) as refused, db.work() as w:
        spam.mark_spam(w, AGENT, ticket_id, "boring")
    assert refused.value.errors[0].allowed == spam.REASONS
