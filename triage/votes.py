"""Neighbours vote: weights fall with distance and with age; the winner is the proposal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

from triage.calibration import UNFIT, Calibration, Evidence
from triage.neighbours import Neighbour, Value

METHOD = "neighbours"
ALTERNATIVES = 5
_HEARD = 40
_WIDER = 0.1  # what all that were heard say about the alternatives, beside the voters


@dataclass(frozen=True, slots=True)
class VoteSettings:
    """How one field's neighbours vote.

    The nearest `voters` whose cosine is at least `floor` vote with weight
    exp((cosine - 1) / temperature) * 0.5 ** (age / half_life_days).
    """

    voters: int = 10
    floor: float = 0.35
    temperature: float = 0.08
    half_life_days: float = 730.0


@dataclass(frozen=True, slots=True)
class Options:
    """The values a field may take now (`allowed` None: any), and each value's parent where they form a tree."""

    allowed: frozenset[Value] | None = None
    parents: Mapping[Any, Value] = field(default_factory=dict)

    def permit(self, value: Value | None) -> bool:
        return value is not None and (self.allowed is None or value in self.allowed)

    def within(self, eligible: frozenset[Value] | None) -> "Options":
        """Return these options, narrowed to `eligible` (None: not narrowed)."""
        if eligible is None:
            return self
        return Options(eligible if self.allowed is None else self.allowed & eligible, self.parents)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to suggest for a field, or (value None) the `reason` why there is nothing to suggest.

    `confidence` is the chance that `value` is what the ticket will be closed with. `alternatives` are the other
    candidates, likeliest first; without a value they are guesses from too little, and not to be shown as a proposal.
    """

    field: str
    value: Value | None
    confidence: float
    method: str
    reason: str | None = None
    alternatives: tuple[tuple[Value, float], ...] = ()
    evidence: Evidence | None = None

    def ranking(self) -> tuple[tuple[Value, float], ...]:
        """Return all candidates with their chances, likeliest first, also where none is good enough to suggest."""
        return self.alternatives if self.value is None else ((self.value, self.confidence), *self.alternatives)


ANY = Options()


def propose(
    name: str,
    neighbours: Sequence[Neighbour],
    settings: VoteSettings,
    options: Options = ANY,
    calibration: Calibration = UNFIT,
) -> Proposal:
    """Return what the neighbours (nearest first) say about field `name`."""
    eligible = list(islice((each for each in neighbours if options.permit(each.values.get(name))), _HEARD))
    if not eligible:
        return Proposal(name, None, 0.0, METHOD, _nobody(name, neighbours))
    heard = [each for each in eligible if each.similarity >= settings.floor] or eligible
    ranking, evidence = _count(name, heard, calibration.voters or settings.voters, settings, options.parents)
    candidates = _with_confidence(ranking, calibration.confidence(evidence))
    if heard[0].similarity < settings.floor:
        return Proposal(name, None, 0.0, METHOD, _too_far(heard[0], settings), candidates[:ALTERNATIVES], evidence)
    value, confidence = candidates[0]
    return Proposal(name, value, confidence, METHOD, None, candidates[1:ALTERNATIVES], evidence)


def _count(
    name: str, heard: Sequence[Neighbour], voters: int, settings: VoteSettings, parents: Mapping[Any, Value]
) -> tuple[list[tuple[Value, float]], Evidence]:
    """Return all values heard with their shares, the winner first, and what the vote for it was worth.

    The nearest `voters` choose the winner; the others only add to the list of what else it could be.
    """
    weights = _weights(heard, settings)
    values = [each.values[name] for each in heard]
    votes, wider = _shares(values[:voters], weights[:voters]), _shares(values, weights)
    winner = _descend(votes, parents) if parents else max(votes, key=lambda each: votes[each])
    shares = {value: (1 - _WIDER) * votes.get(value, 0.0) + _WIDER * wider[value] for value in wider}
    ranking = sorted(shares.items(), key=lambda each: (each[0] != winner, -each[1]))
    worth = sum(weights[:voters]) ** 2 / sum(weight * weight for weight in weights[:voters])
    return ranking, Evidence(votes[winner], heard[0].similarity, worth)


def _shares(values: Sequence[Value], weights: Sequence[float]) -> dict[Value, float]:
    """Add up what each value got. The order is that of the nearest voters, so a tie goes to what was met nearest."""
    total = sum(weights)
    shares: dict[Value, float] = {}
    for value, weight in zip(values, weights, strict=True):
        shares[value] = shares.get(value, 0.0) + weight / total
    return shares


def _weights(heard: Sequence[Neighbour], settings: VoteSettings) -> list[float]:
    # relative to the nearest, so that far-away neighbourhoods do not underflow; shares are the same
    distances = np.array([heard[0].similarity - each.similarity for each in heard])
    ages = np.array([each.age_days for each in heard])
    weights: list[float] = (
        np.exp(-distances / settings.temperature) * 0.5 ** (ages / settings.half_life_days)
    ).tolist()
    return weights


def _descend(tally: Mapping[Any, float], parents: Mapping[Any, Value]) -> Value:
    """Walk from the heaviest root to the heaviest child, as long as a child outweighs staying."""
    paths = {value: _path(value, parents) for value in tally}
    depth, inside = 0, list(tally)
    here: Value = None
    while True:
        branches: dict[Value, float] = {}
        for value in inside:
            step = paths[value][depth] if depth < len(paths[value]) else here
            branches[step] = branches.get(step, 0.0) + tally[value]
        step = max(branches, key=lambda each: branches[each])
        if step == here:
            return here
        here = step
        inside = [value for value in inside if depth < len(paths[value]) and paths[value][depth] == here]
        depth += 1


def _path(value: Value, parents: Mapping[Any, Value]) -> list[Value]:
    """Return the values from the root down to `value`."""
    path = [value]
    while path[-1] in parents:
        path.append(parents[path[-1]])
    return path[::-1]


def _with_confidence(ranking: Sequence[tuple[Value, float]], confidence: float) -> tuple[tuple[Value, float], ...]:
    """Give the winner its confidence and share what is left among the others as they shared the votes.

    Values nobody voted for keep their part: a runner-up never gets more of the rest than its share of the votes.
    """
    (winner, share), *others = ranking
    rest = min(1.0, (1.0 - confidence) / max(1.0 - share, 1e-9))
    return (winner, confidence), *((value, min(confidence, other * rest)) for value, other in others)


def _nobody(name: str, neighbours: Sequence[Neighbour]) -> str:
    if not neighbours:
        return "Nothing like this has been solved here yet."
    if all(each.values.get(name) is None for each in neighbours):
        return f"The similar tickets have no {name}."
    if name == "assignee":
        return "Nobody who solved similar tickets can take this one now."
    return f"The {name} of the similar tickets is no longer in use."


def _too_far(nearest: Neighbour, settings: VoteSettings) -> str:
    return (
        f"The most similar solved ticket is only {nearest.similarity:.0%} alike; "
        f"{settings.floor:.0%} is needed for a suggestion."
    )
