"""From impact and urgency to a priority."""

from collections.abc import Mapping, Sequence

LEVELS = ("high", "medium", "low")
IMPACTS: Mapping[str, str] = {
    "high": "a whole site or customer",
    "medium": "a team or an important person",
    "low": "one person",
}
URGENCIES: Mapping[str, str] = {
    "high": "work stands still",
    "medium": "work is slowed down",
    "low": "it can wait",
}
SEVERITY_A_RANK = 0
NO_PRIORITY_RANK = 99


def builtin_cells(priority_ids: Sequence[int]) -> dict[tuple[str, str], int]:
    """A matrix over priorities given from the most urgent on: both high is the first, both low the last."""
    last, farthest = len(priority_ids) - 1, 2 * (len(LEVELS) - 1)
    return {
        (impact, urgency): priority_ids[round((i + u) * last / farthest)]
        for i, impact in enumerate(LEVELS)
        for u, urgency in enumerate(LEVELS)
    }


def raised(priority_id: int, priority_ids: Sequence[int], steps: int) -> int:
    """The priority so many steps more urgent, as far as there are any; `priority_ids` from the most urgent on."""
    if priority_id not in priority_ids:
        return priority_id
    return priority_ids[max(0, priority_ids.index(priority_id) - steps)]


def rank_of(rank: int | None, severity_a: bool) -> int:
    """Where a ticket stands in queues sorted by priority."""
    if severity_a:
        return SEVERITY_A_RANK
    return NO_PRIORITY_RANK if rank is None else rank
