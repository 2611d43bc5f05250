"""How promises were kept: met, missed, or not decided yet. A breach counts from when it was noted, as everywhere on the desk.

A ticket is judged by kind of clock, whatever number of clocks of that kind it has had: one missed update is a missed one,
and a clock that still runs or waits decides nothing.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import InstrumentedAttribute

from core_psa.sla.clocks import Kind
from core_psa.sla.tables import SlaClock

Verdict = Literal["met", "missed", "running"]
VERDICTS: tuple[Verdict, ...] = ("met", "missed", "running")

MISSED = SlaClock.breached_at.is_not(None)
UNFINISHED = SlaClock.stopped_at.is_(None)
PROMISED = SlaClock.budget.is_not(None)


@dataclass(frozen=True)
class Kept:
    """How many tickets there are of each verdict on one kind of promise."""

    met: int = 0
    missed: int = 0
    running: int = 0

    @property
    def share(self) -> float | None:
        """The part of what is decided that was met. None where nothing is: that is no 0 %, and no 100 % either."""
        judged = self.met + self.missed
        return self.met / judged if judged else None

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(self.met + other.met, self.missed + other.missed, self.running + other.running)


def judged(ticket_id: InstrumentedAttribute[int], kind: Kind, verdict: Verdict) -> ColumnElement[bool]:
    """Whether the ticket of this column has this verdict on this kind of promise."""
    promised = [SlaClock.ticket_id == ticket_id, SlaClock.kind == kind, PROMISED]
    missed, unfinished = exists().where(*promised, MISSED), exists().where(*promised, UNFINISHED)
    conditions: dict[Verdict, ColumnElement[bool]] = {
        "missed": missed,
        "running": and_(unfinished, ~missed),
        "met": and_(exists().where(*promised), ~unfinished, ~missed),
    }
    return conditions[verdict]
