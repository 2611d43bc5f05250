"""Moving a ticket's clocks, inside the transaction of what moves them. The caller holds the ticket's lock.

`follow` after every change of a ticket; `review` after a change of what was promised; `catch_up` when time has passed.
All three first settle what has happened meanwhile: changed calendars, and shares of budgets that were used up.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import cast

from sqlalchemy import select

from core_psa.db import Work
from core_psa.sla import clocks, ledger_store, promises
from core_psa.sla.books import Books
from core_psa.sla.clocks import Clock, Kind, TimeOf
from core_psa.sla.policy_choice import Chosen, TicketFacts, choose, named_change
from core_psa.sla.policy_rules import Policy, Source, Threshold
from core_psa.sla.promises import BREACH, Conduct, Happening, Speaker, Standing, State
from core_psa.sla.tables import SlaTicket

# What decides which policy and calendar count.
_CHOSEN_BY = ("customer_id", "site_id", "type_id", "team_id")


@dataclass(frozen=True)
class Reached:
    """A share of a clock's budget that is used up, and what is to be done about it."""

    kind: Kind
    percent: int
    due_at: datetime | None
    thresholds: Sequence[Threshold] = ()

    @property
    def is_breach(self) -> bool:
        return self.percent >= BREACH


@dataclass(frozen=True)
class Moved:
    """How a ticket stands now: its soonest deadline, what was reached, how far it escalated, and whether the choice has changed."""

    ticket_id: int
    standing: Standing
    due_at: datetime | None
    reached: Sequence[Reached] = ()
    escalated_to: int | None = None
    policies: tuple[str, str] | None = None


@dataclass
class _Case:
    """One ticket's clocks in work."""

    row: SlaTicket
    policy: Policy
    before: Mapping[Kind, Clock] = field(default_factory=dict)
    present: dict[Kind, Clock] = field(init=False)
    changed: list[Clock] = field(default_factory=list)
    reached: list[Reached] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.present = dict(self.before)

    def move(self, clock: Clock) -> None:
        if clock != self.present.get(clock.kind):
            self.present[clock.kind] = clock
            self.changed = [c for c in self.changed if (c.kind, c.cycle) != (clock.kind, clock.cycle)] + [clock]


def follow(
    w: Work,
    facts: TicketFacts,
    said: Speaker | None = None,
    *,
    created: bool = False,
    said_at: datetime | None = None,
) -> Moved | None:
    """Moves the clocks of a ticket that is now as `facts` tell. None for one that has none: imported, or nothing to choose.

    Words that were not heard at once count from when they were `said_at`.
    """
    books = Books(w.session)
    if created:
        return _begin(w, books, facts, said)
    row = w.session.get(SlaTicket, facts.ticket_id)
    return None if row is None else _go_on(w, books, row, facts, said, said_at)


def review(w: Work, ticket_ids: Collection[int]) -> list[Moved]:
    """Has these tickets' clocks follow a changed policy, calendar or agreement."""
    books = Books(w.session)
    rows = [w.session.get_one(SlaTicket, ticket_id) for ticket_id in ticket_ids]
    return [_go_on(w, books, row, _facts(row), None) for row in rows]


def catch_up(w: Work, ticket_ids: Collection[int]) -> list[Moved]:
    """What these tickets' clocks have reached by now. Asking twice tells nothing twice."""
    books = Books(w.session)
    present = ledger_store.present_clocks(w.session, ticket_ids)
    rows = w.session.scalars(select(SlaTicket).where(SlaTicket.ticket_id.in_(ticket_ids)))
    cases = [_Case(row, books.policy(row.policy_id), present.get(row.ticket_id, {})) for row in rows]
    for case in cases:
        _settle(case, books, w.now)
        # Also a clock that reached nothing new has been looked at, and is looked at again when its next share is due.
        case.changed = [clock for clock in case.present.values() if clock.state == "running"]
    return _finish(w, books, cases)


def _begin(w: Work, books: Books, facts: TicketFacts, said: Speaker | None) -> Moved | None:
    chosen = choose(w.session, facts)
    if chosen is None:
        return None
    row = SlaTicket(**asdict(facts), **asdict(chosen), standing="none", level=0, stale=False)
    w.session.add(row)
    case = _Case(row, books.policy(chosen.policy_id))
    _happen(case, books, Happening(w.now, "opened", facts.state, said, facts.created_at))
    return _finish(w, books, [case])[0]


