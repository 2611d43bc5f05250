"""What a desk learns from its own solved tickets."""

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.exact_index import ExactIndex
from triage.engine import Settings
from triage.learning import FEWEST, Solved, teach
from triage.neighbours import Outcome

DAY = 86_400.0
DIM = 16


def exact(ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> ExactIndex:
    index = ExactIndex(DIM)
    index.add(ids, vectors)
    return index


def desk(n: int, noise: float, seed: int = 3) -> Solved:
    """One ticket a day about one of four problems; a share of `noise` was closed with a category drawn by lot."""
    random = np.random.default_rng(seed)
    problem = random.integers(0, 4, n)
    lot = random.uniform(size=n) < noise
    category = np.where(lot, random.integers(0, 4, n), problem)
    vectors = np.eye(DIM, dtype=np.float32)[problem] + 0.05 * random.normal(size=(n, DIM)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    tickets = [
        Outcome(each, each * DAY, each * DAY + 3_600, {"category": int(category[each])}, 1.0) for each in range(n)
    ]
    return Solved(tickets, vectors)


def calibration_of(solved: Solved) -> tuple[float, float]:
    """Return (confidence that a taught desk has in its votes, how often they are right) on its newest fifth."""
    learned = teach(solved, np.empty(0), exact, ["category"], Settings()).calibration("category")
    border = int(len(solved.tickets) * 0.8)
    older = solved.only(range(border))
    newer = solved.only(range(border, len(solved.tickets)))
    from triage.engine import Query
    from triage.votes import propose

    queries = [Query(each.id, each.created_at) for each in newer.tickets]
    engine = older.engine(exact, ["category"], Settings())
    votes = [
        propose("category", near, Settings().vote("category"), calibration=learned)
        for near in engine.neighbourhoods(queries, newer.vectors)
    ]
    right = [vote.value == ticket.values["category"] for vote, ticket in zip(votes, newer.tickets, strict=True)]
    return float(np.mean([vote.confidence for vote in votes])), float(np.mean(right))


@pytest.mark.parametrize("noise", [0.0, 0.3, 0.6])
def test_confidence_follows_how_reliable_the_desk_is(noise: float) -> None:
    confidence, right = calibration_of(desk(1_000, noise))
    assert confidence == pytest.approx(right, abs=0.08)


def test_a_noisy_desk_asks_more_neighbours() -> None:
    clean = teach(desk(1_000, 0.0), np.empty(0), exact, ["category"], Settings()).calibration("category")
    noisy = teach(desk(1_000, 0.6), np.empty(0), exact, ["category"], Settings()).calibration("category")
    assert clean.voters == 5
    assert noisy.voters is not None
    assert noisy.voters > 5


def test_a_reliable_desk_may_act_alone_and_a_noisy_one_may_not() -> None:
    clean = teach(desk(1_000, 0.0), np.empty(0), exact, ["category"], Settings()).calibration("category")
    noisy = teach(desk(1_000, 0.6), np.empty(0), exact, ["category"], Settings()).calibration("category")
    assert clean.auto_threshold < 1.0 < noisy.auto_threshold


def test_too_few_tickets_teach_no_calibration() -> None:
    learned = teach(desk(FEWEST, 0.0), np.empty(0), exact, ["category"], Settings())
    assert learned.calibrations == {}


def test_a_field_nobody_fills_teaches_nothing() -> None:
    learned = teach(desk(300, 0.0), np.empty(0), exact, ["category", "priority"], Settings())
    assert set(learned.calibrations) == {"category"}


def test_an_empty_desk_teaches_nothing() -> None:
    learned = teach(desk(0, 0.0), np.empty(0), exact, ["category"], Settings())
    assert learned.calibrations == {}
    assert len(learned.times.hours) == 0


def test_learning_twice_gives_the_same() -> None:
    twice = [teach(desk(500, 0.3), np.empty(0), exact, ["category"], Settings()).calibrations for _ in range(2)]
    assert twice[0] == twice[1]


def test_learning_tells_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    teach(desk(500, 0.3), np.empty(0), exact, ["category"], Settings(), lambda done, total: told.append((done, total)))
    assert told == [(done, 100) for done in range(100)]
