"""Approximate search by neighbourhoods (FAISS IVF) and one bit for each number of a vector (RaBitQ).

Bits find candidates, full vectors decide: similarities are exact, and only what lies in a list that was not looked into,
or behind too many others by its bits, is missed. Measured on 61,000 real tickets, processor time on one core for .999 of
the true five: 1.3 ms; bytes instead of bits 2.3 ms; HNSW ended at .996 (1.5 ms), took four times as long to build, and
has trouble with many copies of one text, whose links lead only to each other. Product quantisation and fewer dimensions
lost neighbours that differ little.
"""

from collections.abc import Iterator
from math import ceil, sqrt
from pathlib import Path

import faiss
import numpy as np

from embeddings.index import Ids, Vectors
from embeddings.rows import RowFile

# Candidates for one search: bits put the true five among these.
_CANDIDATES = 160
# What k-means sees of each list, and its rounds: more of either only made building longer.
_ROWS_PER_LIST = 40
_ROUNDS = 8
# Looked into at the least: rows that stand in for queries have neighbours in their own list more often than queries do.
_LEAST_SHARE = 0.11
_FEWEST = 8
# The share of true neighbours that these rows must find, and the margin for queries.
_SMALL = 150_000
_RECALL_SMALL, _RECALL_LARGE = 0.9993, 0.993
_MARGIN = 1.25
_JUDGED = 5


class Lists:
    """The candidates for a query."""

    def __init__(self, path: Path, probes: int) -> None:
        self._index = faiss.read_index(str(path))
        self._probes = probes

    def candidates(self, queries: Vectors, k: int) -> Ids:
        """Return (q, c) rows with c > k, padded with -1."""
        # a search is too short to share, and the other cores answer requests (the setting is the calling thread's own)
        faiss.omp_set_num_threads(1)
        return _search(self._index, queries, max(_CANDIDATES, 4 * k), self._probes)


def build(rows: RowFile, count: int, path: Path) -> int:
    """Write the lists over all rows; return how many of them a search has to look into."""
    index = _trained(rows, count)
    for _, vectors in rows.chunks():
        index.add(vectors)
    faiss.write_index(index, str(path))
    return _probes(index, rows, count)


def _trained(rows: RowFile, count: int) -> faiss.Index:
    lists = ceil(sqrt(count))
    sample = rows.read(_sample(count, _ROWS_PER_LIST * lists))
    # the rotation spreads what a vector says evenly over its numbers, so that one bit of each is worth as much
    index = faiss.index_factory(sample.shape[1], f"RR,IVF{lists},RaBitQfs", faiss.METRIC_INNER_PRODUCT)
    clustering = faiss.extract_index_ivf(index).cp
    clustering.niter, clustering.spherical, clustering.min_points_per_centroid = _ROUNDS, True, 1
    index.train(sample)
    return index


def _sample(count: int, size: int) -> Ids:
    """Return the same random rows every time, in order."""
    return np.sort(np.random.default_rng(0).choice(count, min(count, size), replace=False))


def _search(index: faiss.Index, queries: Vectors, count: int, probes: int) -> Ids:
    effort = faiss.IVFRaBitQSearchParameters()
    effort.nprobe = probes + _filling(index, count)
    whole = faiss.SearchParametersPreTransform()
    whole.index_params = effort
    _, rows = index.search(queries, count, params=whole)
    return np.asarray(rows, np.int64)


def _filling(index: faiss.Index, count: int) -> int:
    """Return how many lists more hold what is wanted beyond the usual candidates, with certainty enough."""
    lists = faiss.extract_index_ivf(index).nlist
    return ceil(4 * max(0, count - _CANDIDATES) * lists / max(1, index.ntotal))


def _probes(index: faiss.Index, rows: RowFile, count: int) -> int:
    """Return how many lists to look into, measured on rows whose true neighbours are found by comparing all."""
    asked = _sample(count, max(500, min(2_000, 200_000_000 // count)))
    queries = rows.read(asked)
    fifth = _true_similarity(queries, rows)
    wanted = _RECALL_SMALL if count <= _SMALL else _RECALL_LARGE
    lists = int(faiss.extract_index_ivf(index).nlist)
    for probes in _rising(lists):
        if _recall(_search(index, queries, _CANDIDATES, probes), queries, fifth, rows) >= wanted:
            return min(lists, max(ceil(_MARGIN * probes), ceil(_LEAST_SHARE * lists)))
    return lists


def _rising(lists: int) -> Iterator[int]:
    probes = _FEWEST
    while probes < lists:
        yield probes
        probes = ceil(probes * 1.25)


def _true_similarity(queries: Vectors, rows: RowFile) -> Vectors:
    """Return the similarity of each query's fifth nearest other row (the nearest is the query itself)."""
    best = np.full((len(queries), _JUDGED + 1), -np.inf, np.float32)
    for _, vectors in rows.chunks():
        together = np.concatenate([best, queries @ vectors.T], axis=1)
        best = np.partition(together, -_JUDGED - 1, axis=1)[:, -_JUDGED - 1 :]
    return np.asarray(best.min(axis=1))


def _recall(found: Ids, queries: Vectors, fifth: Vectors, rows: RowFile) -> float:
    """Return the share of true neighbours among the candidates."""
    hits = 0
    for candidates, query, least in zip(found, queries, fifth, strict=True):
        similarities = rows.read(candidates[candidates >= 0]) @ query
        as_near = int((similarities >= least - 1e-5).sum()) - 1  # the query itself is always among them
        hits += min(_JUDGED, as_near)
    return hits / (len(queries) * _JUDGED)
