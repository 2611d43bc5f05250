"""An encoder without a model: words and their character trigrams, hashed into signed buckets. For tests."""

from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

_TRIGRAM_WEIGHT = 0.3  # several trigrams stand behind each word; together they weigh about as much as it does

_READ = 10_000  # characters


class HashingEncoder:
    """Texts that share words or parts of words are similar; nothing else is known about meaning."""

    def __init__(self, dim: int = 256) -> None:
        self.dim = dim
        self.id = f"hashing-{dim}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (len(texts), dim) unit rows."""
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            self._fill(row, text)
        return rows

    def _fill(self, row: NDArray[np.float32], text: str) -> None:
        for feature, weight in _features(text):
            code = crc32(feature.encode("utf-8", "replace"))
            row[(code >> 1) % self.dim] += weight if code & 1 else -weight
        length = float(np.linalg.norm(row))
        if length == 0:  # no words, or signs that cancelled out: still a unit vector
            row[0] = length = 1.0
        row /= length


def _features(text: str) -> Iterator[tuple[str, float]]:
    for word in text[:_READ].casefold().split():
        yield word, 1.0
        framed = f" {word} "
        for start in range(len(framed) - 2):
            yield framed[start : start + 3], _TRIGRAM_WEIGHT
