"""The measures, each against a case worked out by hand."""

import numpy as np
import pytest

from triage import metrics


def bools(*values: int) -> metrics.Bools:
    return np.array(values, dtype=bool)


def test_a_truth_counts_among_the_first_k() -> None:
    rankings = [("a", "b", "c"), ("b", "a"), ()]
    assert metrics.hits_in_top(["a", "a", "a"], rankings, 1).tolist() == [True, False, False]
    assert metrics.hits_in_top(["a", "a", "a"], rankings, 2).tolist() == [True, True, False]


def test_macro_f1_weighs_every_value_alike() -> None:
    # a: 2 right of 2 true and 3 named: .8; b: 1 right of 2 true and 1 named: .667
    assert metrics.macro_f1(["a", "a", "b", "b"], ["a", "a", "a", "b"]) == pytest.approx((0.8 + 2 / 3) / 2)


def test_a_value_named_only_wrongly_lowers_macro_f1() -> None:
    assert metrics.macro_f1(["a", "a"], ["a", "z"]) == pytest.approx((2 / 3 + 0) / 2)


def test_no_answer_is_no_value() -> None:
    assert metrics.macro_f1(["a", "a"], ["a", None]) == pytest.approx(2 / 3)


def test_the_calibration_error_weighs_bins_by_size() -> None:
    # one bin of three at .9 with two right (gap .2333), one bin of one at .1 with none right (gap .1)
    error = metrics.calibration_error(np.array([0.9, 0.9, 0.9, 0.1]), bools(1, 1, 0, 0))
    assert error == pytest.approx((3 * (0.9 - 2 / 3) + 0.1) / 4)


def test_full_confidence_falls_into_the_last_bin() -> None:
    assert metrics.calibration_error(np.array([1.0, 1.0]), bools(1, 0)) == pytest.approx(0.5)


def test_coverage_is_the_largest_share_that_is_right_often_enough() -> None:
    confidence = np.linspace(1.0, 0.0, 40)
    hits = np.array([True] * 10 + [False] + [True] * 9 + [False] * 20)
    assert metrics.coverage_at(confidence, hits) == pytest.approx(20 / 40)


def test_coverage_does_not_part_equal_confidences() -> None:
    assert metrics.coverage_at(np.array([0.9, 0.9]), bools(1, 0)) == 0.0


def test_above_a_threshold_share_and_precision_are_counted() -> None:
    assert metrics.above(np.array([0.9, 0.8, 0.7, 0.1]), bools(1, 0, 1, 1), 0.8) == (0.5, 0.5)


def test_above_an_unreached_threshold_there_is_no_precision() -> None:
    assert metrics.above(np.array([0.9]), bools(1), 1.01) == (0.0, None)


def test_the_margin_of_equals_is_nothing() -> None:
    assert metrics.margin(bools(1, 0, 1), bools(1, 0, 1)) == (0.0, 0.0, 0.0)


def test_the_interval_of_a_margin_is_that_of_the_binomial() -> None:
    ours, theirs = np.ones(400, dtype=bool), np.arange(400) >= 40
    accuracy, low, high = metrics.margin(ours, theirs)
    spread = 1.96 * np.sqrt(0.1 * 0.9 / 400)
    assert accuracy == pytest.approx(0.1)
    assert (low, high) == pytest.approx((0.1 - spread, 0.1 + spread), abs=0.005)


def test_the_same_margin_has_the_same_interval_every_time() -> None:
    ours, theirs = bools(1, 1, 0, 1), bools(0, 1, 1, 0)
    assert metrics.margin(ours, theirs) == metrics.margin(ours, theirs)


def test_time_errors_are_factors_of_two() -> None:
    quantiles = np.array([[1.0, 2.0, 4.0, 8.0, 16.0]] * 3)
    marks = metrics.time_errors(quantiles, np.array([4.0, 8.0, 32.0]))
    assert marks == {
        "n": 3,
        "median_abs_log2": 1.0,
        "within_2x": pytest.approx(2 / 3),
        "coverage_p90": pytest.approx(2 / 3),
        "coverage_band90": pytest.approx(2 / 3),
        "mean_log2_width_band90": 4.0,
    }


def test_a_ticket_that_took_no_time_took_a_minute() -> None:
    marks = metrics.time_errors(np.array([[0.0, 0.0, 1 / 60, 1.0, 1.0]]), np.array([0.0]))
    assert marks["median_abs_log2"] == 0.0


def test_no_times_are_only_counted() -> None:
    assert metrics.time_errors(np.empty((0, 5)), np.empty(0)) == {"n": 0}
