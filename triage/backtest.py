"""How good the suggestions would have been on tickets that came later.

Learns from the history as it was known when the first test ticket came in, answers each test ticket, and compares
the answers, plain five nearest neighbours and the commonest label with what became of the tickets.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage import baselines, metrics, scores
from triage.baselines import Ranking
from triage.cold_start import Encode
from triage.engine import Engine, Query, Settings, Triage
from triage.eta import LEVELS, Eta
from triage.hindsight import LABELS, Known, Row, hours_taken, known
from triage.learning import BuildIndex, Solved, teach
from triage.neighbours import Value

Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]

OURS = "fifthcall"
# A test ticket that is this close to one of the history asks for memory, not for judgement.
NEAR_DUPLICATE = 0.98
_SETTINGS = Settings()


@dataclass(frozen=True, slots=True)
class Backtest:
    """A desk taught by what was `known`, whose texts have `vectors` (n, d), and asked about rows it has not seen."""

    known: Known
    vectors: Vectors
    build: BuildIndex
    engine: Engine

    @classmethod
    def taught(cls, known: Known, vectors: Vectors, build: BuildIndex, settings: Settings = _SETTINGS) -> "Backtest":
        fields = [name for name in LABELS if any(each.values.get(name) is not None for each in known.tickets)]
        solved = Solved(known.tickets, vectors)
        learned = teach(solved, known.watched_hours, build, fields, settings)
        return cls(known, vectors, build, replace(solved.engine(build, fields, settings), learned=learned))

    def answer(self, test: Sequence[Row], vectors: Vectors) -> Iterator[Triage]:
        """Yield what the product would suggest for each row of `test` with `vectors` (m, d)."""
        times = [self.known.start if row.created_at is None else row.created_at for row in test]
        return self.engine.triage([Query(None, at) for at in times], vectors)

    def report(self, test: Sequence[Row], vectors: Vectors, answers: Sequence[Triage]) -> dict[str, Any]:
        """Return the marks of `answers` and of the baselines: `fields` and `eta` as the command writes them."""
        is_new = self._is_new(vectors)
        fields = {name: self._field(name, test, vectors, answers, is_new) for name in self.engine.fields}
        marks = {name: each for name, each in fields.items() if each is not None}
        return {
            "n_history": len(self.known.tickets),
            "n_test": len(test),
            "fields": marks,
            "eta": self._eta(test, answers),
        }

    def _is_new(self, queries: Vectors) -> NDArray[np.bool_]:
        """Return for each of `queries` (q, d) whether the history holds no near duplicate of it, (q,)."""
        _, similarities = self.engine.index.nearest(queries, 1)
        new: NDArray[np.bool_] = similarities[:, 0] < NEAR_DUPLICATE
        return new

    def _field(
        self, name: str, test: Sequence[Row], vectors: Vectors, answers: Sequence[Triage], is_new: NDArray[np.bool_]
    ) -> dict[str, Any] | None:
        rows = [row for row, each in enumerate(test) if each.values.get(name) is not None]
        if not rows:
            return None
        truth = [test[row].values[name] for row in rows]
        ours = [answers[row].fields[name].ranking() for row in rows]
        knn5, majority = self._baselines(name, vectors[rows])
        threshold = self.engine.learned.calibration(name).auto_threshold
        methods = {OURS: ours, "knn5": knn5, "majority": majority}
        new = np.flatnonzero(is_new[rows]).tolist()
        without = _marks([truth[i] for i in new], {m: [each[i] for i in new] for m, each in methods.items()}, threshold)
        return {**_marks(truth, methods, threshold), "without_near_duplicates": without}

    def _baselines(self, name: str, queries: Vectors) -> tuple[list[Ranking], list[Ranking]]:
        rows = [row for row, each in enumerate(self.known.tickets) if each.values.get(name) is not None]
        labels: list[Value] = [self.known.tickets[row].values[name] for row in rows]
        index = self.build(np.arange(len(rows), dtype=np.int64), self.vectors[rows])
        return baselines.knn5(index, labels, queries), [baselines.majority(labels)] * len(queries)

    def _eta(self, test: Sequence[Row], answers: Sequence[Triage]) -> dict[str, Any]:
        hours = np.array([each.hours for each in self.known.tickets if each.hours is not None], dtype=np.float64)
        timed = [
            row for row, each in enumerate(test) if hours_taken(each) is not None and answers[row].eta.p50 is not None
        ]
        if not len(hours) or not timed:
            return {}
        actual = np.array([hours_taken(test[row]) for row in timed], dtype=np.float64)
        methods = {
            OURS: np.array([quantiles(answers[row].eta) for row in timed], dtype=np.float64),
            "median": np.tile(np.quantile(hours, LEVELS), (len(timed), 1)),
        }
        weeks = np.array([_week(test[row]) for row in timed])
        by_week = [
            {"week": str(week), **_time_marks(methods, actual, weeks == week)} for week in sorted(set(weeks.tolist()))
        ]
        return {**_time_marks(methods, actual, np.ones(len(timed), dtype=bool)), "by_week": by_week}


@dataclass(frozen=True, slots=True)
class Result:
    """The `report` that the command writes as JSON, and one row of `predictions` for each test ticket."""

    report: dict[str, Any]
    predictions: list[dict[str, Any]]


def run(
    history: Sequence[Row],
    test: Sequence[Row],
    encode: Encode,
    build: BuildIndex,
    *,
    limit: int | None = None,
    answered: Callable[[], None] = lambda: None,
) -> Result:
    """Learn from `history`, predict the first `limit` of `test` in time order; `answered` is called after each."""
    before = perf_counter()
    what_was_known = known(history, test)
    taught = Backtest.taught(what_was_known, encode([history[each].text for each in what_was_known.positions]), build)
    fitted = perf_counter()
    asked = sorted(test, key=lambda row: (row.created_at is None, row.created_at or 0.0))[:limit]
    vectors = encode([row.text for row in asked])
    answers = []
    for answer in taught.answer(asked, vectors):
        answers.append(answer)
        answered()
    seconds = {"fit": fitted - before, "predict": perf_counter() - fitted}
    ids = [row.id for row in history]
    predictions = [prediction(row, answer, ids) for row, answer in zip(asked, answers, strict=True)]
    return Result({"seconds": seconds, **taught.report(asked, vectors, answers)}, predictions)


def quantiles(eta: Eta) -> tuple[float | None, ...]:
    return eta.p5, eta.p10, eta.p50, eta.p90, eta.p95


def prediction(row: Row, answer: Triage, known_ids: Sequence[str]) -> dict[str, Any]:
    """Return one flat row of the predictions file; `known_ids` are the ids of the history file by position."""
    flat: dict[str, Any] = {"id": row.id}
    for name, proposal in answer.fields.items():
        ranking = proposal.ranking()
        flat[name] = ranking[0][0] if ranking else None
        flat[f"{name}_confidence"] = ranking[0][1] if ranking else None
        flat[f"{name}_top5"] = [value for value, _ in ranking]
        flat[f"{name}_top5_probabilities"] = [chance for _, chance in ranking]
    flat["neighbours"] = [known_ids[each.id] for each in answer.neighbours]
    flat["neighbour_similarities"] = [each.similarity for each in answer.neighbours]
    names = ("p5_hours", "p10_hours", "p50_hours", "p90_hours", "p95_hours")
    return flat | dict(zip(names, quantiles(answer.eta), strict=True))


def _marks(
    truth: Sequence[Value], methods: Mapping[str, Sequence[Ranking]], threshold: float
) -> dict[str, scores.Score]:
    """Return each method's marks and the margin over plain neighbours; nothing where there is nothing to mark."""
    if not truth:
        return {}
    marks = {method: scores.field_score(truth, each, threshold) for method, each in methods.items()}
    return {**marks, "margin": scores.margin(truth, methods[OURS], methods["knn5"])}


def _week(row: Row) -> str:
    """Return the Monday of the week (UTC) in which the ticket came in."""
    day = datetime.fromtimestamp(row.created_at or 0.0, UTC)
    return (day - timedelta(days=day.weekday())).date().isoformat()


def _time_marks(methods: dict[str, Floats], actual: Floats, rows: NDArray[np.bool_]) -> dict[str, scores.Score]:
    return {method: metrics.time_errors(each[rows], actual[rows]) for method, each in methods.items()}
