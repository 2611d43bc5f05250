"""What a desk learns from its own solved tickets: how far to trust a vote, and how long things take.

The newest tickets are asked about as if they had just come in, with only what was solved by then as neighbours; what
came of them says how often such votes are right.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from triage import calibration, times
from triage.engine import Engine, Index, Learned, Query, Settings
from triage.neighbours import Neighbour, Outcome, Value
from triage.votes import VoteSettings, propose

Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]

Progress = Callable[[int, int], None]
BuildIndex = Callable[[NDArray[np.int64], Vectors], Index]

NEWEST = 0.2
MOST = 4_000  # votes beyond this teach a four-number map nothing more
FEWEST = 20
VOTERS = (5, 10, 20, 40)


@dataclass(frozen=True, slots=True)
class Solved:
    """Solved tickets and their normalised `vectors` (n, d), in the same order; a history to the engine."""

    tickets: Sequence[Outcome]
    vectors: Vectors

    def only(self, rows: Sequence[int]) -> "Solved":
        return Solved([self.tickets[row] for row in rows], self.vectors[list(rows)])

    def engine(self, build: BuildIndex, fields: Sequence[str], settings: Settings) -> Engine:
        """Return an untaught engine over these tickets."""
        ids = np.array([each.id for each in self.tickets], dtype=np.int64)
        return Engine(build(ids, self.vectors), HeldHistory({each.id: each for each in self.tickets}), fields, settings)


@dataclass(frozen=True, slots=True)
class HeldHistory:
    """A history held in memory."""

    tickets: Mapping[int, Outcome]

    def outcomes(self, ids: Collection[int]) -> Mapping[int, Outcome]:
        return {each: self.tickets[each] for each in ids if each in self.tickets}


def _unseen(_done: int, _total: int) -> None: ...


def teach(
    solved: Solved,
    watched_hours: Floats,
    build: BuildIndex,
    fields: Sequence[str],
    settings: Settings,
    progress: Progress = _unseen,
) -> Learned:
    """Learn calibrations from `solved`, and times from it and from all tickets' `watched_hours`."""
    return Learned(_calibrations(solved, build, fields, settings, progress), learn_times(solved.tickets, watched_hours))


def learn_times(tickets: Sequence[Outcome], watched_hours: Floats) -> times.Times:
    timed = [each for each in tickets if each.hours is not None]
    hours = np.array([each.hours for each in timed], dtype=np.float64)
    elapsed = np.array([(each.solved_at - each.created_at) / 3600 for each in timed], dtype=np.float64)
    return times.learn(hours, elapsed, watched_hours)


def _calibrations(
    solved: Solved, build: BuildIndex, fields: Sequence[str], settings: Settings, progress: Progress
) -> dict[str, calibration.Calibration]:
    older, newer = _split(solved)
    if len(older.tickets) == 0 or len(newer.tickets) < FEWEST:
        return {}
    queries = [Query(each.id, each.created_at) for each in newer.tickets]
    neighbourhoods = older.engine(build, fields, settings).neighbourhoods(queries, newer.vectors)
    trials = {name: [_Trial(name, settings.vote(name), voters) for voters in VOTERS] for name in fields}
    for done, (ticket, neighbours) in enumerate(zip(newer.tickets, neighbourhoods, strict=True)):
        progress(done, len(newer.tickets))
        for name, each in trials.items():
            if ticket.values.get(name) is not None:
                for trial in each:
                    trial.hold(neighbours, ticket.values[name])
    held = {name: _fewest_of_the_best(each) for name, each in trials.items() if len(each[0].correct) >= FEWEST}
    return {name: trial.calibration() for name, trial in held.items()}


def _split(solved: Solved) -> tuple[Solved, Solved]:
    """Part the newest tickets from those that were solved before the first of them came in."""
    order = sorted(range(len(solved.tickets)), key=lambda row: solved.tickets[row].created_at)
    newer = order[len(order) - min(MOST, int(len(order) * NEWEST)) :]
    if not newer:
        return solved, solved.only([])
    start = solved.tickets[newer[0]].created_at
    older = [row for row in order[: -len(newer)] if solved.tickets[row].solved_at <= start]
    return solved.only(older), solved.only(newer)


@dataclass(slots=True)
class _Trial:
    """Votes of so many `voters` on tickets whose answer is known."""

    name: str
    settings: VoteSettings
    voters: int
    evidence: list[calibration.Evidence] = field(default_factory=list)
    correct: list[bool] = field(default_factory=list)

    def hold(self, neighbours: Sequence[Neighbour], truth: Value) -> None:
        proposal = propose(self.name, neighbours, replace(self.settings, voters=self.voters))
        if proposal.evidence is not None:
            self.evidence.append(proposal.evidence)
            self.correct.append(proposal.ranking()[0][0] == truth)

    def calibration(self) -> calibration.Calibration:
        fitted = calibration.fit(self.evidence, np.array(self.correct, dtype=bool))
        return replace(fitted, voters=self.voters)


def _fewest_of_the_best(trials: Sequence[_Trial]) -> _Trial:
    """Return the first trial that is less than one standard error worse than the best: what differs less is luck."""
    best = np.array(max(trials, key=lambda each: sum(each.correct)).correct, dtype=int)
    return next(each for each in trials if _hardly_worse(best - np.array(each.correct, dtype=int)))


def _hardly_worse(difference: NDArray[np.int64]) -> bool:
    return bool(difference.mean() <= difference.std() / np.sqrt(len(difference)))
