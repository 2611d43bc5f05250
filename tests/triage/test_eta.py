"""Time to resolve from neighbours and history."""

import numpy as np
import pytest

from triage.eta import EtaSettings, estimate
from triage.neighbours import Neighbour
from triage.times import Times, Watched, learn, weighted_quantiles


def near(similarity: float, hours: float | None, age: float = 0.0) -> Neighbour:
    return Neighbour(1, similarity, age, {}, hours, hours)


def test_equal_weights_give_the_plain_median() -> None:
    quantiles = weighted_quantiles(np.array([4.0, 1.0, 2.0]), np.ones(3), np.array([0.5]))
    assert quantiles.tolist() == [2.0]


def test_a_heavy_value_pulls_the_median() -> None:
    quantiles = weighted_quantiles(np.array([1.0, 10.0]), np.array([1.0, 9.0]), np.array([0.5]))
    assert quantiles[0] == pytest.approx(9.1)  # 10 has its mid-rank at .55, 1 at .05


def test_without_timed_neighbours_there_is_a_reason() -> None:
    eta = estimate([near(0.9, None)])
    assert (eta.p50, eta.reason) == (None, "No similar ticket has a known time to resolve.")


def test_the_nearer_neighbours_decide_the_middle() -> None:
    eta = estimate([near(0.95, 2.0), near(0.94, 2.0), near(0.5, 50.0)])
    assert eta.p50 == pytest.approx(2.0, abs=0.1)


def test_the_levels_never_cross() -> None:
    eta = estimate([near(0.9 - n / 100, float(n % 7)) for n in range(30)])
    levels = [eta.p5, eta.p10, eta.p50, eta.p90, eta.p95]
    assert levels == sorted(levels, key=lambda each: each or 0.0)


def test_a_thin_neighbourhood_leans_on_the_history() -> None:
    times = Times(np.linspace(1.0, 100.0, 99))
    alone = estimate([near(0.9, 2.0)])
    leaning = estimate([near(0.9, 2.0)], times)
    assert alone.p90 == 2.0
    assert leaning.p90 is not None
    assert leaning.p90 > 50.0


def test_an_outlier_counts_no_more_than_the_slowest_of_the_history() -> None:
    times = Times(np.linspace(1.0, 100.0, 99))
    eta = estimate([near(0.9, 1_000_000.0)] * 20, times, EtaSettings(prior=1.0))
    assert eta.p95 is not None
    assert eta.p95 <= 100.0


def test_a_slow_ticket_speaks_for_those_that_were_not_watched_long_enough() -> None:
    watched = Watched(np.array([10.0, 20.0, 30.0, 40.0]))
    assert watched.weight(np.array([5.0, 25.0, 40.0])).tolist() == [1.0, 2.0, 4.0]


def test_nobody_speaks_for_more_than_a_bound() -> None:
    assert Watched(np.zeros(1_000), most=20.0).weight(np.array([99.0])).tolist() == [20.0]


def test_the_history_is_corrected_for_tickets_still_open() -> None:
    # of two equal weeks, the slow half of the second one is still open
    hours = np.array([1.0] * 100 + [200.0] * 50)
    watched = np.array([300.0] * 100 + [100.0] * 100)
    assert learn(hours, hours, watched).hours.mean() == pytest.approx(100.5, rel=0.03)


def test_no_history_is_no_spread() -> None:
    assert len(learn(np.empty(0), np.empty(0), np.empty(0)).hours) == 0
