"""What a desk's whole history says about time: its spread, and how much of it was never seen."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_POINTS = 99
_NONE: Floats = np.empty(0)


@dataclass(frozen=True, slots=True)
class Watched:
    """For how long tickets could be watched: sorted hours since each of them, solved or not, was opened.

    Slow tickets of last week are still open and so missing among the solved ones. A solved ticket that took d hours
    therefore also speaks for those that were not watched for d hours (inverse probability of censoring).
    """

    hours: Floats = field(default_factory=lambda: _NONE)
    most: float = 20.0

    def weight(self, elapsed_hours: Floats) -> Floats:
        """Return how many tickets each solved one (n,) stands for, given the wall-clock hours it took."""
        n = len(self.hours)
        if n == 0:
            return np.ones_like(elapsed_hours)
        watched_longer = n - np.searchsorted(self.hours, elapsed_hours, side="left")
        weight: Floats = np.minimum(n / np.maximum(watched_longer, 1), self.most)
        return weight


@dataclass(frozen=True, slots=True)
class Times:
    """A desk's spread of business hours to resolve, as quantiles at evenly spaced levels, and what was `watched`."""

    hours: Floats = field(default_factory=lambda: _NONE)
    watched: Watched = field(default_factory=Watched)


UNKNOWN = Times()


def learn(hours: Floats, elapsed_hours: Floats, watched_hours: Floats) -> Times:
    """Learn from solved tickets' business and wall-clock hours (n,) and from all tickets' watched hours (m,)."""
    watched = Watched(np.sort(watched_hours))
    if len(hours) == 0:
        return Times(_NONE, watched)
    levels = (np.arange(_POINTS) + 0.5) / _POINTS
    return Times(weighted_quantiles(hours, watched.weight(elapsed_hours), levels), watched)


def weighted_quantiles(values: Floats, weights: Floats, levels: Floats) -> Floats:
    """Return the quantiles of `values` (n,) under `weights` (n,) at `levels` (k,), interpolated between mid-ranks."""
    order = np.argsort(values, kind="stable")
    ranks = np.cumsum(weights[order]) - weights[order] / 2
    quantiles: Floats = np.interp(levels, ranks / weights.sum(), values[order])
    return quantiles
