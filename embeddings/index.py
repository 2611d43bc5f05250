"""The seam between a vector and its neighbours."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]

NOBODY = -1
"""Stands where an index holds fewer than k vectors, with similarity -inf."""


class VectorIndex(Protocol):
    """Unit vectors by id. One thread may write while others read."""

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Put (n, dim) unit vectors under (n,) ids; a vector whose id is there is replaced."""
        ...

    def remove(self, ids: Ids) -> None:
        """Take ids out; unknown ones are ignored."""
        ...

    def nearest(self, queries: Vectors, k: int) -> tuple[Ids, Vectors]:
        """Return (q, k) ids and cosine similarities for (q, dim) unit queries.

        Best first, ties by the smaller id, padded with -1 and -inf.
        """
        ...

    def __len__(self) -> int:
        """How many vectors it holds."""
        ...
