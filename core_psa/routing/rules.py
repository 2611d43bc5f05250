"""Which rules fit a ticket and what they make of it, over plain facts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

# What a rule may ask about; a value is a record's id, or a word for the last two. `hours` holds while one of the calendars
# named is open, `skill` while somebody who has it is at work.
CONDITIONS = ("customer", "site", "type", "category", "priority", "skill", "hours", "channel", "text")
WORDS = ("channel", "text")
SETS = ("type", "category", "priority", "team", "assignee")
PICKS: Mapping[str, str] = {
    "round_robin": "whoever comes next in the team",
    "least_loaded": "whoever has the fewest unsolved tickets",
}

Value = int | str
Pick = Callable[["Rule", int], int | None]


@dataclass(frozen=True)
class Condition:
    """Holds where any of the values does; the other way round where negated."""

    field: str
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True)
class Rule:
    """`sets` are ids by field of SETS; `pick` is one of PICKS, among those with `skill_id` if one is named."""

    id: int
    name: str
    conditions: tuple[Condition, ...] = ()
    match_all: bool = True
    go_on: bool = False
    sets: Mapping[str, int] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    pick: str | None = None
    skill_id: int | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of a ticket: the values that hold by field of CONDITIONS, and its text.

    `above` are the ids over a category by its id: a rule for a branch of the tree means everything below it too.
    """

    known: Mapping[str, frozenset[Value]]
    text: str = ""
    above: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def learned(self, values: Mapping[str, int]) -> "Facts":
        """With what a rule has just set."""
        sets = {name: frozenset({value, *self._over(name, value)}) for name, value in values.items()}
        return Facts({**self.known, **sets}, self.text, self.above)

    def _over(self, name: str, value: int) -> frozenset[int]:
        return self.above.get(value, frozenset()) if name == "category" else frozenset()


@dataclass(frozen=True)
class Step:
    """What one rule did: ids by field, further tags, and whether it looked for an agent and found none."""

    rule: Rule
    values: Mapping[str, int]
    tags: tuple[str, ...] = ()
    nobody_free: bool = False


def holds(condition: Condition, facts: Facts) -> bool:
    if condition.field == "text":
        text = facts.text.casefold()
        found = any(str(value).casefold() in text for value in condition.values)
    else:
        found = not facts.known.get(condition.field, frozenset()).isdisjoint(condition.values)
    return found != condition.negated


def fits(rule: Rule, facts: Facts) -> bool:
    """A rule without conditions fits every ticket."""
    if not rule.conditions:
        return True
    return (all if rule.match_all else any)(holds(condition, facts) for condition in rule.conditions)


def route(rules: Sequence[Rule], facts: Facts, taken: Mapping[str, int], pick: Pick) -> list[Step]:
    """What the rules that fit do, in their order. What is in `taken` (ids by field) stays, and so does what an earlier rule set.

    Later rules see what earlier ones set. `pick` chooses an agent for a rule within a team.
    """
    steps: list[Step] = []
    present = dict(taken)
    for rule in rules:
        if not fits(rule, facts):
            continue
        step = _step(rule, present, pick)
        steps.append(step)
        present.update(step.values)
        facts = facts.learned(step.values)
        if not rule.go_on:
            break
    return steps


def _step(rule: Rule, present: Mapping[str, int], pick: Pick) -> Step:
    values = {name: value for name, value in rule.sets.items() if name not in present}
    team_id = values.get("team", present.get("team"))
    if rule.pick is None or team_id is None or "assignee" in values or "assignee" in present:
        return Step(rule, values, rule.tags)
    agent_id = pick(rule, team_id)
    if agent_id is None:
        return Step(rule, values, rule.tags, nobody_free=True)
    return Step(rule, {**values, "assignee": agent_id}, rule.tags)


def next_in_turn(candidates: Collection[int], last: int | None) -> int | None:
    """The candidate after the last one, round and round in the order of ids; none where there are none."""
    ordered = sorted(candidates)
    return next((i for i in ordered if last is not None and i > last), ordered[0] if ordered else None)


def least_loaded(loads: Mapping[int, int], last: int | None) -> int | None:
    """The candidate with the least work; among equals the next in turn."""
    lowest = min(loads.values(), default=0)
    return next_in_turn([i for i, load in loads.items() if load == lowest], last)
