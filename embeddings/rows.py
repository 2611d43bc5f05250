"""Vectors on disk, row by row, without keeping them in memory."""

from collections.abc import Iterator
from os import preadv
from pathlib import Path

import numpy as np

from embeddings.index import Ids, Vectors

_AT_ONCE = 65_536


class RowFile:
    """(count, dim) fp32 rows in a file.

    Reads, rather than maps: pages of a mapped file count as this process's memory once touched, and 10,000 searches
    touch nearly all of them; read, they stay the system's to keep or drop.
    """

    def __init__(self, path: Path, count: int, dim: int) -> None:
        self._file = path.open("rb", buffering=0)
        self._dim = dim
        self._count = count

    def read(self, rows: Ids) -> Vectors:
        """Return the named rows."""
        vectors = np.empty((len(rows), self._dim), np.float32)
        descriptor, stride = self._file.fileno(), self._dim * vectors.itemsize
        for vector, row in zip(vectors, rows.tolist(), strict=True):
            preadv(descriptor, [vector.data], row * stride)
        return vectors

    def chunks(self) -> Iterator[tuple[int, Vectors]]:
        """Return all rows in order, many at a time, each time with the number of the first."""
        for start in range(0, self._count, _AT_ONCE):
            yield start, self._span(start, min(self._count, start + _AT_ONCE))

    def _span(self, start: int, stop: int) -> Vectors:
        vectors = np.empty((stop - start, self._dim), np.float32)
        self._file.seek(start * self._dim * vectors.itemsize)
        self._file.readinto(vectors.data)
        return vectors
