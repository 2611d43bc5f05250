"""What the rules would have done with past tickets, without touching one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.errors import FieldError, Invalid
from core_psa.routing import store
from core_psa.routing.rules import SETS, Facts, Rule, Step, Value, route
from core_psa.tickets.store import visible
from core_psa.tickets.tables import Ticket, TicketText
from core_psa.viewer import Viewer

MOST, USUAL, EXAMPLES = 2_000, 500, 5
# Rules may ask for opening hours and shifts; within the same quarter of an hour the answer is taken to be the same.
_QUARTER = 900


@dataclass(frozen=True)
class Example:
    """A past ticket, what the rule would have set (ids by field), and what of it the ticket has today."""

    ticket_id: int
    subject: str
    sets: Mapping[str, int]
    agrees: bool


@dataclass
class RuleTrial:
    """How many tickets a rule would have acted on, and how many of these have today just what it would have set."""

    rule: Rule
    fits: int = 0
    agrees: int = 0
    examples: list[Example] = field(default_factory=list)

    def count(self, ticket: Ticket, step: Step) -> None:
        same = all(getattr(ticket, f"{name}_id") == value for name, value in step.values.items())
        agrees = bool(step.values) and same
        self.fits += 1
        self.agrees += agrees
        if len(self.examples) < EXAMPLES:
            self.examples.append(Example(ticket.id, ticket.subject, step.values, agrees))


@dataclass(frozen=True)
class Trial:
    looked_at: int
    untouched: int
    rules: Sequence[RuleTrial]


def try_rules(session: Session, viewer: Viewer, newest: int = USUAL) -> Trial:
    """The rules in use over the newest tickets the viewer may see, up to MOST.

    A past ticket is taken to have come in with the category, priority and type it has today; whom a rule would have
    picked within a team is not guessed.
    """
    viewer.require("settings.see")
    if not 1 <= newest <= MOST:
        raise Invalid(FieldError("newest", f"{newest} is outside 1 to {MOST}"))
    rules = store.active_rules(session)
    trials = {rule.id: RuleTrial(rule) for rule in rules}
    tickets = session.execute(_newest(viewer, newest)).all()
    facts = _FactsOfPast(session, rules)
    untouched = 0
    for ticket, text in tickets:
        steps = route(rules, facts.of(ticket, text or ""), {}, lambda rule, team_id: None)
        untouched += not steps
        for step in steps:
            trials[step.rule.id].count(ticket, step)
    return Trial(len(tickets), untouched, list(trials.values()))


def _newest(viewer: Viewer, newest: int) -> Any:
    query = select(Ticket, TicketText.text).outerjoin(TicketText, TicketText.ticket_id == Ticket.id)
    return query.where(visible(viewer), ~Ticket.spam).order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(newest)


class _FactsOfPast:
    """The facts of one past ticket after another; what depends on the hour alone is looked up once."""

    def __init__(self, session: Session, rules: Sequence[Rule]) -> None:
        self._session = session
        self._above = store.above(session)
        self._calendars = store.asked(rules, "hours")
        self._skills = store.asked(rules, "skill")
        self._by_hour: dict[int, dict[str, frozenset[Value]]] = defaultdict(dict)

    def of(self, ticket: Ticket, text: str) -> Facts:
        known: dict[str, frozenset[Value]] = {"channel": frozenset({ticket.channel}), **self._at(ticket)}
        for name in ("customer", "site", "type", "category", "priority"):
            known[name] = frozenset(_given([getattr(ticket, f"{name}_id")]))
        known["category"] |= self._above.get(ticket.category_id or 0, frozenset())
        return Facts(known, f"{ticket.subject}\n{text}", self._above)

    def _at(self, ticket: Ticket) -> Mapping[str, frozenset[Value]]:
        if not self._calendars and not self._skills:
            return {}
        held = self._by_hour[int(ticket.created_at.timestamp()) // _QUARTER]
        if not held:
            held["hours"] = store.open_calendars(self._session, self._calendars, ticket.created_at)
            held["skill"] = store.skills_at_work(self._session, self._skills, ticket.created_at)
        return held


def _given(values: Iterable[int | None]) -> Iterable[int]:
    return (value for value in values if value is not None)


def names_needed(trial: Trial) -> dict[str, set[int]]:
    """The ids by field whose names a reader of this trial needs."""
    needed: dict[str, set[int]] = {name: set() for name in SETS}
    for example in (example for rule in trial.rules for example in rule.examples):
        for name, value in example.sets.items():
            needed[name].add(value)
    return needed
