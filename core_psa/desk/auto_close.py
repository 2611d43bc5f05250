"""Closing tickets after a silence, once their requester has been warned.

`scan` works out when each ticket that a rule concerns will close, keeps that up to date, and does what has come due. It may
run at any time and any number of times: every ticket is looked at again, locked, in the transaction that closes it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.orm import Session

from core_psa.db import Database, Work
from core_psa.desk.changes import apply
from core_psa.desk.gates import in_the_way
from core_psa.desk.telling import tell_about
from core_psa.tickets import store as tickets
from core_psa.tickets.tables import Ticket
from core_psa.tickets.waiting import rules, store
from core_psa.tickets.waiting.rules import Silence
from core_psa.tickets.waiting.tables import AutoCloseRule, PlannedClose
from core_psa.viewer import SYSTEM

_AT_ONCE = 500


@dataclass
class Scan:
    """What one scan did: tickets by what happened to them, and those that failed with the reason."""

    planned: int = 0
    warned: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    failed: list[tuple[int, str]] = field(default_factory=list)


def scan(db: Database) -> Scan:
    """Plans, warns and closes. A ticket that fails is reported and does not hold up the others."""
    done = Scan()
    with db.read() as session:
        silences = store.silences(session)
    statuses = {rule.status_id for rule in silences}
    _plan(db, silences, done, lambda s, after: store.outdated(s, after, _AT_ONCE))
    _plan(db, silences, done, lambda s, after: store.unplanned(s, statuses, after, _AT_ONCE))
    with db.read() as session:
        due = store.silent(session, db.clock.now())
    for ticket_id in due:
        try:
            with db.work() as w:
                step = _attend(w, silences, ticket_id)
        except Exception as error:
            done.failed.append((ticket_id, _said(error)))
        else:
            if step != "wait":
                (done.warned if step == "warn" else done.closed).append(ticket_id)
    return done


def _plan(db: Database, silences: Sequence[Silence], done: Scan, find: Callable[[Session, int], Sequence[int]]) -> None:
    """Works out when the tickets found will close, a batch a transaction."""
    after = 0
    while ids := _found(db, find, after):
        with db.work() as w:
            for ticket_id in ids:
                try:
                    with w.session.begin_nested():
                        _planned(w, silences, w.session.get_one(Ticket, ticket_id))
                except Exception as error:
                    done.failed.append((ticket_id, _said(error)))
                else:
                    done.planned += 1
        after = ids[-1]


def _found(db: Database, find: Callable[[Session, int], Sequence[int]], after: int) -> Sequence[int]:
    with db.read() as session:
        return find(session, after)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _planned(w: Work, silences: Sequence[Silence], ticket: Ticket) -> tuple[Silence, PlannedClose] | None:
    """The rule for this ticket and its plan, brought up to date; none, and no plan, where no rule concerns it."""
    row = w.session.get(PlannedClose, ticket.id)
    rule = rules.chosen(silences, ticket.status_id, ticket.team_id, ticket.type_id)
    if rule is None or ticket.spam or store.is_snoozed(w.session, ticket.id):
        if row is not None:
            w.session.delete(row)
        return None
    active_at = store.last_activity(w.session, ticket)
    if row is None:
        row = PlannedClose(ticket_id=ticket.id, active_at=active_at, warned_at=None)
        w.session.add(row)
    if (row.rule_id, row.active_at) != (rule.rule_id, active_at):
        row.warned_at = None  # a sign of life takes the warning back
    plan = rules.planned(rule, active_at, row.warned_at)
    row.rule_id, row.version, row.active_at = rule.rule_id, ticket.version, active_at
    row.due_at, row.close_at = plan.due_at, plan.close_at
    return rule, row


def _attend(w: Work, silences: Sequence[Silence], ticket_id: int) -> Literal["wait", "warn", "close"]:
    """Does what is due, if it still is now that nobody else can touch the ticket."""
    ticket = tickets.for_change(w.session, SYSTEM, ticket_id)
    found = _planned(w, silences, ticket)
    if found is None:
        return "wait"
    rule, row = found
    step = rules.step(rule, rules.Plan(row.due_at, row.close_at), row.warned_at, w.now)
    if step == "warn":
        _warn(w, ticket, rule, row)
    elif step == "close":
        _close(w, ticket, row)
    return step


def _warn(w: Work, ticket: Ticket, rule: Silence, row: PlannedClose) -> None:
    row.warned_at = w.now
    row.due_at, row.close_at = rules.planned(rule, row.active_at, w.now)
    apply(w, SYSTEM, ticket, "auto_close_warning", facts={"closes_at": [None, row.close_at.isoformat()]})
    row.version = ticket.version
    told = {"closes_at": row.close_at}
    tell_about(w, "auto_close_warning", ticket, told, agents=[ticket.assignee_id], users=[ticket.requester_id])


def _close(w: Work, ticket: Ticket, row: PlannedClose) -> None:
    rule = w.session.get_one(AutoCloseRule, row.rule_id)
    w.session.delete(row)
    was_resolved = ticket.resolved_at is not None
    values = {"status": rule.target_status_id}
    facts: dict[str, list[Any]] = {"after_silence": [None, f"{rule.inactive_days} days"], "rule": [None, rule.name]}
    if passed := in_the_way(w.session, ticket, values):
        facts["unmet"] = [None, passed]
    apply(w, SYSTEM, ticket, "close", values=values, facts=facts)
    if not was_resolved:
        # Nobody knows when the work ended, only that it has: it must not teach how long such things take.
        ticket.end_known = False
