"""Random lives of tickets: whatever is done to them, in whatever order, certain things are always true.

`FIFTHCALL_SOAK=1` lives 10,000 lives on either engine instead of 200.
"""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from core_psa.db import Database, Work
from core_psa.db.weeks import Hours
from core_psa.desk import actions as desk
from core_psa.desk import approvals
from core_psa.desk.actions import Extra
from core_psa.desk.escalation import escalate
from core_psa.errors import ActionRefused, DomainError
from core_psa.intake.receive import NewTicket, receive
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.organisation.tables import Agent, AgentRole, Role, Team, TeamMember
from core_psa.sla import actions as calendar_actions
from core_psa.sla import clock_actions, clocks, ledger_store, policy_actions
from core_psa.sla.books import Books
from core_psa.sla.clocks import KINDS, Kind
from core_psa.sla.policy_rules import Target
from core_psa.sla.tables import Calendar, SlaPolicy
from core_psa.tickets import store
from core_psa.tickets.approvals.tables import Approval
from core_psa.tickets.own_fields import actions as own_fields
from core_psa.tickets.tables import Action, Priority, Status, Ticket, TicketDetail, TicketType
from core_psa.tickets.workflow import actions, definition_actions
from core_psa.tickets.workflow.store import book_of, stage_of, who
from core_psa.time_tracking.tables import TimeEntry
from core_psa.viewer import SYSTEM, Viewer

SOAK = os.environ.get("FIFTHCALL_SOAK") == "1"
LIVES = 10_000 if SOAK else int(os.environ.get("N", "200"))

ADA = Viewer("agent", 1, "Ada", BUILTIN_ROLES["agent"])
LENI = Viewer("agent", 2, "Leni", BUILTIN_ROLES["team lead"])
VIEWERS = (ADA, LENI, SYSTEM, Viewer("key", 1, "Reader", frozenset({"tickets.see_all"})))
TYPES = ("Incident", "Service Request", "Change", "Alert")
STATUSES = ("New", "In Triage", "In Progress", "Waiting on Customer", "Waiting on Vendor", "Resolved", "Closed")

viewers = st.sampled_from(VIEWERS)
status_names = st.none() | st.sampled_from(STATUSES)
reasons = st.sampled_from(["", "because"])


def arrange(w: Work) -> None:
    """A desk with people, a narrow workflow, gates, an action of its own and a field that resolving asks for."""
    roles = {role.name: role.id for role in w.session.scalars(select(Role))}
    w.session.add(Team(id=1, name="Service desk"))
    for viewer, tier, role in ((ADA, 1, "agent"), (LENI, 2, "team lead")):
        w.session.add(
            Agent(id=viewer.id, name=viewer.name, email=f"{viewer.id}@h.example", tier=tier, created_at=w.now)
        )
        w.session.flush()
        w.session.add_all(
            [TeamMember(team_id=1, agent_id=viewer.id), AgentRole(agent_id=viewer.id, role_id=roles[role])]
        )
    status = {s.name: s.id for s in w.session.scalars(select(Status))}
    kind = {t.name: t.id for t in w.session.scalars(select(TicketType))}
    new, busy, closed = status["New"], status["In Progress"], status["Closed"]
    actions.save_workflow(
        w,
        SYSTEM,
        kind["Service Request"],
        default_status_id=new,
        status_ids=[new, busy, closed],
        actions=["reply", "note", "update", "resolve", "reopen", "request_approval"],
        transitions=[("reply", new, busy), ("update", new, busy), ("resolve", busy, closed), ("reopen", closed, busy)],
    )
    actions.create_gate(w, SYSTEM, "time", type_id=kind["Alert"])
    actions.create_gate(w, SYSTEM, "fields", type_id=kind["Alert"], fields=["category", "assignee"])
    definition_actions.create_definition(w, SYSTEM, "park", "update", status_id=status["Waiting on Vendor"])
    definition_actions.create_definition(
        w, SYSTEM, "dismiss", "update", status_id=closed, role_ids=[roles["team lead"]]
    )
    own_fields.create_field(w, SYSTEM, kind["Incident"], "cause", "text", required_at=["resolve"])


