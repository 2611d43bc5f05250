"""Neighbours vote: weights fall with distance and with age; the winner is the proposal."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from triage.calibration import UNFIT, Calibration, Evidence
from triage.neighbours import Neighbour, Value

METHOD = "neighbours"
ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class VoteSettings:
    """How one field's neighbours vote.

    The nearest `voters` whose cosine is at least `floor` vote with weight
    exp((cosine - 1) / temperature) * 0.5 ** (age / half_life_days).
    """

    voters: int = 20
    floor: float = 0.35
    temperature: float = 0.05
    half_life_days: float = 730.0


@dataclass(frozen=True, slots=True)
class Options:
    """The values a field may take now (`allowed` None: any), and each value's parent where they form a tree."""

    allowed: frozenset[Value] | None = None
    parents: Mapping[Value, Value] = field(default_factory=dict)

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
    eligible = [each for each in neighbours if options.permit(each.values.get(name))]
    if not eligible:
        return Proposal(name, None, 0.0, METHOD, _nobody(name, neighbours))
    voters = [each for each in eligible[: settings.voters] if each.similarity >= settings.floor]
    ranking, evidence = _count(name, voters or eligible[: settings.voters], settings, options)
    candidates = _with_confidence(ranking, calibration.confidence(evidence))
    if not voters:
        return Proposal(name, None, 0.0, METHOD, _too_far(eligible[0], settings), candidates[:ALTERNATIVES], evidence)
    value, confidence = candidates[0]
    return Proposal(name, value, confidence, METHOD, None, candidates[1:ALTERNATIVES], evidence)


def _count(
    name: str, voters: Sequence[Neighbour], settings: VoteSettings, options: Options
) -> tuple[list[tuple[Value, float]], Evidence]:
    weights = [_weight(each, settings, voters[0].similarity) for each in voters]
    tally: dict[Value, float] = {}
    for voter, weight in zip(voters, weights, strict=True):
        value = voter.values[name]
        tally[value] = tally.get(value, 0.0) + weight
    total = sum(weights)
    ranking = [(value, weight / total) for value, weight in _ranked(tally, options.parents)]
    count = total**2 / sum(weight * weight for weight in weights)
    return ranking, Evidence(ranking[0][1], voters[0].similarity, count)


def _weight(voter: Neighbour, settings: VoteSettings, nearest: float) -> float:
    # relative to the nearest, so that far-away neighbourhoods do not underflow; shares are the same
    distance = (voter.similarity - nearest) / settings.temperature
    return math.exp(distance) * float(0.5 ** (voter.age_days / settings.half_life_days))


def _ranked(tally: dict[Value, float], parents: Mapping[Value, Value]) -> list[tuple[Value, float]]:
    """Order values by weight, the winner of the tree first. Ties go to the value that was met nearest."""
    ranking = sorted(tally.items(), key=lambda item: -item[1])
    if parents:
        winner = _descend(tally, parents)
        ranking.sort(key=lambda item: item[0] != winner)
    return ranking


def _descend(tally: dict[Value, float], parents: Mapping[Value, Value]) -> Value:
    """Walk from the heaviest root to the heaviest child, as long as a child outweighs staying."""
    paths = {value: _path(value, parents) for value in tally}
    depth, here, inside = 0, None, list(tally)
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


def _path(value: Value, parents: Mapping[Value, Value]) -> list[Value]:
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
