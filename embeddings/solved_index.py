"""Solved tickets: an immutable base, what was added since (exact), and what was taken out since (tombstones)."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Self

import numpy as np

from embeddings.bases import Base, open_base
from embeddings.exact_index import ExactIndex
from embeddings.index import NOBODY, Ids, VectorIndex, Vectors
from embeddings.scan import Answer, in_blocks, merged

_REBUILD_SHARE = 0.05
_REBUILD_AT_LEAST = 5_000
# Asked of the base beyond k where some of its rows are dead; four times as many each time that is not enough.
_SPARE = 16


class LayeredIndex:
    """One base with the changes made to it."""

    def __init__(self, base: Base, dim: int) -> None:
        self._base = base
        self._added = ExactIndex(dim)
        self._dead: set[int] = set()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._base.ids) - len(self._dead) + len(self._added)

    @property
    def changes(self) -> int:
        """How much a search does beyond the base."""
        return len(self._added) + len(self._dead)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Put (n, dim) unit vectors under (n,) ids; a vector whose id is there is replaced."""
        with self._lock:
            self._bury(ids)
            self._added.add(ids, vectors)

    def remove(self, ids: Ids) -> None:
        """Take ids out; unknown ones are ignored."""
        with self._lock:
            self._bury(ids)
            self._added.remove(ids)

    def nearest(self, queries: Vectors, k: int) -> Answer:
        """Return the (q, k) nearest ids and their cosine similarities."""
        return in_blocks(lambda block: self._answer(block, k), queries, k)

    def _bury(self, ids: Ids) -> None:
        based = self._base.ids
        if len(based):
            nearest = np.minimum(np.searchsorted(based, ids), len(based) - 1)
            self._dead.update(ids[based[nearest] == ids].tolist())

    def _answer(self, queries: Vectors, k: int) -> Answer:
        wanted = k + (_SPARE if self._dead else 0)
        while True:
            found = self._base.nearest(queries, wanted)
            with self._lock:  # what is dead and what was added belong together
                alive = self._without_dead(found)
                enough = ((alive[0] != NOBODY).sum(axis=1) >= k).all()
                if enough or wanted >= len(self._base.ids):
                    return merged([alive, self._added.nearest(queries, k)], k)
            wanted *= 4

    def _without_dead(self, found: Answer) -> Answer:
        if not self._dead:
            return found
        ids, similarities = found
        dead = np.array([number in self._dead for number in ids.ravel().tolist()]).reshape(ids.shape)
        return np.where(dead, NOBODY, ids), np.where(dead, np.float32(-np.inf), similarities)


class SolvedIndex:
    """The index of one encoder in one folder. One thread writes and reloads, any number search."""

    def __init__(self, folder: Path, encoder_id: str, dim: int, base: Base, position: int) -> None:
        self._folder, self._encoder_id, self._dim = folder, encoder_id, dim
        self._layers, self._position = LayeredIndex(base, dim), position

    @classmethod
    def open(cls, folder: Path, encoder_id: str, dim: int) -> Self:
        """Open what `build_base` wrote; empty, at position 0, where nothing has been built. Raises IndexBroken."""
        return cls(folder, encoder_id, dim, *open_base(folder, encoder_id, dim))

    @property
    def position(self) -> int:
        """How far in the store's change feed the base reaches. Later changes are to be applied, in any repetition."""
        return self._position

    @property
    def needs_rebuild(self) -> bool:
        """Whether the changes outweigh the base enough to build the next one."""
        return self._layers.changes > max(_REBUILD_AT_LEAST, _REBUILD_SHARE * len(self._layers))

    def __len__(self) -> int:
        return len(self._layers)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Put (n, dim) unit vectors under (n,) ids; a vector whose id is there is replaced."""
        self._layers.add(ids, vectors)

    def remove(self, ids: Ids) -> None:
        """Take ids out; unknown ones are ignored."""
        self._layers.remove(ids)

    def nearest(self, queries: Vectors, k: int) -> Answer:
        """Return the (q, k) nearest ids and their cosine similarities."""
        return self._layers.nearest(queries, k)

    def reload(self, catch_up: Callable[[VectorIndex, int], None]) -> None:
        """Swap to the base that stands in the folder now. Raises IndexBroken, and then keeps the present one.

        `catch_up(index, position)` applies the store's changes after `position` to the fresh index before anyone
        searches it; all changes made here earlier go with the older base.
        """
        base, position = open_base(self._folder, self._encoder_id, self._dim)
        fresh = LayeredIndex(base, self._dim)
        catch_up(fresh, position)
        self._layers, self._position = fresh, position
