"""How good were the answers: the measures a backtest reports. Pure arithmetic over arrays."""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ECE_BINS = 15
PRECISION = 0.95
RESAMPLES = 10_000
SEED = 5
_SHORTEST_HOURS = 1 / 60  # a logarithm needs a ticket to take some time: a minute


def share(hits: Bools) -> float | None:
    """Return the share of True in `hits` (n,), or None of nothing."""
    return float(hits.mean()) if len(hits) else None


def hits_in_top(truth: Sequence[Hashable], rankings: Sequence[Sequence[Hashable]], k: int) -> Bools:
    """Return for each row whether its truth is among the first `k` of its ranking, (n,)."""
    return np.array([value in ranking[:k] for value, ranking in zip(truth, rankings, strict=True)], dtype=bool)


def macro_f1(truth: Sequence[Hashable], answers: Sequence[Hashable]) -> float | None:
    """Return the mean F1 over all values that occur, as truth or as answer (None is no value)."""
    values = (set(truth) | set(answers)) - {None}
    if not values:
        return None
    right: dict[Hashable, int] = dict.fromkeys(values, 0)
    named: dict[Hashable, int] = dict.fromkeys(values, 0)
    for value, answer in zip(truth, answers, strict=True):
        for each in (value, answer):
            if each is not None:
                named[each] += 1
        if value == answer:
            right[value] += 1
    return sum(2 * right[each] / named[each] for each in values) / len(values)


def calibration_error(confidence: Floats, hits: Bools, bins: int = ECE_BINS) -> float | None:
    """Return the expected calibration error: |confidence - accuracy| in equal-width bins, weighted by their size."""
    if not len(hits):
        return None
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, weights=confidence - hits, minlength=bins)
    return float(np.abs(gaps).sum() / len(hits))


def coverage_at(confidence: Floats, hits: Bools, precision: float = PRECISION) -> float | None:
    """Return the largest share of rows, by falling confidence, of which at least `precision` are right.

    Rows of equal confidence come together: no threshold could part them.
    """
    if not len(hits):
        return None
    order = np.argsort(-confidence, kind="stable")
    falling = confidence[order]
    n = np.arange(1, len(hits) + 1)
    can_stop = np.append(falling[:-1] > falling[1:], True)
    good = np.flatnonzero((np.cumsum(hits[order]) >= precision * n) & can_stop)
    return float(n[good[-1]] / len(hits)) if len(good) else 0.0


def above(confidence: Floats, hits: Bools, threshold: float) -> tuple[float | None, float | None]:
    """Return the share of rows at or above `threshold`, and the precision among them (None of nothing)."""
    reached = confidence >= threshold
    return share(reached), share(hits[reached])


def margin(ours: Bools, theirs: Bools) -> tuple[float, float, float]:
    """Return the difference of two accuracies on the same rows (n > 0) with its paired bootstrap 95 % interval.

    Each row is lost, level or won; drawing n rows anew is one multinomial draw of the three counts.
    """
    n = len(ours)
    difference = ours.astype(int) - theirs.astype(int)
    counts = np.array([(difference == each).sum() for each in (-1, 0, 1)])
    drawn = np.random.default_rng(SEED).multinomial(n, counts / n, size=RESAMPLES)
    low, high = np.quantile((drawn[:, 2] - drawn[:, 0]) / n, [0.025, 0.975])
    return float(difference.mean()), float(low), float(high)


def time_errors(quantiles: Floats, actual: Floats) -> dict[str, float | int | None]:
    """Compare `quantiles` (n, 5: p5, p10, p50, p90, p95) of hours with the `actual` hours (n,)."""
    if not len(actual):
        return {"n": 0}
    actual = np.maximum(actual, _SHORTEST_HOURS)
    p5, _, p50, p90, p95 = np.maximum(quantiles, _SHORTEST_HOURS).T
    error = np.abs(np.log2(p50 / actual))
    return {
        "n": len(actual),
        "median_abs_log2": float(np.median(error)),
        "within_2x": share(error <= 1.0),
        "coverage_p90": share(actual <= p90),
        "coverage_band90": share((p5 <= actual) & (actual <= p95)),
        "mean_log2_width_band90": float(np.log2(p95 / p5).mean()),
    }
