"""The ticket's side of its SLA clocks: what moves them, what is told of them, and the scan that sees time pass."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.db import Database, Work
from core_psa.desk.entries import remark
from core_psa.desk.telling import tell_about
from core_psa.desk.watchers import add_watchers
from core_psa.sla import clock_actions, ledger_store
from core_psa.sla.clock_actions import Moved, Reached
from core_psa.sla.policy_choice import TicketFacts
from core_psa.sla.promises import Speaker, State
from core_psa.sla.recipients import Recipients
from core_psa.sla.tables import SlaTicket
from core_psa.tickets.tables import NEVER, Action, Ticket

_MOVED_BY = {"status", "priority", "customer", "site", "type", "team"}
_BATCH = 100
# As a sentence goes on after "the time to".
VERBS = {"response": "respond", "update": "give an update", "resolution": "resolve"}

Locked = Callable[[Work, Collection[int]], Sequence[Moved]]


def move(w: Work, ticket: Ticket, action: Action, before: Mapping[str, Any]) -> None:
    """Has the clocks follow an action, if it is one that concerns them."""
    created, said = action.kind == "created", speaker(action)
    if created or said or _MOVED_BY & before.keys():
        moved = clock_actions.follow(w, facts_of(ticket), said, created=created)
        if moved:
            _show(w, ticket, moved, Recipients(w.session))


def hear(w: Work, ticket: Ticket, said: Speaker | None, at: datetime | None = None) -> None:
    """Has the clocks follow words that came to the ticket in another way than by being said on it, just now or then."""
    if moved := clock_actions.follow(w, facts_of(ticket), said, said_at=at):
        _show(w, ticket, moved, Recipients(w.session))


def adopt(w: Work, ticket_ids: Collection[int]) -> None:
    """Gives clocks to open tickets that came in without any, as imported ones do, counted from when each was opened.

    What they reached before is noted and nobody is told of it. A ticket that has clocks, or is done, stays as it is.
    """
    known = select(SlaTicket.ticket_id)
    query = select(Ticket).where(Ticket.id.in_(ticket_ids), Ticket.state != "done", Ticket.id.not_in(known))
    tickets = {ticket.id: ticket for ticket in w.session.scalars(query.order_by(Ticket.id).with_for_update())}
    begun = [i for i, ticket in tickets.items() if clock_actions.follow(w, facts_of(ticket), created=True)]
    for moved in clock_actions.catch_up(w, begun):
        tickets[moved.ticket_id].due_at = moved.due_at or NEVER


def speaker(action: Action) -> Speaker | None:
    """Who has said something in public. The desk itself has nothing to say: an acknowledgement is no answer, and what no
    person wrote asks for none."""
    if action.kind == "created" or not (action.public and action.body) or "automated" in (action.changes or ()):
        return None
    speakers: Mapping[str, Speaker] = {"agent": "agent", "key": "agent", "user": "customer"}
    return speakers.get(action.actor_kind)


def facts_of(ticket: Ticket) -> TicketFacts:
    return TicketFacts(
        ticket_id=ticket.id,
        created_at=ticket.created_at,
        state=cast("State", ticket.state),
        type_id=ticket.type_id,
        customer_id=ticket.customer_id,
        site_id=ticket.site_id,
        team_id=ticket.team_id,
        priority_id=ticket.priority_id,
    )


@dataclass
class Scanned:
    """What one scan has seen to. `failed` tickets, with what went wrong, are tried again by the next."""

    told: int = 0
    reviewed: int = 0
    failed: dict[int, str] = field(default_factory=dict)


def scan(db: Database) -> Scanned:
    """Tells of every share of a budget that is used up by now, and has clocks follow what was promised anew.

    In short transactions, so that nobody waits for more than one of them. Scanning twice tells nothing twice.
    """
    done, now = Scanned(), db.clock.now()
    done.told = _each(db, done, lambda s, n: ledger_store.due_tickets(s, now, n), clock_actions.catch_up)
    done.reviewed = _each(db, done, ledger_store.stale_tickets, clock_actions.review)
    return done


def _each(db: Database, done: Scanned, waiting: Callable[[Session, int], list[int]], act: Locked) -> int:
    """Batch after batch until nothing waits; how many tickets. One that fails is set aside, so that it stops no other."""
    number = 0
    while True:
        with db.read() as session:
            ids = [i for i in waiting(session, _BATCH + len(done.failed)) if i not in done.failed]
        if not ids:
            return number
        try:
            _act(db, ids, act)
            number += len(ids)
        except Exception:  # whose fault it is shows when they are taken one by one
            number += sum(_acted_alone(db, ticket_id, act, done) for ticket_id in ids)


def _acted_alone(db: Database, ticket_id: int, act: Locked, done: Scanned) -> bool:
    try:
        _act(db, [ticket_id], act)
    except Exception as error:
        done.failed[ticket_id] = f"{type(error).__name__}: {error}"
        return False
    return True


def _act(db: Database, ticket_ids: Collection[int], act: Locked) -> None:
    with db.work() as w:
        # In the order of their ids, as everybody locks several tickets.
        query = select(Ticket).where(Ticket.id.in_(ticket_ids)).order_by(Ticket.id).with_for_update()
        tickets = {ticket.id: ticket for ticket in w.session.scalars(query)}
        recipients = Recipients(w.session)
        for moved in act(w, tickets.keys()):
            _show(w, tickets[moved.ticket_id], moved, recipients)


def _show(w: Work, ticket: Ticket, moved: Moved, recipients: Recipients) -> None:
    """Puts the soonest deadline where the queue sorts by it, and writes and tells what was reached."""
    ticket.due_at = moved.due_at or NEVER
    if moved.policies:
        remark(w, ticket, "sla", {"SLA policy": list(moved.policies)})
    for reached in moved.reached:
        what = "missed" if reached.is_breach else f"{reached.percent} % used"
        remark(w, ticket, "sla", {f"time to {VERBS[reached.kind]}": [None, what]})
        _tell(w, ticket, reached, moved.escalated_to, recipients)


def _tell(w: Work, ticket: Ticket, reached: Reached, escalated_to: int | None, recipients: Recipients) -> None:
    """Of a warning or a breach, and of an escalation those who have not just been told of the same; they watch from then on."""
    verb = VERBS[reached.kind]
    plain = [t for t in reached.thresholds if t.level is None]
    if warned := recipients.of(plain, ticket.assignee_id, ticket.team_id):
        facts: dict[str, Any] = {"clock": verb, "due_at": reached.due_at or ""}
        share = {} if reached.is_breach else {"share": reached.percent}
        event = "sla_breached" if reached.is_breach else "sla_warning"
        tell_about(w, event, ticket, {**facts, **share}, agents=warned)
    raised = [t for t in reached.thresholds if escalated_to and t.level == escalated_to]
    raised_to = recipients.of(raised, ticket.assignee_id, ticket.team_id)
    if raised_to:
        add_watchers(w, ticket, raised_to)
    if fresh := raised_to - warned:
        why = {"reason": f"{reached.percent} % of the time to {verb} has passed", "tier": escalated_to}
        tell_about(w, "escalated", ticket, why, agents=fresh)