def _go_on(
    w: Work,
    books: Books,
    row: SlaTicket,
    facts: TicketFacts,
    said: Speaker | None,
    said_at: datetime | None = None,
) -> Moved:
    case = _Case(
        row, books.policy(row.policy_id), ledger_store.present_clocks(w.session, [row.ticket_id])[row.ticket_id]
    )
    _settle(case, books, w.now)
    chosen = _chosen_anew(w, row, facts)
    why = named_change(_facts(row), facts, _chosen(row), chosen, said)
    happening = Happening(said_at or w.now, why, facts.state, said)
    policies = case.policy.name, books.policy(chosen.policy_id).name
    for name, value in {**asdict(facts), **asdict(chosen), "stale": False}.items():
        setattr(row, name, value)
    case.policy = books.policy(chosen.policy_id)
    _happen(case, books, happening)
    return replace(_finish(w, books, [case])[0], policies=policies if policies[0] != policies[1] else None)


def _chosen_anew(w: Work, row: SlaTicket, facts: TicketFacts) -> Chosen:
    """What is promised to unfinished work is followed at once, and to finished work when it is taken up again."""
    reopened = row.state == "done" and facts.state != "done"
    stays = not row.stale and not reopened and all(getattr(row, name) == getattr(facts, name) for name in _CHOSEN_BY)
    return (None if stays else choose(w.session, facts)) or _chosen(row)


def _settle(case: _Case, books: Books, at: datetime) -> None:
    """Brings the clocks to the present: counted in each calendar version for as long as it held, and told what they reached."""
    for clock in list(case.present.values()):
        settled = clock
        for until, version in books.changes(clock.terms.calendar_id, clock.terms.calendar_version):
            terms = replace(settled.terms, calendar_version=version)
            settled = clocks.recounted(settled, until, terms, "calendar changed", books.time_of)
        case.move(settled)
        _tell(case, settled, books, at)


def _tell(case: _Case, clock: Clock, books: Books, at: datetime) -> None:
    percents = promises.reached(clock, at, case.policy.conduct.shares, books.time_of)
    case.move(clocks.with_breach(clock, at, books.time_of))
    if percents:
        due = clocks.due_at(clock, books.time_of)
        case.reached.append(Reached(clock.kind, percents[-1], due, case.policy.warned(percents)))
        case.move(replace(case.present[clock.kind], told=percents[-1]))


def _happen(case: _Case, books: Books, happening: Happening) -> None:
    calendar = case.row.calendar_id
    terms = case.policy.terms(case.row.priority_id, calendar, books.version(calendar))
    moved = promises.after(case.present, happening, terms, case.policy.conduct, books.time_of)
    for clock in (clock for each in moved.values() for clock in each):
        case.move(clock)


def _finish(w: Work, books: Books, cases: Sequence[_Case]) -> list[Moved]:
    """Writes what moved, and how the tickets stand by it."""
    standing = [_stand(case, w.now, books) for case in cases]
    w.session.flush()
    for policy in {case.policy.id: case.policy for case in cases}.values():
        of_policy = [case for case in cases if case.policy.id == policy.id]
        moved = [(case.row.ticket_id, clock) for case in of_policy for clock in case.changed]
        known = {interval for case in of_policy for clock in case.before.values() for interval in clock.intervals}
        values = partial(_times, at=w.now, conduct=policy.conduct, time_of=books.time_of)
        ledger_store.save(w.session, moved, known, values)
    return standing


def _times(clock: Clock, *, at: datetime, conduct: Conduct, time_of: TimeOf) -> Mapping[str, datetime | None]:
    return {"due_at": clocks.due_at(clock, time_of), "next_at": promises.next_at(clock, at, conduct, time_of)}


def _stand(case: _Case, at: datetime, books: Books) -> Moved:
    """Notes how the ticket stands, and tells what is to be told."""
    conduct, row, present = case.policy.conduct, case.row, list(case.present.values())
    breached = row.standing == "breached"
    row.standing = promises.standing(present, at, conduct, books.time_of, breached_before=breached)
    level = max((t.level or 0 for r in case.reached for t in r.thresholds), default=0)
    escalated_to = level if level > row.level else None
    row.level = max(level, row.level)
    due = promises.due_first(present, books.time_of)
    return Moved(row.ticket_id, row.standing, due, case.reached, escalated_to)


def _facts(row: SlaTicket) -> TicketFacts:
    return TicketFacts(
        ticket_id=row.ticket_id,
        created_at=row.created_at,
        state=cast("State", row.state),
        type_id=row.type_id,
        customer_id=row.customer_id,
        site_id=row.site_id,
        team_id=row.team_id,
        priority_id=row.priority_id,
    )


def _chosen(row: SlaTicket) -> Chosen:
    return Chosen(
        row.policy_id,
        cast("Source", row.policy_from),
        row.calendar_id,
        cast("Source", row.calendar_from),
        row.agreement_id,
    )
