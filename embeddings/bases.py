"""The immutable part of a solved index, opened: every row compared, or only the likely ones."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from embeddings.base_file import IDS, LISTS, VECTORS, BaseManifest, checked_paths, read_manifest
from embeddings.errors import IndexBroken
from embeddings.index import Ids, Vectors
from embeddings.rows import RowFile
from embeddings.scan import Answer, nearest_rows, nobody, put

if TYPE_CHECKING:
    from embeddings.ivf import Lists


class Base(Protocol):
    """Rows that never change, by ascending ids. Any number of threads may search."""

    @property
    def ids(self) -> Ids:
        """All ids, ascending."""
        ...

    def nearest(self, queries: Vectors, k: int) -> Answer:
        """Return the (q, k) nearest ids and their cosine similarities."""
        ...


class FlatBase:
    """Every row compared, in a mapped file."""

    def __init__(self, ids: Ids, matrix: Vectors) -> None:
        self.ids = ids
        self._matrix = matrix

    def nearest(self, queries: Vectors, k: int) -> Answer:
        """Return the (q, k) nearest ids and their cosine similarities."""
        return nearest_rows(self._matrix, self.ids, queries, k)


class IvfBase:
    """Candidates from the lists, compared on their full vectors."""

    def __init__(self, ids: Ids, rows: RowFile, lists: "Lists") -> None:
        self.ids = ids
        self._rows = rows
        self._lists = lists

    def nearest(self, queries: Vectors, k: int) -> Answer:
        """Return the (q, k) nearest ids and their cosine similarities."""
        found = nobody(len(queries), k)
        for place, candidates in enumerate(self._lists.candidates(queries, k)):
            rows = candidates[candidates >= 0]
            put(found, place, self.ids[rows], (self._rows.read(rows) * queries[place]).sum(axis=1))
        return found


def open_base(folder: Path, encoder_id: str, dim: int) -> tuple[Base, int]:
    """Return the published base and its position in the change feed; an empty one at 0 where none has been built.

    Raises IndexBroken.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        return FlatBase(np.empty(0, np.int64), np.empty((0, dim), np.float32)), 0
    try:
        return _opened(manifest, checked_paths(folder, manifest, encoder_id, dim)), manifest.position
    except (IndexBroken, FileNotFoundError):
        if read_manifest(folder) == manifest:
            raise
        return open_base(folder, encoder_id, dim)  # a newer base was published between reading and opening


def _opened(manifest: BaseManifest, paths: dict[str, Path]) -> Base:
    ids = np.fromfile(paths[IDS], np.int64)
    if manifest.kind == "ivf":
        from embeddings.ivf import Lists  # small desks never load FAISS

        rows = RowFile(paths[VECTORS], manifest.count, manifest.dim)
        return IvfBase(ids, rows, Lists(paths[LISTS], manifest.probes))
    shape = (manifest.count, manifest.dim)
    # an empty file cannot be mapped
    matrix = np.memmap(paths[VECTORS], np.float32, "r", shape=shape) if manifest.count else np.empty(shape, np.float32)
    return FlatBase(ids, matrix)
