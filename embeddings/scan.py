"""Comparing queries with every row of a matrix, and putting answers together."""

from collections.abc import Callable, Sequence

import numpy as np

from embeddings.index import NOBODY, Ids, Vectors

Answer = tuple[Ids, Vectors]
"""(q, k) ids and similarities, as `VectorIndex.nearest` returns them."""

# Queries answered under one hold of a lock: a writer waits for these, not for a whole batch.
_TOGETHER = 32


def nearest_rows(matrix: Vectors, ids: Ids, queries: Vectors, k: int) -> Answer:
    """Return the k rows of `matrix` (n, dim), which go by `ids` (n,), nearest to each of (q, dim) queries."""
    found = nobody(len(queries), k)
    for row, query in enumerate(queries):
        # einsum, not BLAS: equal rows are equally similar wherever they stand, and no second thread is waited for,
        # which on a busy machine costs more than it saves
        similarities = np.einsum("ij,j->i", matrix, query)
        rows = _best(similarities, k)
        put(found, row, ids[rows], similarities[rows])
    return found


def in_blocks(answer: Callable[[Vectors], Answer], queries: Vectors, k: int) -> Answer:
    """Answer a few queries at a time."""
    parts = [answer(queries[start : start + _TOGETHER]) for start in range(0, len(queries), _TOGETHER)]
    return _concatenated([nobody(0, k), *parts], axis=0)


def merged(answers: Sequence[Answer], k: int) -> Answer:
    """Return the best k of several answers to the same queries."""
    ids, similarities = _concatenated(answers, axis=1)
    found = nobody(len(ids), k)
    for row in range(len(ids)):
        there = ids[row] != NOBODY
        put(found, row, ids[row, there], similarities[row, there])
    return found


def nobody(queries: int, k: int) -> Answer:
    """Return the answer of an index that holds nothing."""
    return np.full((queries, k), NOBODY, np.int64), np.full((queries, k), -np.inf, np.float32)


def put(found: Answer, row: int, ids: Ids, similarities: Vectors) -> None:
    """Fill one row of an answer with the best of these: best first, ties by the smaller id."""
    best = np.lexsort((ids, -similarities))[: found[0].shape[1]]
    found[0][row, : len(best)] = ids[best]
    found[1][row, : len(best)] = similarities[best]


def _best(similarities: Vectors, k: int) -> Ids:
    """Return the rows that can be among the k best, all ties of the k-th included."""
    if len(similarities) <= k:
        return np.arange(len(similarities))
    kth = np.partition(similarities, len(similarities) - k)[len(similarities) - k]
    return np.flatnonzero(similarities >= kth)


def _concatenated(answers: Sequence[Answer], axis: int) -> Answer:
    return np.concatenate([ids for ids, _ in answers], axis), np.concatenate([found for _, found in answers], axis)
