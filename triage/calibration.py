"""How often a proposal like this one was right.

A share of votes is no probability: five neighbours that agree but are barely alike are less than certain. A logistic
map from three facts about a vote, each of which can only raise the confidence, is fitted on the desk's own solved
tickets; with few of them it stays near a cautious default.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

AUTO_PRECISION = 0.95
NEVER = 1.01  # a threshold no confidence reaches
_PULL_TO_DEFAULT = 10.0  # about as strong as a dozen tickets in doubt
_MOST = 0.995  # neighbours alone are never surer than this


@dataclass(frozen=True, slots=True)
class Evidence:
    """A vote in three numbers: the winner's share, the nearest voter's cosine, and how many voters it is worth."""

    share: float
    similarity: float
    count: float

    def facts(self) -> tuple[float, float, float]:
        """Return the three numbers on scales that add up: log odds of the shrunk share, cosine, log count."""
        shrunk = (self.share * self.count + 0.25) / (self.count + 0.5)
        return float(np.log(shrunk / (1.0 - shrunk))), self.similarity, float(np.log(self.count))


@dataclass(frozen=True, slots=True)
class Calibration:
    """One field's map from evidence to confidence, and the confidence from which it may act alone.

    It holds for votes of `voters` neighbours (None: as many as the settings say), as were most often right on the
    `learned_from` tickets behind it; 0 of them is the default nobody has measured.
    """

    offset: float
    share: float
    similarity: float
    count: float
    auto_threshold: float = NEVER
    learned_from: int = 0
    voters: int | None = None

    def confidence(self, evidence: Evidence) -> float:
        share, similarity, count = evidence.facts()
        log_odds = self.offset + self.share * share + self.similarity * similarity + self.count * count
        return float(min(_MOST, 1.0 / (1.0 + np.exp(-log_odds))))


UNFIT = Calibration(offset=-4.3, share=0.8, similarity=3.7, count=0.1)


def fit(evidence: list[Evidence], correct: Bools, default: Calibration = UNFIT) -> Calibration:
    """Fit on votes about tickets whose answer is known; `correct` says which of them won rightly."""
    if not evidence:
        return default
    facts = np.array([(1.0, *each.facts()) for each in evidence])
    start = np.array([default.offset, default.share, default.similarity, default.count])
    weights = _rising_logistic(facts, correct.astype(np.float64), start)
    offset, share, similarity, count = weights.tolist()
    fitted = Calibration(offset, share, similarity, count, learned_from=len(evidence))
    confidence = np.array([fitted.confidence(each) for each in evidence])
    return replace(fitted, auto_threshold=threshold_for(confidence, correct))


def threshold_for(confidence: Floats, correct: Bools, precision: float = AUTO_PRECISION) -> float:
    """Return the lowest confidence at and above which the precision is surely at least `precision`, or NEVER.

    "Surely" is one standard error (Wilson), so that a lucky handful opens nothing.
    """
    order = np.argsort(-confidence, kind="stable")
    falling = confidence[order]
    n = np.arange(1, len(order) + 1)
    enough = _wilson_floor(np.cumsum(correct[order]) / n, n) >= precision
    last_of_its_kind = np.append(falling[:-1] > falling[1:], True)[: len(order)]
    usable = np.flatnonzero(enough & last_of_its_kind)
    return float(falling[usable[-1]]) if len(usable) else NEVER


def _wilson_floor(rate: Floats, n: NDArray[np.int64], z: float = 1.0) -> Floats:
    centre = rate + z * z / (2 * n)
    spread = z * np.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    floor: Floats = (centre - spread) / (1 + z * z / n)
    return floor


def _rising_logistic(facts: Floats, correct: Floats, start: Floats) -> Floats:
    """Logistic regression drawn to `start`, in which no fact lowers the confidence."""
    free = np.ones(facts.shape[1], dtype=bool)
    while True:
        weights = np.where(free, _logistic(facts[:, free], correct, start[free], free), 0.0)
        falling = (weights < 0) & (np.arange(len(weights)) > 0)
        if not falling.any():
            return weights
        free[np.argmin(np.where(falling, weights, np.inf))] = False


def _logistic(facts: Floats, correct: Floats, start: Floats, free: Bools) -> Floats:
    """Newton's method; the result is spread over the `free` columns."""
    weights = start.copy()
    pull = _PULL_TO_DEFAULT * np.eye(len(start))
    for _ in range(30):
        chance = 1.0 / (1.0 + np.exp(-facts @ weights))
        gradient = facts.T @ (correct - chance) - pull @ (weights - start)
        curvature = (facts * (chance * (1.0 - chance))[:, None]).T @ facts + pull
        step = np.linalg.solve(curvature, gradient)
        weights += np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-6:
            break
    spread = np.zeros(len(free))
    spread[free] = weights
    return spread


def to_json(calibrations: Mapping[str, Calibration]) -> dict[str, dict[str, Any]]:
    return {name: asdict(each) for name, each in calibrations.items()}


def from_json(stored: Mapping[str, Mapping[str, Any]]) -> dict[str, Calibration]:
    return {name: Calibration(**each) for name, each in stored.items()}
