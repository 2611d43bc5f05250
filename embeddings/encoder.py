"""The seam between a text and its vector."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """Turns texts into unit vectors. Safe to call from several threads at once."""

    @property
    def id(self) -> str:
        """Names weights, pooling, runtime and precision: vectors of two ids never share an index."""
        ...

    @property
    def dim(self) -> int:
        """Length of one vector."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (len(texts), dim) rows of length 1, in the order of `texts`.

        Any string is accepted, the empty one and binary rubbish included. A text gives the same vector alone and
        in a batch (cosine >= 0.99999).
        """
        ...
