"""What triage has to beat: the five nearest, and the commonest answer."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from triage.engine import Index
from triage.neighbours import Value

Vectors = NDArray[np.float32]
Ranking = tuple[tuple[Value, float], ...]

K = 5
TEMPERATURE = 0.05


def knn5(index: Index, labels: Sequence[Value], queries: Vectors) -> list[Ranking]:
    """Return values with their share of the votes for each of `queries` (q, d).

    `index` holds labelled rows under their position in `labels`. Ties go to the value met nearest.
    """
    rows, similarities = index.nearest(queries, K)
    return [_vote(near, far, labels) for near, far in zip(rows.tolist(), similarities.tolist(), strict=True)]


def _vote(rows: Sequence[int], similarities: Sequence[float], labels: Sequence[Value]) -> Ranking:
    tally: dict[Value, float] = {}
    for row, similarity in zip(rows, similarities, strict=True):
        if row >= 0:
            weight = float(np.exp((similarity - 1.0) / TEMPERATURE))
            tally[labels[row]] = tally.get(labels[row], 0.0) + weight
    total = sum(tally.values()) or 1.0
    return tuple((value, weight / total) for value, weight in sorted(tally.items(), key=lambda each: -each[1]))


def majority(labels: Sequence[Value], most: int = K) -> Ranking:
    """Return the commonest values with their share of `labels`."""
    return tuple((value, n / len(labels)) for value, n in Counter(labels).most_common(most))
