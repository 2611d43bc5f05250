"""One method's marks: rankings against what became of the tickets."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from triage import metrics
from triage.baselines import Ranking
from triage.neighbours import Value

Score = dict[str, float | int | None]


def field_score(truth: Sequence[Value], rankings: Sequence[Ranking], auto_threshold: float) -> Score:
    """Return how well `rankings` foretold `truth`, row by row; a threshold does not silence the first place."""
    values = [tuple(value for value, _ in ranking) for ranking in rankings]
    confidence = np.array([ranking[0][1] if ranking else 0.0 for ranking in rankings], dtype=np.float64)
    hits = metrics.hits_in_top(truth, values, 1)
    auto_coverage, auto_precision = metrics.above(confidence, hits, auto_threshold)
    return {
        "n": len(truth),
        "accuracy": metrics.share(hits),
        "top3": metrics.share(metrics.hits_in_top(truth, values, 3)),
        "top5": metrics.share(metrics.hits_in_top(truth, values, 5)),
        "macro_f1": metrics.macro_f1(truth, first_places(rankings)),
        "ece": metrics.calibration_error(confidence, hits),
        "coverage_at_95": metrics.coverage_at(confidence, hits),
        "auto_coverage": auto_coverage,
        "auto_precision": auto_precision,
    }


def margin(truth: Sequence[Value], ours: Sequence[Ranking], theirs: Sequence[Ranking]) -> Score:
    """Return by how much `ours` is more often right than `theirs`, with a 95 % interval."""
    accuracy, low, high = metrics.margin(_hits(truth, ours), _hits(truth, theirs))
    return {"accuracy": accuracy, "low": low, "high": high}


def first_places(rankings: Sequence[Ranking]) -> list[Value | None]:
    return [ranking[0][0] if ranking else None for ranking in rankings]


def _hits(truth: Sequence[Value], rankings: Sequence[Ranking]) -> NDArray[np.bool_]:
    return np.array([value == answer for value, answer in zip(truth, first_places(rankings), strict=True)], dtype=bool)
