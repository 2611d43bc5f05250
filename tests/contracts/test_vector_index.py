"""What every vector index must do, compared with a dictionary and numpy."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url

from embeddings.base_build import build_base
from embeddings.exact_index import ExactIndex
from embeddings.index import Ids, VectorIndex, Vectors
from embeddings.pgvector_index import PgvectorIndex
from embeddings.solved_index import SolvedIndex

DIM = 16
ENCODER = "hashing-16"
Opener = Callable[[dict[int, Vectors]], VectorIndex]
_names = count()


def unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def vectors(seed: int, many: int) -> Vectors:
    return unit(np.random.default_rng(seed).normal(size=(many, DIM)).astype(np.float32))


def ids(*numbers: int) -> Ids:
    return np.array(numbers, np.int64)


def arrays(held: dict[int, Vectors]) -> tuple[Ids, Vectors]:
    return ids(*held), np.array(list(held.values()), np.float32).reshape(-1, DIM)


def by_hand(held: dict[int, Vectors], query: Vectors, k: int) -> tuple[list[int], list[float]]:
    """The answer by definition: all similarities, sorted by themselves and then by id."""
    ranked = sorted((-float(vector @ query), number) for number, vector in held.items())[:k]
    short = k - len(ranked)
    return [number for _, number in ranked] + [-1] * short, [-value for value, _ in ranked] + [-np.inf] * short


@pytest.fixture(params=["exact", "solved, flat", "solved, lists", "pgvector"])
def holding(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens an index that already holds some vectors; in a solved index they are its base."""
    opened: list[PgvectorIndex] = []

    def solved(held: dict[int, Vectors], exact_up_to: int) -> VectorIndex:
        folder = tmp_path / str(next(_names))
        build_base(folder, ENCODER, DIM, [arrays(held)], position=0, exact_up_to=exact_up_to)
        return SolvedIndex.open(folder, ENCODER, DIM)

    def filled(index: VectorIndex, held: dict[int, Vectors]) -> VectorIndex:
        index.add(*arrays(held))
        return index

    def pgvector(held: dict[int, Vectors]) -> VectorIndex:
        url = make_url(request.getfixturevalue("postgres_server")).set(drivername="postgresql")
        opened.append(PgvectorIndex.open(url.render_as_string(hide_password=False), f"i{next(_names)}", ENCODER, DIM))
        return filled(opened[-1], held)

    openers: dict[str, Opener] = {
        "exact": lambda held: filled(ExactIndex(DIM), held),
        "solved, flat": lambda held: solved(held, exact_up_to=1_000),
        "solved, lists": lambda held: solved(held, exact_up_to=0),
        "pgvector": pgvector,
    }
    yield openers[request.param]
    for index in opened:
        index.close()


def test_an_empty_index_pads_its_answers(holding: Opener) -> None:
    found, similarities = holding({}).nearest(vectors(0, 2), 3)
    assert (found == -1).all()
    assert np.isneginf(similarities).all()


def test_no_queries_get_no_rows(holding: Opener) -> None:
    found, similarities = holding(dict(enumerate(vectors(0, 3)))).nearest(vectors(0, 0).reshape(0, DIM), 5)
    assert found.shape == similarities.shape == (0, 5)


def test_neighbours_come_best_first_with_their_cosine(holding: Opener) -> None:
    held = dict(enumerate(vectors(1, 60)))
    for query in vectors(2, 5):
        found, similarities = holding(held).nearest(query[None], 5)
        numbers, values = by_hand(held, query, 5)
        assert found[0].tolist() == numbers
        assert np.abs(similarities[0] - values).max() < 1e-5


def test_equal_vectors_come_in_the_order_of_their_ids(holding: Opener) -> None:
    one = vectors(3, 1)[0]
    found, _ = holding(dict.fromkeys((9, 4, 7, 1, 8), one)).nearest(one[None], 4)
    assert found[0].tolist() == [1, 4, 7, 8]


def test_a_vector_added_under_a_known_id_replaces_the_old_one(holding: Opener) -> None:
    old, new = vectors(4, 2)
    index = holding({1: old, 2: unit((old + new)[None])[0]})
    index.add(ids(1), new[None])
    found, similarities = index.nearest(new[None], 3)
    assert found[0].tolist() == [1, 2, -1]
    assert similarities[0, 0] == pytest.approx(1, abs=1e-5)
    assert len(index) == 2


def test_a_removed_vector_is_not_found_and_unknown_ids_do_no_harm(holding: Opener) -> None:
    held = dict(enumerate(vectors(5, 30)))
    index = holding(held)
    index.remove(ids(*range(25), 99))
    assert set(index.nearest(vectors(6, 1), 30)[0][0].tolist()) == {-1, 25, 26, 27, 28, 29}
    assert len(index) == 5


def test_a_removed_vector_can_come_back(holding: Opener) -> None:
    [one] = vectors(7, 1)
    index = holding({1: one})
    index.remove(ids(1))
    index.add(ids(1), one[None])
    assert index.nearest(one[None], 2)[0].tolist() == [[1, -1]]


def test_a_large_batch_is_answered_like_single_queries(holding: Opener) -> None:
    index, queries = holding(dict(enumerate(vectors(8, 200)))), vectors(9, 100)
    together, _ = index.nearest(queries, 5)
    assert together.tolist() == [index.nearest(query[None], 5)[0][0].tolist() for query in queries]


changes = st.lists(
    st.tuples(st.sampled_from(["add", "remove"]), st.lists(st.integers(0, 40), min_size=1, max_size=12, unique=True)),
    max_size=12,
)


@given(first=st.sets(st.integers(0, 40)), steps=changes, seed=st.integers(0, 99))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_changes_leave_what_a_dictionary_would_hold(
    holding: Opener, first: set[int], steps: list[tuple[str, list[int]]], seed: int
) -> None:
    held = dict(zip(sorted(first), vectors(seed, len(first)), strict=True))
    index = holding(held)
    for step, (what, numbers) in enumerate(steps):
        if what == "remove":
            index.remove(ids(*numbers))
            held = {number: vector for number, vector in held.items() if number not in numbers}
        else:
            fresh = vectors(1000 + seed * 50 + step, len(numbers))
            index.add(ids(*numbers), fresh)
            held |= dict(zip(numbers, fresh, strict=True))
    [query] = vectors(5000 + seed, 1)
    found, similarities = index.nearest(query[None], 8)
    numbers, values = by_hand(held, query, 8)
    assert found[0].tolist() == numbers
    assert similarities[0].tolist() == pytest.approx(values, abs=1e-5)
    assert len(index) == len(held)
