"""Everything compared with everything: right by construction, about 0.1 ms for each 1,000 vectors of 384 numbers.

A matrix that numpy reads, rather than FAISS's flat index: that one moves all later rows for every removal, and
leaves the order of equal similarities to chance.
"""

from threading import Lock

import numpy as np

from embeddings.index import Ids, Vectors
from embeddings.scan import Answer, in_blocks, nearest_rows

_FIRST_CAPACITY = 64


class ExactIndex:
    """For open and recent tickets, and for what changed since the base of a larger index was built."""

    def __init__(self, dim: int) -> None:
        self._matrix = np.empty((_FIRST_CAPACITY, dim), np.float32)
        self._ids = np.empty(_FIRST_CAPACITY, np.int64)
        self._rows: dict[int, int] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Put (n, dim) unit vectors under (n,) ids; a vector whose id is there is replaced."""
        with self._lock:
            self._reserve(len(self._rows) + len(ids))
            for number, vector in zip(ids.tolist(), vectors, strict=True):
                row = self._rows.setdefault(number, len(self._rows))
                self._ids[row], self._matrix[row] = number, vector

    def remove(self, ids: Ids) -> None:
        """Take ids out; unknown ones are ignored."""
        with self._lock:
            for number in ids.tolist():
                if number in self._rows:
                    self._fill_gap(self._rows.pop(number))

    def nearest(self, queries: Vectors, k: int) -> Answer:
        """Return the (q, k) nearest ids and their cosine similarities."""
        return in_blocks(lambda block: self._answer(block, k), queries, k)

    def _answer(self, queries: Vectors, k: int) -> Answer:
        with self._lock:
            held = len(self._rows)
            return nearest_rows(self._matrix[:held], self._ids[:held], queries, k)

    def _reserve(self, rows: int) -> None:
        """Make room, doubling, so that adding one by one stays cheap."""
        capacity = len(self._ids)
        if rows > capacity:
            capacity = max(rows, 2 * capacity)
            held = len(self._rows)
            matrix, ids = np.empty((capacity, self._matrix.shape[1]), np.float32), np.empty(capacity, np.int64)
            matrix[:held], ids[:held] = self._matrix[:held], self._ids[:held]
            self._matrix, self._ids = matrix, ids

    def _fill_gap(self, row: int) -> None:
        """Move the last row to where one was taken out."""
        last = len(self._rows)
        if row != last:
            moved = int(self._ids[last])
            self._ids[row], self._matrix[row] = moved, self._matrix[last]
            self._rows[moved] = row
