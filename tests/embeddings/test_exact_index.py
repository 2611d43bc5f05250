import numpy as np

from embeddings.exact_index import ExactIndex


def unit(*rows: list[float]) -> np.ndarray:
    vectors = np.array(rows, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_all_copies_of_one_vector_come_in_the_order_of_their_ids() -> None:
    rng = np.random.default_rng(1)
    one = unit(rng.normal(size=384).tolist())
    index = ExactIndex(384)
    for number in rng.permutation(500):
        index.add(np.array([number]), one)
    ids, similarities = index.nearest(np.repeat(one, 40, axis=0), 7)
    assert (ids == np.arange(7)).all()
    assert (similarities == similarities[0, 0]).all()


def test_a_removed_row_leaves_the_others_where_they_can_be_found() -> None:
    index = ExactIndex(2)
    index.add(np.array([1, 2, 3]), unit([1, 0], [1, 1], [0, 1]))
    index.remove(np.array([1]))
    ids, _ = index.nearest(unit([0, 1]), 3)
    assert ids.tolist() == [[3, 2, -1]]


def test_an_index_grows_beyond_what_it_first_reserved() -> None:
    vectors = unit(*np.random.default_rng(2).normal(size=(300, 8)).tolist())
    index = ExactIndex(8)
    for number, vector in enumerate(vectors):
        index.add(np.array([number]), vector[None])
    ids, _ = index.nearest(vectors, 1)
    assert ids[:, 0].tolist() == list(range(300))
