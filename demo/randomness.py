"""Small draws the generator makes everywhere, each from the generator it is given."""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from math import exp, log
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Values with weights, prepared once and drawn from many times."""

    __slots__ = ("_cumulative", "_total", "_values")

    def __init__(self, values: Sequence[T], weights: Sequence[float]) -> None:
        self._values = values
        self._cumulative = list(accumulate(weights))
        self._total = self._cumulative[-1]

    def draw(self, rng: Random) -> T:
        return self._values[bisect(self._cumulative, rng.random() * self._total)]


def lognormal(rng: Random, median: float, spread: float) -> float:
    return exp(rng.gauss(log(median), spread))


def tilt(of: str, spread: float) -> float:
    """A factor around 1 that belongs to a name for good, whatever the seed of the year."""
    return exp(Random(f"tilt of {of}").gauss(0, spread))
