"""Conditions on entering a status, over plain facts. Each says in words what is missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """What gates may ask of a ticket. `empty` are the named fields without a value; `approval` is the latest answer."""

    resolved: bool = False
    minutes: int = 0
    unticked: Sequence[str] = ()
    open_children: int = 0
    empty: Sequence[str] = ()
    approval: str = "none"


@dataclass(frozen=True)
class Condition:
    """A kind of gate: what it demands, and what of that is unmet."""

    label: str
    unmet: Callable[[Facts], list[str]]


def _resolution(facts: Facts) -> list[str]:
    return [] if facts.resolved else ["no resolution note has been written: resolve it first"]


def _time(facts: Facts) -> list[str]:
    return [] if facts.minutes else ["no time has been logged"]


def _checklist(facts: Facts) -> list[str]:
    return [f"the checklist item '{item}' is not done" for item in facts.unticked]


def _children(facts: Facts) -> list[str]:
    number = facts.open_children
    return [f"{number} of its child tickets {'is' if number == 1 else 'are'} not done"] if number else []


def _fields(facts: Facts) -> list[str]:
    return [f"{name} is empty" for name in facts.empty]


def _approval(facts: Facts) -> list[str]:
    said = {
        "none": "no approval has been asked for",
        "pending": "an approval is still awaited",
        "rejected": "the approval was refused",
        "expired": "the approval was not given in time",
        "withdrawn": "the request for approval was withdrawn",
    }
    return [] if facts.approval == "approved" else [said[facts.approval]]


CONDITIONS: Mapping[str, Condition] = {
    "resolution": Condition("a resolution note is written", _resolution),
    "time": Condition("at least one time entry", _time),
    "checklist": Condition("every required checklist item is done", _checklist),
    "children": Condition("no child is open", _children),
    "fields": Condition("the named fields are not empty", _fields),
    "approval": Condition("the latest request for approval was approved", _approval),
}


def unmet(kinds: Sequence[str], facts: Facts) -> list[str]:
    """Every unmet condition of these kinds, in the order of the conditions; each is said once."""
    return [reason for kind, condition in CONDITIONS.items() if kind in kinds for reason in condition.unmet(facts)]
