"""Solved tickets, as triage sees them."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass

Value = Hashable

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one solved ticket, as the desk knows it now.

    `values` holds the present value of each field (None where the ticket has none), `hours` the business hours
    it took (None where the end is unknown). Times are POSIX seconds. Tickets of one `duplicate_group` speak once.
    """

    id: int
    created_at: float
    solved_at: float
    values: Mapping[str, Value | None]
    hours: float | None = None
    duplicate_group: int | None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A solved ticket near the one that asks: cosine `similarity`, `age_days` since it was solved."""

    id: int
    similarity: float
    age_days: float
    values: Mapping[str, Value | None]
    hours: float | None = None
    elapsed_hours: float | None = None


def neighbours_of(
    ticket_id: int | None, at: float, found: Iterable[tuple[int, float]], outcomes: Mapping[int, Outcome]
) -> Iterator[Neighbour]:
    """Yield what may speak for a ticket asking at `at`, nearest first.

    `found` holds (id, cosine), nearest first. Left out: the ticket itself, tickets without a trusted outcome,
    tickets solved later, and all but the nearest of each duplicate group.
    """
    spoken: set[int] = set()
    for found_id, similarity in found:
        outcome = outcomes.get(found_id)
        if outcome is None or found_id == ticket_id or outcome.solved_at > at:
            continue
        if outcome.duplicate_group is not None:
            if outcome.duplicate_group in spoken:
                continue
            spoken.add(outcome.duplicate_group)
        yield _neighbour(outcome, similarity, at)


def _neighbour(outcome: Outcome, similarity: float, at: float) -> Neighbour:
    return Neighbour(
        id=outcome.id,
        similarity=similarity,
        age_days=(at - outcome.solved_at) / DAY,
        values=outcome.values,
        hours=outcome.hours,
        elapsed_hours=None if outcome.hours is None else (outcome.solved_at - outcome.created_at) / 3600,
    )
