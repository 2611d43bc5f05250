"""What could have been known: the rows of a history file, as of the moment the first test ticket came in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.neighbours import Outcome, Value

Floats = NDArray[np.float64]

HOUR = 3600.0
LABELS = ("category", "group", "assignee", "priority")
FOR_EVER = float("inf")


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket of an exchange file. Times are POSIX seconds; `values` holds its labels by field."""

    id: str
    text: str
    created_at: float | None
    resolved_at: float | None
    values: Mapping[str, Value | None]
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What could be learned by `start` (POSIX seconds), when the first test ticket came in.

    `tickets` are the rows solved by then, each under its position in the file; `watched_hours` says since when each
    ticket had been open, those still open among them (empty where nobody knows when tickets are resolved).
    """

    start: float
    tickets: Sequence[Outcome]
    watched_hours: Floats

    @property
    def positions(self) -> list[int]:
        return [each.id for each in self.tickets]


def known(history: Sequence[Row], test: Sequence[Row]) -> Known:
    """Return what `history` teaches about `test`; a row that is also in `test` teaches nothing."""
    asked = {row.id for row in test}
    start = min((row.created_at for row in test if row.created_at is not None), default=FOR_EVER)
    ever_resolved = any(row.resolved_at is not None for row in history)
    groups = _duplicate_groups(history)
    tickets = [
        _outcome(position, row, groups.get(row.id))
        for position, row in enumerate(history)
        if row.id not in asked and (not ever_resolved or _resolved_before(row, start))
    ]
    opened = [row.created_at for row in history if row.created_at is not None and row.created_at < start]
    now = max((each.solved_at for each in tickets), default=0.0) if start == FOR_EVER else start
    watched = (now - np.array(opened if ever_resolved else [])) / HOUR
    return Known(now, tickets, watched)


def _resolved_before(row: Row, start: float) -> bool:
    return row.resolved_at is not None and row.resolved_at < start


def _outcome(position: int, row: Row, group: int | None) -> Outcome:
    # without times the order of the file is the order: a second apart, which is no age to speak of
    known_times = [each for each in (row.created_at, row.resolved_at) if each is not None] or [float(position)]
    created, solved = known_times[0], known_times[-1]
    return Outcome(position, created, solved, row.values, hours_taken(row), group)


def hours_taken(row: Row) -> float | None:
    """Return the hours from opened to resolved by the clock on the wall; None where they are unknown or absurd."""
    if row.created_at is None or row.resolved_at is None or row.resolved_at < row.created_at:
        return None
    return (row.resolved_at - row.created_at) / HOUR


def _duplicate_groups(history: Sequence[Row]) -> dict[str, int]:
    """Number the groups of rows that name each other as duplicates, however long the chain."""
    original: dict[str, str] = {}

    def first(each: str) -> str:
        while each in original:
            each = original[each]
        return each

    for row in history:
        if row.duplicate_of is not None and first(row.id) != first(row.duplicate_of):
            original[first(row.id)] = first(row.duplicate_of)
    numbers: dict[str, int] = {}
    return {
        each: numbers.setdefault(first(each), len(numbers)) for each in dict.fromkeys((*original, *original.values()))
    }
