"""The backtest as a whole, on a small desk with known answers."""

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.exact_index import ExactIndex
from embeddings.hashing import HashingEncoder
from triage.backtest import Result, run
from triage.baselines import knn5, majority
from triage.hindsight import Row

ENCODER = HashingEncoder()
HOUR = 3_600.0
DAY = 24 * HOUR
PROBLEMS = {
    "VPN": "vpn tunnel does not connect from home",
    "Printing": "printer has a paper jam again",
    "Mail": "outlook cannot send mail to customers",
}


def exact(ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> ExactIndex:
    index = ExactIndex(vectors.shape[1])
    index.add(ids, vectors)
    return index


def tickets(first: int, n: int) -> list[Row]:
    """One ticket an hour, about each problem in turn; printing takes eight hours, all else two."""
    rows = []
    for number in range(first, first + n):
        category = list(PROBLEMS)[number % 3]
        opened = number * HOUR
        closed = opened + (8 if category == "Printing" else 2) * HOUR
        values = {"category": category, "group": "Desk" if number % 2 else None}
        rows.append(Row(f"T{number}", f"{PROBLEMS[category]} {number}", opened, closed, values))
    return rows


def backtest(history: list[Row], test: list[Row], limit: int | None = None) -> Result:
    return run(history, test, ENCODER.encode, exact, limit=limit)


RESULT = backtest(tickets(0, 240), tickets(240, 60))


def test_the_report_has_the_agreed_shape() -> None:
    assert set(RESULT.report) == {"seconds", "n_history", "n_test", "fields", "eta"}
    assert set(RESULT.report["seconds"]) == {"fit", "predict"}
    assert set(RESULT.report["fields"]) == {"category", "group"}
    assert set(RESULT.report["fields"]["category"]) == {
        *("fifthcall", "knn5", "majority", "margin", "without_near_duplicates")
    }
    assert set(RESULT.report["fields"]["category"]["margin"]) == {"accuracy", "low", "high"}
    assert set(RESULT.report["fields"]["category"]["knn5"]) == {
        *("n", "accuracy", "top3", "top5", "macro_f1", "ece", "coverage_at_95", "auto_coverage", "auto_precision")
    }
    assert set(RESULT.report["eta"]) == {"fifthcall", "median", "by_week"}
    assert set(RESULT.report["eta"]["median"]) == {
        *("n", "median_abs_log2", "within_2x", "coverage_p90", "coverage_band90", "mean_log2_width_band90")
    }


def test_only_what_was_resolved_before_the_first_test_ticket_is_learned() -> None:
    # printing takes eight hours: T235 and T238 are open at hour 240, T232 closes at that very moment; T239 takes two
    unresolved = [row.id for row in tickets(0, 240) if row.resolved_at is not None and row.resolved_at >= 240 * HOUR]
    assert RESULT.report["n_history"] == 240 - len(unresolved)
    assert set(unresolved) == {"T232", "T235", "T238", "T239"}


def test_problems_that_are_told_apart_by_their_words_are_told_apart() -> None:
    marks = RESULT.report["fields"]["category"]
    assert marks["fifthcall"]["accuracy"] == 1.0
    assert marks["majority"]["accuracy"] == pytest.approx(1 / 3)


def test_only_rows_with_a_label_are_marked() -> None:
    assert RESULT.report["fields"]["category"]["fifthcall"]["n"] == 60
    assert RESULT.report["fields"]["group"]["fifthcall"]["n"] == 30


def test_a_label_never_seen_is_wrong_and_not_left_out() -> None:
    stranger = Row("X", PROBLEMS["VPN"], 300 * HOUR, None, {"category": "Fax"})
    report = backtest(tickets(0, 240), [*tickets(240, 9), stranger]).report
    assert report["fields"]["category"]["fifthcall"]["accuracy"] == pytest.approx(0.9)


def test_near_duplicates_are_left_out_of_the_marks_beside() -> None:
    history = tickets(0, 240)
    known_texts = [Row(f"again {row.id}", row.text, 300 * HOUR, None, row.values) for row in history[:6]]
    new = [Row("new", f"{PROBLEMS['VPN']} and mail is slow", 301 * HOUR, None, {"category": "VPN"})]
    marks = backtest(history, [*known_texts, *new]).report["fields"]["category"]
    assert (marks["fifthcall"]["n"], marks["without_near_duplicates"]["fifthcall"]["n"]) == (7, 1)
    assert set(marks["without_near_duplicates"]) == {"fifthcall", "knn5", "majority", "margin"}


def test_where_every_ticket_has_a_near_duplicate_nothing_is_marked_beside() -> None:
    history = tickets(0, 240)
    again = [Row(f"again {row.id}", row.text, 300 * HOUR, None, row.values) for row in history[:6]]
    assert backtest(history, again).report["fields"]["category"]["without_near_duplicates"] == {}


def test_times_follow_the_neighbours() -> None:
    ours, median = RESULT.report["eta"]["fifthcall"], RESULT.report["eta"]["median"]
    assert ours["within_2x"] > median["within_2x"]
    assert [week["week"] for week in RESULT.report["eta"]["by_week"]] == ["1970-01-05", "1970-01-12"]


def test_tickets_are_predicted_in_the_order_of_time() -> None:
    shuffled = backtest(tickets(0, 240), tickets(240, 60)[::-1], limit=5)
    assert [each["id"] for each in shuffled.predictions] == ["T240", "T241", "T242", "T243", "T244"]


def test_a_limit_does_not_change_what_is_learned() -> None:
    limited = backtest(tickets(0, 240), tickets(240, 60), limit=5).report
    assert (limited["n_history"], limited["n_test"]) == (RESULT.report["n_history"], 5)


def test_a_prediction_holds_values_chances_neighbours_and_hours() -> None:
    first = RESULT.predictions[0]
    assert (first["id"], first["category"]) == ("T240", "VPN")
    assert first["category_top5"][0] == "VPN"
    assert first["category_top5_probabilities"][0] == first["category_confidence"]
    assert len(first["neighbours"]) == len(first["neighbour_similarities"]) == 5
    assert first["p5_hours"] <= first["p50_hours"] <= first["p95_hours"]


def test_files_without_times_or_resolutions_are_measured_too() -> None:
    timeless = [Row(row.id, row.text, None, None, row.values) for row in tickets(0, 300)]
    report = backtest(timeless[:240], timeless[240:]).report
    assert report["n_history"] == 240
    assert report["fields"]["category"]["fifthcall"]["accuracy"] == 1.0
    assert report["eta"] == {}


def test_an_empty_history_is_reported_and_does_not_fail() -> None:
    report = backtest([], tickets(0, 5)).report
    assert (report["n_history"], report["fields"], report["eta"]) == (0, {}, {})


def test_five_neighbours_vote_by_closeness() -> None:
    vectors = np.eye(3, dtype=np.float32)
    index = exact(np.arange(3), vectors)
    query = np.array([[0.8, 0.6, 0.0]], dtype=np.float32)
    ((first, second, _),) = knn5(index, ["a", "b", "c"], query)
    assert (first[0], second[0]) == ("a", "b")
    assert second[1] / first[1] == pytest.approx(np.exp((0.6 - 0.8) / 0.05), rel=1e-4)


def test_the_majority_answers_with_shares() -> None:
    assert majority(["a", "b", "a", "a"]) == (("a", 0.75), ("b", 0.25))
