"""From a vote to the chance that it is right."""

import json

import numpy as np
import pytest

from triage.calibration import NEVER, UNFIT, Calibration, Evidence, fit, from_json, threshold_for, to_json


def votes(n: int, seed: int = 1) -> tuple[list[Evidence], np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Votes whose true chance is their share times their similarity."""
    random = np.random.default_rng(seed)
    evidence = [
        Evidence(*each) for each in zip(random.uniform(0.3, 1, n), random.uniform(0.4, 1, n), [5.0] * n, strict=True)
    ]
    chance = np.array([each.share * each.similarity for each in evidence])
    return evidence, random.uniform(size=n) < chance


def test_unmeasured_agreement_at_a_distance_is_not_certainty() -> None:
    assert UNFIT.confidence(Evidence(share=1.0, similarity=0.55, count=5.0)) < 0.7


def test_a_fitted_confidence_is_as_often_right_as_it_says() -> None:
    calibration = fit(*votes(4_000))
    later, correct = votes(4_000, seed=2)
    confidence = np.array([calibration.confidence(each) for each in later])
    for low in (0.3, 0.5, 0.7):
        band = (confidence >= low) & (confidence < low + 0.2)
        assert confidence[band].mean() == pytest.approx(correct[band].mean(), abs=0.05)


def test_a_fit_on_a_handful_stays_near_the_default() -> None:
    evidence = [Evidence(0.9, 0.8, 5.0)] * 3
    fitted = fit(evidence, np.array([True] * 3))
    assert UNFIT.confidence(evidence[0]) < fitted.confidence(evidence[0]) < 0.9


def test_a_fact_never_lowers_the_confidence() -> None:
    evidence = [Evidence(share, 0.8, 5.0) for share in np.linspace(0.3, 1.0, 200)]
    fitted = fit(evidence, np.array([each.share < 0.5 for each in evidence]))
    assert fitted.share >= 0
    assert fitted.similarity >= 0
    assert fitted.count >= 0


def test_nothing_to_learn_from_leaves_the_default() -> None:
    assert fit([], np.array([], dtype=bool)) == UNFIT


def test_the_threshold_is_the_lowest_with_enough_precision() -> None:
    confidence = np.linspace(0.0, 1.0, 1_001)
    threshold = threshold_for(confidence, confidence >= 0.5)
    assert threshold == pytest.approx(0.49, abs=0.03)
    assert threshold <= 0.5


def test_a_lucky_handful_opens_no_threshold() -> None:
    assert threshold_for(np.array([0.9] * 5), np.array([True] * 5)) == NEVER


def test_a_threshold_cannot_part_equal_confidences() -> None:
    confidence = np.array([0.9] * 200)
    assert threshold_for(confidence, np.arange(200) < 150) == NEVER


def test_calibrations_survive_being_stored() -> None:
    calibrations = {"category": Calibration(-1.0, 0.5, 2.0, 0.0, 0.8, 300)}
    assert from_json(json.loads(json.dumps(to_json(calibrations)))) == calibrations
