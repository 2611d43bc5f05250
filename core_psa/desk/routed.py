"""The desk's routing rules over a ticket about to be opened. What whoever opens it has chosen stays; the rules fill in the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core_psa.db import Work
from core_psa.desk.entries import remark
from core_psa.desk.names import REFERENCES, label
from core_psa.routing import actions, store
from core_psa.routing.rules import SETS, Facts, Rule, Step, Value, route
from core_psa.tickets.tables import Ticket

if TYPE_CHECKING:
    from core_psa.desk.opening import Opening

_ASKED = ("customer", "site", "type", "category", "priority")


def by_rules(w: Work, opening: "Opening", priority_id: int | None) -> tuple["Opening", Sequence[Step]]:
    """The opening with what the rules make of it, and what each rule did. `priority_id` is the one it would have without them."""
    rules = store.active_rules(w.session)
    if not rules:
        return opening, ()
    present = {name: i for name in SETS if (i := getattr(opening, REFERENCES[name].column)) is not None}
    if priority_id is not None:
        present["priority"] = priority_id
    taken = {name: i for name, i in present.items() if name != "type" or _type_is_settled(opening)}
    facts = _facts(w, rules, opening, present)
    steps = route(rules, facts, taken, lambda rule, team_id: actions.pick(w, rule, team_id))
    values: dict[str, Any] = {REFERENCES[name].column: i for step in steps for name, i in step.values.items()}
    tags = tuple(dict.fromkeys((*opening.tags, *(tag for step in steps for tag in step.tags))))
    return replace(opening, **values, tags=tags), [step for step in steps if _did_something(step)]


def tell_of_rules(w: Work, ticket: Ticket, steps: Sequence[Step]) -> None:
    """One line of the timeline for each rule that acted."""
    for step in steps:
        changes: dict[str, Any] = {"rule": [None, {"id": step.rule.id, "name": step.rule.name}]}
        for name, i in step.values.items():
            changes[name] = [None, {"id": i, "name": label(w.session, name, i)}]
        if step.tags:
            changes["tags"] = [[], list(step.tags)]
        if step.nobody_free:
            changes["nobody_free"] = [None, True]
        remark(w, ticket, "routed", changes)


def _did_something(step: Step) -> bool:
    return bool(step.values or step.tags or step.nobody_free)


def _type_is_settled(opening: "Opening") -> bool:
    """A status and own fields belong to a type: with these given, another type would not fit."""
    return opening.type_given or opening.status_id is not None or bool(opening.own)


def _facts(w: Work, rules: Sequence[Rule], opening: "Opening", present: Mapping[str, int]) -> Facts:
    above = store.above(w.session)
    known: dict[str, frozenset[Value]] = {"channel": frozenset({opening.channel})}
    for name in _ASKED:
        found = present.get(name, getattr(opening, REFERENCES[name].column))
        known[name] = frozenset() if found is None else frozenset({found})
    known["category"] |= above.get(present.get("category", 0), frozenset())
    if calendars := store.asked(rules, "hours"):
        known["hours"] = store.open_calendars(w.session, calendars, w.now)
    if skills := store.asked(rules, "skill"):
        known["skill"] = store.skills_at_work(w.session, skills, w.now)
    return Facts(known, f"{opening.subject}\n{opening.text}", above)
