"""From a ticket's vector to what to suggest: the one road that the live desk and the backtest both walk."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from triage.calibration import UNFIT, Calibration
from triage.cold_start import Descriptions
from triage.eta import Eta, EtaSettings, estimate
from triage.neighbours import Neighbour, Outcome, Value, neighbours_of
from triage.times import UNKNOWN, Times
from triage.votes import ANY, Options, Proposal, VoteSettings, propose

SHOWN = 5
FIELDS = ("category", "priority", "team", "assignee")


class Index(Protocol):
    """Solved tickets by their vectors."""

    def nearest(self, queries: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ids (q, k), padded with -1, and cosines (q, k) of the nearest, nearest first."""
        ...


class History(Protocol):
    """What became of solved tickets."""

    def outcomes(self, ids: Collection[int]) -> Mapping[int, Outcome]:
        """Return the present outcomes of those among `ids` that may be learned from (not merged, spam, reopened)."""
        ...


@dataclass(frozen=True, slots=True)
class Query:
    """A ticket that asks: its id (None: not stored), when (POSIX seconds), and who may take it (None: anyone)."""

    id: int | None
    at: float
    eligible: frozenset[Value] | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """How many neighbours are looked at, how each field votes, and from which cosine on a neighbour is worth showing."""

    depth: int = 64
    shown_from: float = 0.35
    votes: Mapping[str, VoteSettings] = field(default_factory=dict)
    eta: EtaSettings = field(default_factory=EtaSettings)

    def vote(self, name: str) -> VoteSettings:
        return self.votes.get(name, DEFAULTS.get(name, VoteSettings()))


DEFAULTS: Mapping[str, VoteSettings] = {"assignee": VoteSettings(half_life_days=365.0)}


@dataclass(frozen=True, slots=True)
class Learned:
    """What a desk has learned from its own solved tickets."""

    calibrations: Mapping[str, Calibration] = field(default_factory=dict)
    times: Times = UNKNOWN

    def calibration(self, name: str) -> Calibration:
        return self.calibrations.get(name, UNFIT)


@dataclass(frozen=True, slots=True)
class Triage:
    """What to suggest for one ticket, and the neighbours to show for it."""

    fields: Mapping[str, Proposal]
    eta: Eta
    neighbours: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class Engine:
    """Suggests `fields` from an index of solved tickets.

    `options` are the values each field may take now; `descriptions` stand in where nothing similar was solved.
    """

    index: Index
    history: History
    fields: Sequence[str] = FIELDS
    settings: Settings = field(default_factory=Settings)
    learned: Learned = field(default_factory=Learned)
    options: Mapping[str, Options] = field(default_factory=dict)
    descriptions: Mapping[str, Descriptions] = field(default_factory=dict)

    def triage(self, queries: Sequence[Query], vectors: NDArray[np.float32]) -> Iterator[Triage]:
        """Yield one answer for each query; `vectors` (q, d) are their normalised embeddings, in the same order."""
        for query, vector, neighbours in zip(queries, vectors, self.neighbourhoods(queries, vectors), strict=True):
            yield self._answer(query, vector, neighbours)

    def neighbourhoods(self, queries: Sequence[Query], vectors: NDArray[np.float32]) -> Iterator[list[Neighbour]]:
        """Yield for each query the solved tickets that may speak for it, nearest first."""
        ids, similarities = self.index.nearest(vectors, self.settings.depth)
        outcomes = self.history.outcomes(set(np.unique(ids[ids >= 0]).tolist()))
        for query, row, near in zip(queries, ids.tolist(), similarities.tolist(), strict=True):
            found = sorted(zip(row, near, strict=True), key=lambda each: (-each[1], each[0]))
            yield list(neighbours_of(query.id, query.at, found, outcomes))

    def _answer(self, query: Query, vector: NDArray[np.float32], neighbours: list[Neighbour]) -> Triage:
        fields = {name: self._propose(name, query, vector, neighbours) for name in self.fields}
        time = estimate(neighbours, self.learned.times, self.settings.eta)
        alike = (each for each in neighbours if each.similarity >= self.settings.shown_from)
        return Triage(fields, time, tuple(islice(alike, SHOWN)))

    def _propose(self, name: str, query: Query, vector: NDArray[np.float32], neighbours: list[Neighbour]) -> Proposal:
        options = self.options.get(name, ANY)
        if name == "assignee":
            options = options.within(query.eligible)
        proposal = propose(name, neighbours, self.settings.vote(name), options, self.learned.calibration(name))
        described = self.descriptions.get(name)
        if proposal.value is None and described is not None:
            return described.propose(vector, proposal, options)
        return proposal
