"""What happens with a proposal: nothing, kept for measuring, shown, or applied.

A field's mode says how far a proposal may go; its confidence says how far it does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from triage.neighbours import Value
from triage.votes import Proposal


class Mode(StrEnum):
    OFF = "off"
    MONITOR = "monitor"
    SUGGEST = "suggest"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field's mode and the confidence from which a proposal is shown, and from which it is applied.

    `ranks` orders the values of a field that may be raised though it is not empty (priority): lower is more urgent.
    """

    mode: Mode = Mode.SUGGEST
    suggest_from: float = 0.3
    auto_from: float = 0.95
    ranks: Mapping[Any, int] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a proposal is shown and whether it is applied; where it is not shown, `reason` says why."""

    shown: bool
    applied: bool
    reason: str | None = None


def decide(proposal: Proposal, rule: FieldRule, present: Value | None = None, *, locked: bool = False) -> Decision:
    """Return what to do with `proposal` on a ticket whose field now holds `present` (None: empty).

    `locked` says that a person or a rule set the field: then nothing is ever applied.
    """
    if rule.mode is Mode.OFF:
        return Decision(False, False, "Suggestions are switched off for this field.")
    if proposal.value is None:
        return Decision(False, False, proposal.reason)
    if rule.mode is Mode.MONITOR:
        return Decision(False, False, "This field is only watched for now.")
    if rule.mode is Mode.AUTO and proposal.confidence >= rule.auto_from and not locked:
        return Decision(True, _may_replace(proposal.value, present, rule.ranks))
    if proposal.confidence < rule.suggest_from:
        return Decision(False, False, _too_unsure(proposal.confidence, rule.suggest_from))
    return Decision(True, False)


def _may_replace(value: Value, present: Value | None, ranks: Mapping[Any, int] | None) -> bool:
    return present is None or (ranks is not None and ranks[value] < ranks[present])


def _too_unsure(confidence: float, needed: float) -> str:
    return f"Too unsure: {confidence:.0%} sure, {needed:.0%} is needed for a suggestion."
