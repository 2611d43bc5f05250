"""An imported ticket is, row for row, what the desk writes when the same ticket comes in and is resolved there."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core_psa.clock import StoppedClock
from core_psa.db import Database
from core_psa.desk import actions as desk
from core_psa.intake.importing import Result
from core_psa.intake.receive import NewTicket, receive
from core_psa.suggestions.tables import Triage
from core_psa.tickets import store
from core_psa.tickets.tables import Action, Ticket, TicketText
from core_psa.viewer import SYSTEM

# What has been imported gets no clocks, and so no deadline.
OWN = {"id", "ticket_id", "source", "external_id", "due_at"}


def _columns(row: Any) -> dict[str, Any]:
    return {c.key: getattr(row, c.key) for c in row.__table__.columns if c.key not in OWN}


def _written(db: Database, external_id: str | None) -> dict[str, Any]:
    with db.read() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.external_id.is_not_distinct_from(external_id))).one()
        return {
            "ticket": _columns(ticket),
            "timeline": [_columns(a) for a in store.timeline(session, SYSTEM, ticket.id) if a.kind != "sla"],
            "tags": store.tags_of(session, [ticket.id]).get(ticket.id, []),
            "triage": [_columns(t) for t in session.scalars(select(Triage).where(Triage.ticket_id == ticket.id))],
            "text": [_columns(t) for t in session.scalars(select(TicketText).where(TicketText.ticket_id == ticket.id))],
        }


def test_a_resolved_ticket_is_written_as_the_desk_writes_it(
    db: Database, clock: StoppedClock, jsonl: Callable[..., Path], bring: Callable[..., Result]
) -> None:
    came, done = clock.now(), clock.now() + timedelta(hours=3, microseconds=7)
    with db.work() as w:
        ticket = receive(
            w,
            SYSTEM,
            NewTicket(subject="Däta", body="jammed\x00\n", channel="phone", priority="P2 High", tags=("b", "a")),
        )
    clock.advance(done - came)
    with db.work() as w:
        desk.resolve(w, SYSTEM, ticket.id, resolution="turned \ud800 it off")
    row = {
        "id": "X1",
        "subject": "Däta",
        "body": "jammed\x00\n",
        "channel": "phone",
        "priority": "p2 high",
        "tags": ["b", "a"],
        "created_at": came.isoformat(),
        "resolved_at": done.isoformat(),
        "resolution_note": "turned \ud800 it off",
    }
    assert bring(jsonl(row)).created == 1
    imported, desk_made = _written(db, "X1"), _written(db, None)
    for part in ("ticket", "timeline", "tags"):
        assert imported[part] == desk_made[part]


def test_an_open_ticket_for_triage_is_written_as_the_desk_writes_it(
    db: Database, clock: StoppedClock, jsonl: Callable[..., Path], bring: Callable[..., Result]
) -> None:
    with db.work() as w:
        receive(w, SYSTEM, NewTicket(subject="Printer", body="It is jammed", channel="email"))
    row = {"id": "X1", "subject": "Printer", "body": "It is jammed", "channel": "email"}
    bring(jsonl({**row, "created_at": clock.now().isoformat()}), triage=True)
    assert _written(db, "X1") == _written(db, None)


def test_the_requester_is_the_author_of_the_first_message(
    db: Database, jsonl: Callable[..., Path], bring: Callable[..., Result]
) -> None:
    bring(jsonl({"id": "X1", "body": "Help", "customer": "Alder Mills", "requester": "Kim Low <kim@alder.example>"}))
    with db.read() as session:
        action = session.scalars(select(Action)).one()
        assert (action.actor_kind, action.actor_name) == ("user", "Kim Low")
