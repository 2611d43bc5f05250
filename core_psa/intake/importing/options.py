"""What whoever asks for an import may choose, and what they are told of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

Progress = Callable[[int, int], None]
Unknown = Literal["create", "reject", "blank"]
Became = Literal["created", "updated", "skipped"]

UNKNOWN: tuple[Unknown, ...] = ("create", "reject", "blank")


@dataclass(frozen=True)
class Options:
    """`source` names where the rows come from: together with a row's id it is what a repeated import goes by.

    `columns` maps the file's columns to our fields, `values` by field the file's values to ours. `unknown` says what
    becomes of a name this desk does not have. `update`: an asset that is here already follows the file. `history`: a row
    without `resolved_at` is over, its end unknown. `triage`: what is still open waits for triage. `rehearse`: nothing is
    written, all is told.
    """

    source: str
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unknown: Unknown = "create"
    history: bool = False
    triage: bool = False
    update: bool = False
    rehearse: bool = False

    def stored(self) -> dict[str, Any]:
        return asdict(self)


class Rejection(NamedTuple):
    """One reason why one row (the first is 1) was not imported; a row may have several."""

    row: int
    field: str
    reason: str
    value: str


class Written(NamedTuple):
    """What became of a batch: how many rows were new, how many here already and left alone, what is wrong with others.

    `updated` are those here already that followed the file.
    """

    created: int
    skipped: int
    rejections: list[Rejection]
    updated: int = 0


@dataclass(frozen=True)
class Result:
    """`rows` is how many the file has; those up to `resumed_at` were dealt with by an earlier, interrupted attempt.

    `created`, `updated`, `skipped` (here already, and left alone) and `rejected` add up to `rows`; `rejections` says why. `made` counts the records
    added for unknown names by this attempt; `links` are the duplicates tied to their originals, `unknown_links` those
    whose original is not here. `run_id` is missing after a rehearsal.
    """

    kind: str
    source: str
    file: str
    run_id: int | None
    rows: int
    created: int
    updated: int
    skipped: int
    rejected: int
    resumed_at: int
    made: Mapping[str, int]
    links: int
    unknown_links: int
    seconds: float
    remarks: tuple[str, ...]
    rejections: Sequence[Rejection]

    @property
    def rate(self) -> float:
        """Rows a second, of this attempt."""
        return (self.rows - self.resumed_at) / max(self.seconds, 0.001)
