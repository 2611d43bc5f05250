"""How long it will take: weighted quantiles of what the neighbours took.

Fifty neighbours say where the middle is, but too few of them say anything about the slow tenth; so they are mixed
with the desk's whole history, which weighs more the thinner they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.neighbours import Neighbour
from triage.times import UNKNOWN, Times, Watched, weighted_quantiles

Floats = NDArray[np.float64]

LEVELS = np.array([0.05, 0.10, 0.50, 0.90, 0.95])


@dataclass(frozen=True, slots=True)
class Eta:
    """Business hours to resolve at five levels, or (None) the `reason` why there is no estimate."""

    p5: float | None = None
    p10: float | None = None
    p50: float | None = None
    p90: float | None = None
    p95: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EtaSettings:
    """The nearest `voters` weigh exp((cosine - 1) / temperature) * 0.5 ** (age / half_life_days).

    The whole history weighs as much as `prior` neighbours.
    """

    voters: int = 50
    temperature: float = 0.1
    half_life_days: float = 365.0
    prior: float = 5.0


DEFAULT = EtaSettings()


def estimate(neighbours: Sequence[Neighbour], times: Times = UNKNOWN, settings: EtaSettings = DEFAULT) -> Eta:
    """Return the time to resolve that the neighbours (nearest first) and the desk's history suggest."""
    timed = [each for each in neighbours if each.hours is not None][: settings.voters]
    if not timed:
        return Eta(reason="No similar ticket has a known time to resolve.")
    hours = np.array([each.hours for each in timed], dtype=np.float64)
    weights = _weights(timed, times.watched, settings)
    if len(times.hours):
        hours, weights = _with_history(hours, weights, times.hours, settings)
    p5, p10, p50, p90, p95 = weighted_quantiles(hours, weights, LEVELS).tolist()
    return Eta(p5, p10, p50, p90, p95)


def _weights(timed: Sequence[Neighbour], watched: Watched, settings: EtaSettings) -> Floats:
    similarities = np.array([each.similarity for each in timed])
    ages = np.array([each.age_days for each in timed])
    closeness = np.exp((similarities - similarities[0]) / settings.temperature)
    stands_for = watched.weight(np.array([each.elapsed_hours or 0.0 for each in timed]))
    weights: Floats = closeness * 0.5 ** (ages / settings.half_life_days) * stands_for
    return weights


def _with_history(hours: Floats, weights: Floats, history: Floats, settings: EtaSettings) -> tuple[Floats, Floats]:
    """Mix the history in, and cut what took longer than (nearly) all of it."""
    # skewed weights are worth fewer voters than there are (Kish), so that one near-twin does not drown the history
    voters = weights.sum() ** 2 / (weights**2).sum()
    one_voter = weights.sum() / voters
    prior = np.full(len(history), settings.prior * one_voter / len(history))
    capped = np.minimum(hours, history[-1])
    return np.concatenate([capped, history]), np.concatenate([weights, prior])