class Life(RuleBasedStateMachine):
    """One ticket from its opening on, inside one transaction that is thrown away; refused actions are rolled back alone."""

    db: Database

    @initialize(kind=st.sampled_from(TYPES), severity_a=st.booleans())
    def opens(self, kind: str, severity_a: bool) -> None:
        self._work = self.db.work()
        self.w = self._work.__enter__()
        self.ids = {s.name: s.id for s in self.session.scalars(select(Status))}
        self.kinds = {t.name: t.id for t in self.session.scalars(select(TicketType))}
        ticket = receive(self.w, SYSTEM, NewTicket("Printer", "Jams.", type=kind, team=1, severity_a=severity_a))
        self.id = ticket.id
        self.breaches: dict[tuple[Kind, int], datetime | None] = {}

    @property
    def session(self) -> Session:
        return self.w.session

    def teardown(self) -> None:
        if hasattr(self, "_work"):
            self._work.__exit__(ThrownAway, ThrownAway(), None)

    @rule(viewer=viewers, status=status_names, minutes=st.none() | st.just(5))
    def replies(self, viewer: Viewer, status: str | None, minutes: int | None) -> None:
        extra = Extra(minutes=minutes)
        self._try(viewer, "reply", lambda: desk.reply(
            self.w, viewer, self.id, body="On it.", status_id=self._status(status), extra=extra))  # fmt: skip

    @rule(viewer=viewers, words=reasons)
    def notes(self, viewer: Viewer, words: str) -> None:
        self._try(viewer, "note", lambda: desk.note(self.w, viewer, self.id, body=words))

    @rule(viewer=viewers, agent=st.none() | st.sampled_from([1, 2]))
    def assigns(self, viewer: Viewer, agent: int | None) -> None:
        self._try(viewer, "assign", lambda: desk.assign(self.w, viewer, self.id, values={"assignee": agent}))

    @rule(
        viewer=viewers,
        status=status_names,
        kind=st.none() | st.sampled_from(TYPES),
        name=st.sampled_from(["", "park", "dismiss"]),
    )
    def updates(self, viewer: Viewer, status: str | None, kind: str | None, name: str) -> None:
        values: dict[str, Any] = {} if status is None else {"status": self.ids[status]}
        values |= {} if kind is None else {"type": self.kinds[kind]}
        extra = Extra(name)
        self._try(viewer, name or "update", lambda: desk.update(
            self.w, viewer, self.id, values=values, extra=extra))  # fmt: skip

    @rule(viewer=viewers, priority=st.sampled_from([None, 1, 4]), severity_a=st.booleans())
    def changes_priority(self, viewer: Viewer, priority: int | None, severity_a: bool) -> None:
        values = {"priority": priority, "severity_a": severity_a}
        self._try(viewer, "update", lambda: desk.update(self.w, viewer, self.id, values=values))

    @rule(viewer=viewers, words=reasons, status=status_names, override=reasons, cause=st.sampled_from(["", "dust"]))
    def resolves(self, viewer: Viewer, words: str, status: str | None, override: str, cause: str) -> None:
        extra = Extra(fields={"cause": cause} if cause else {}, override=override)
        self._try(viewer, "resolve", lambda: desk.resolve(
            self.w, viewer, self.id, resolution=words, status_id=self._status(status), extra=extra))  # fmt: skip

    @rule(viewer=viewers, override=reasons)
    def closes(self, viewer: Viewer, override: str) -> None:
        self._try(viewer, "close", lambda: desk.close(self.w, viewer, self.id, extra=Extra(override=override)))

    @rule(viewer=viewers)
    def reopens(self, viewer: Viewer) -> None:
        self._try(viewer, "reopen", lambda: desk.reopen(self.w, viewer, self.id, reason="Again."))

    @rule(viewer=viewers, minutes=st.sampled_from([0, 7]))
    def logs_time(self, viewer: Viewer, minutes: int) -> None:
        self._try(viewer, "time", lambda: desk.log_time(self.w, viewer, self.id, minutes=minutes))

    @rule(viewer=viewers, tier=st.none() | st.sampled_from([2, 3]), manager=st.booleans())
    def escalates(self, viewer: Viewer, tier: int | None, manager: bool) -> None:
        self._try(viewer, "escalate", lambda: escalate(
            self.w, viewer, self.id, reason="Too hard.", tier=tier, to_manager=manager))  # fmt: skip

    @rule(viewer=viewers, agent=st.sampled_from([1, 2]))
    def asks(self, viewer: Viewer, agent: int) -> None:
        self._try(viewer, "request_approval", lambda: approvals.request_approval(
            self.w, viewer, self.id, question="May I?", agent_id=agent))  # fmt: skip

    @rule(viewer=st.sampled_from([ADA, LENI]), decision=st.sampled_from(["approve", "reject"]))
    def answers(self, viewer: Viewer, decision: str) -> None:
        waiting = self.session.scalar(select(Approval.id).where(Approval.ticket_id == self.id).limit(1))
        if waiting:
            self._try(viewer, None, lambda: approvals.answer(self.w, viewer, waiting, decision, "So be it."))

    @rule(hours=st.integers(1, 48), scanned=st.booleans())
    def time_passes(self, hours: int, scanned: bool) -> None:
        self.w.now += timedelta(hours=hours)
        if scanned:
            clock_actions.review(self.w, ledger_store.stale_tickets(self.session, 10))
            clock_actions.catch_up(self.w, ledger_store.due_tickets(self.session, self.w.now, 10))

    @rule(minutes=st.integers(1, 3_000), kind=st.sampled_from(KINDS), always_open=st.booleans())
    def the_promise_changes(self, minutes: int, kind: Kind, always_open: bool) -> None:
        policy_id = self.session.scalar(_DEFAULT_POLICY)
        targets = [Target(p, kind, minutes, always_open) for p in self.session.scalars(select(Priority.id))]
        policy_actions.set_targets(self.w, SYSTEM, policy_id or 0, targets)

    @rule(opens=st.integers(0, 12), length=st.integers(1, 11))
    def the_hours_change(self, opens: int, length: int) -> None:
        calendar_id = self.session.scalar(_DEFAULT_CALENDAR)
        week = [Hours(day, opens * 60, (opens + length) * 60) for day in range(5)]
        calendar_actions.set_windows(self.w, SYSTEM, calendar_id or 0, week)

    def _status(self, name: str | None) -> int | None:
        return None if name is None else self.ids[name]

    def _try(self, viewer: Viewer, name: str | None, act: Callable[[], object]) -> None:
        before, open_to, refused = self._snapshot(), self._open_to(viewer), None
        try:
            with self.session.begin_nested():
                act()
        except DomainError as error:
            self.session.expire_all()
            assert self._snapshot() == before, "a refused action left something behind"
            refused = error
        else:
            assert name is None or name in open_to, f"{name} was taken but not offered"
            assert self._snapshot()[0].version == before[0].version + 1
        assert not isinstance(refused, ActionRefused) or refused.reasons

    def _open_to(self, viewer: Viewer) -> tuple[str, ...]:
        ticket = self.session.get_one(Ticket, self.id)
        book = book_of(self.session, ticket.type_id)
        return book.allowed(who(self.session, viewer, book), stage_of(self.session, ticket.status_id))

    def _snapshot(self) -> tuple[Any, ...]:
        row = self.session.execute(_ALL_OF_IT, {"id": self.id}).one()
        return row, [tuple(d) for d in self.session.execute(_DETAIL, {"id": self.id})]

    @invariant()
    def always(self) -> None:
        if not hasattr(self, "id"):
            return
        ticket = store.get(self.session, SYSTEM, self.id)
        timeline = store.timeline(self.session, SYSTEM, self.id)
        # What the desk only remarks (a deadline that has passed) raises no version.
        changes = [a.version for a in timeline if a.kind != "sla"]
        assert changes == list(range(1, ticket.version + 1)), "every version has its entry"
        assert ticket.state == self.session.get_one(Status, ticket.status_id).state
        assert (ticket.resolved_at is not None) == (ticket.state == "done")
        detail = self.session.get(TicketDetail, self.id)
        assert (ticket.priority_rank == 0) == bool(detail and detail.severity_a)

    @invariant()
    def no_minute_is_lost_or_invented(self) -> None:
        if not hasattr(self, "id"):
            return
        time_of = Books(self.session).time_of
        for clock in ledger_store.ledger(self.session, self.id):
            closed = [interval for interval in clock.intervals if interval.ended_at]
            assert len(clock.intervals) - len(closed) == (clock.state == "running"), "one open interval while it runs"
            assert clock.consumed == sum((interval.worked or timedelta() for interval in closed), timedelta())
            assert clocks.consumed(clock, self.w.now, time_of) <= self.w.now - clock.started_at
            for one, other in pairwise(clock.intervals):
                assert one.ended_at is not None
                assert one.started_at <= one.ended_at <= other.started_at
            first = self.breaches.setdefault((clock.kind, clock.cycle), clock.breached_at)
            assert first is None or clock.breached_at == first, "breached stays breached"
            self.breaches[clock.kind, clock.cycle] = clock.breached_at


# Written once: they are asked before and after every step.
_ALL_OF_IT = select(
    *Ticket.__table__.columns,
    *(
        select(func.count()).where(t.ticket_id == Ticket.id).scalar_subquery().label(t.__tablename__)
        for t in (Action, TimeEntry, Approval)
    ),
).where(Ticket.id == bindparam("id"))
_DETAIL = select(*TicketDetail.__table__.columns).where(TicketDetail.ticket_id == bindparam("id"))
_DEFAULT_POLICY = select(SlaPolicy.id).where(SlaPolicy.is_default)
_DEFAULT_CALENDAR = select(Calendar.id).where(Calendar.is_default)


class ThrownAway(Exception):
    """Ends a life without committing it."""


@pytest.mark.usefixtures("db")
def test_random_lives_of_tickets_break_nothing(db: Database) -> None:
    with db.work() as w:
        arrange(w)
    living = type("Living", (Life,), {"db": db})
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        living,
        settings=settings(max_examples=LIVES, stateful_step_count=8, deadline=None, suppress_health_check=checks),
    )
