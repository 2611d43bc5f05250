"""Which proposals a person may decide on, and how proposals, modes and decisions are named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MODES = ("off", "monitor", "suggest", "auto")
FIELDS = ("category", "priority", "team", "assignee")
# Until a desk has measured its own precision: show what is more likely right than wrong, apply nothing by itself.
DEFAULT_MODE, DEFAULT_SUGGEST_FROM, DEFAULT_AUTO_FROM = "suggest", 0.35, 0.95


@dataclass(frozen=True)
class FieldOutcome:
    """What triage says about one field; `shown` and `applied` follow from the field's mode."""

    value_id: int | None
    confidence: float
    method: str
    mode: str
    shown: bool
    applied: bool
    reason: str | None = None
    alternatives: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class TriageResult:
    """One ticket's whole triage, ready to be stored."""

    fields: Mapping[str, FieldOutcome]
    neighbours: tuple[Mapping[str, Any], ...]
    related: tuple[Mapping[str, Any], ...]
    eta: Mapping[str, Any] | None
    model_version: str
    encoder_id: str
    text_version: int
    text_hash: str
    vector: bytes = field(repr=False, default=b"")
