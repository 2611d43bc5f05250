"""One change within a timeline entry, in the words of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core_psa.tickets.relations.rules import RELATIONS


@dataclass(frozen=True)
class Change:
    """A field and what it went from and to. Where `whole` says so, `after` (or the instant `at`) needs no field's name."""

    field: str
    before: str
    after: str
    whole: bool = False
    at: datetime | None = None


# Shown beside the message itself, by the entry's own verb, or by another of its changes.
ELSEWHERE = ("cc", "mentions", "resolved_at", "spam", "duplicate_of_id")

# Facts that are told in words of their own; {} is what the fact holds.
_WORDS: Mapping[str, str] = {
    **{name: f"it {relation.words} {{}}" for name, relation in RELATIONS.items()},
    "merged_into": "this one into {}",
    "merged_from": "{} into this one",
    "split_into": "the rest is {}",
    "split_from": "out of {}",
    "marked_as": "as {}",
    "until_reply": "until the customer answers",
    "until_ticket": "until {} is done",
    "woken_by": "{}",
    "after_silence": "after {} of silence",
    "automated": "sent automatically",
    "tier": "to tier {}",
    "manager": "a manager was told",
    "rule": "by the rule {}",
    "nobody_free": "nobody of the team was free to take it",
}
# What a field that names somebody holds when it names nobody.
_NOBODY: Mapping[str, str] = {"assignee": "nobody", "team": "no team"}
# What says itself what it is.
_WHOLE = ("charge_type", "files", "article", "checklist", "item", "remote", "asset")
_INSTANTS: Mapping[str, str] = {"until": "until", "closes_at": "it closes"}


def change(name: str, pair: Sequence[Any]) -> Change:
    """`pair` is what the field held before and after, as the timeline keeps it."""
    before, after = pair
    if name.startswith("time to "):
        return Change("time", "", f"{name}: {after}", whole=True)
    if name == "minutes":
        return Change("time", "", f"{after} min", whole=True)
    if name in _INSTANTS:
        return Change(_INSTANTS[name], "", "", at=datetime.fromisoformat(after))
    if name in _WORDS:
        return Change("", "", _WORDS[name].format(_said(after if after is not None else before)), whole=True)
    return Change(name.replace("_", " "), _said(before), _said(after) or _NOBODY.get(name, ""), whole=name in _WHOLE)


def _said(value: Any) -> str:
    """A record by its name, a list by its items, nothing as nothing."""
    if isinstance(value, dict):
        return str(value.get("name"))
    if isinstance(value, list):
        return ", ".join(_said(item) for item in value)
    return "" if value is None else str(value)
