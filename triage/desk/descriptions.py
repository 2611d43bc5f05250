"""What the desk wrote about its own values, as vectors. Encoded once, also over restarts: these words change rarely."""

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from triage.cold_start import Descriptions, Encode
from triage.desk.lists import DeskLists

Vectors = NDArray[np.float32]


class DescriptionCache:
    """The descriptions of each field, encoded again only when their words have changed."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode
        self._known: dict[str, tuple[dict[int, str], Descriptions]] = {}

    def of(self, lists: DeskLists) -> dict[str, Descriptions]:
        return {field: self._descriptions(field, dict(texts)) for field, texts in lists.texts.items()}

    def _descriptions(self, field: str, texts: dict[int, str]) -> Descriptions:
        known = self._known.get(field)
        if known is None or known[0] != texts:
            known = (texts, Descriptions.encoded(texts, self._encode))
            self._known[field] = known
        return known[1]


class Remembered:
    """An `Encode` that keeps its answers in a file of one encoder. Without the file, or with a damaged one, it asks again."""

    def __init__(self, encode: Encode, file: Path) -> None:
        self._encode, self._file = encode, file
        self._known = _read(file)

    def __call__(self, texts: list[str]) -> Vectors:
        hashes = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]
        new = {key: text for key, text in zip(hashes, texts, strict=True) if key not in self._known}
        if new:
            self._known.update(zip(new, self._encode(list(new.values())), strict=True))
            _write(self._file, list(self._known), np.stack(list(self._known.values())))
        return np.stack([self._known[key] for key in hashes])


def _read(file: Path) -> dict[str, Vectors]:
    try:
        with np.load(file, allow_pickle=False) as stored:
            return dict(zip(stored["hashes"].tolist(), stored["vectors"], strict=True))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return {}


def _write(file: Path, hashes: Sequence[str], vectors: Vectors) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part.npz")
    np.savez(part, hashes=np.array(hashes), vectors=vectors)
    part.replace(file)
