"""Tickets as they were, under other promises: their history is told again to the code that moves clocks. Writes nothing.

Calendars count as they are now, and what was promised is what counts for the ticket now unless something else is supposed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.desk.clocks import facts_of, speaker
from core_psa.reads.service_levels import ServiceLevels, levels_of, what_if
from core_psa.sla.clocks import KINDS, Kind
from core_psa.sla.ledger import ClockView
from core_psa.sla.policy_choice import TicketFacts
from core_psa.sla.promises import State
from core_psa.sla.verdicts import Kept, Verdict
from core_psa.sla.what_if import Step
from core_psa.tickets import store
from core_psa.tickets.tables import Action, Status, Ticket
from core_psa.viewer import Viewer

# More would keep whoever asks waiting.
MOST = 200


@dataclass(frozen=True)
class Instead:
    """What is supposed to have counted; None is what counts now."""

    policy_id: int | None = None
    calendar_id: int | None = None
    priority_id: int | None = None


@dataclass(frozen=True)
class Replayed:
    """One ticket as it stands, and as it would. `was` is None for one without clocks, such as imported history."""

    ticket: Ticket
    was: ServiceLevels | None
    would: ServiceLevels | None

    def verdicts(self, kind: Kind) -> tuple[Verdict | None, Verdict | None]:
        return verdict(self.was, kind), verdict(self.would, kind)

    @property
    def differs(self) -> bool:
        return any(was != would for was, would in map(self.verdicts, KINDS))


@dataclass(frozen=True)
class Replays:
    """The newest of `total` tickets that were opened in a stretch of time."""

    tickets: Sequence[Replayed]
    total: int

    def kept(self, kind: Kind) -> tuple[Kept, Kept]:
        """How the promises of this kind were kept, and how they would have been."""
        pairs = [ticket.verdicts(kind) for ticket in self.tickets]
        return _counted([was for was, _ in pairs]), _counted([would for _, would in pairs])


def replay(session: Session, viewer: Viewer, ticket_id: int, instead: Instead, now: datetime) -> Replayed:
    """Raises NotFound beyond the viewer's wall."""
    ticket = store.get(session, viewer, ticket_id)
    return _replayed(session, ticket, instead, now)


def replays(
    session: Session, viewer: Viewer, begins: datetime, ends: datetime, instead: Instead, now: datetime
) -> Replays:
    """Tickets opened from `begins` up to `ends`; merged ones and spam are left out, as in the report."""
    there = (Ticket.created_at >= begins, Ticket.created_at < ends, ~Ticket.spam, Ticket.duplicate_of_id.is_(None))
    seen = (*there, store.visible(viewer))
    newest = select(Ticket).where(*seen).order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(MOST)
    found = [_replayed(session, ticket, instead, now) for ticket in session.scalars(newest).all()]
    return Replays(found, session.scalar(select(func.count()).select_from(Ticket).where(*seen)) or 0)


def verdict(levels: ServiceLevels | None, kind: Kind) -> Verdict | None:
    """As `sla.verdicts` judges; None where nothing of this kind was promised."""
    promised: list[ClockView] = [c for c in levels.clocks if c.kind == kind and c.budget is not None] if levels else []
    if not promised:
        return None
    if any(clock.breached_at for clock in promised):
        return "missed"
    return "met" if all(clock.state == "stopped" for clock in promised) else "running"


def _replayed(session: Session, ticket: Ticket, instead: Instead, now: datetime) -> Replayed:
    facts, steps = _lived(session, ticket)
    if instead.priority_id:
        facts = replace(facts, priority_id=instead.priority_id)
        steps = [replace(step, priority_id=None) for step in steps]
    would = what_if(session, facts, steps, now, policy_id=instead.policy_id, calendar_id=instead.calendar_id)
    return Replayed(ticket, levels_of(session, ticket.id, now), would)


def _lived(session: Session, ticket: Ticket) -> tuple[TicketFacts, list[Step]]:
    """How the ticket was opened, and all that has moved its clocks since."""
    states = {status_id: cast("State", state) for status_id, state in session.execute(select(Status.id, Status.state))}
    entries = session.scalars(select(Action).where(Action.ticket_id == ticket.id, Action.kind != "copy"))
    steps: list[Step] = []
    first = facts_of(ticket)
    for entry in sorted(entries, key=lambda entry: entry.id, reverse=True):
        status, priority = _pair(entry, "status"), _pair(entry, "priority")
        state = states.get(status[1] or 0) if status else None
        steps.append(Step(entry.at, state, speaker(entry), priority[1] if priority else None))
        first = replace(
            first,
            state=states.get(status[0] or 0, first.state) if status else first.state,
            priority_id=priority[0] if priority else first.priority_id,
        )
    return first, [step for step in reversed(steps) if step.state or step.said or step.priority_id]


def _pair(entry: Action, field: str) -> tuple[int | None, int | None] | None:
    """The ids that an entry tells this field had before and has since."""
    told = (entry.changes or {}).get(field)
    if entry.kind in ("created", "routed") or not told:
        return None
    before, after = (named["id"] if named else None for named in told)
    return before, after


def _counted(verdicts: Sequence[Verdict | None]) -> Kept:
    return Kept(verdicts.count("met"), verdicts.count("missed"), verdicts.count("running"))
