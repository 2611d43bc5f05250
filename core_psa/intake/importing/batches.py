"""The rows of a file in batches, each read into our own words or rejected."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from sys import getsizeof
from typing import Any, NamedTuple

from core_psa.intake.importing.kinds import Reader
from core_psa.intake.importing.options import Rejection
from core_psa.intake.importing.readers import Broken, Row

# Few but long messages must not fill the memory: after so many rows their size is looked at.
_STEP = 50
_BYTES = 50_000_000


class Batch(NamedTuple):
    """`size` rows of the file: those that can be written, and what is wrong with the others."""

    size: int
    rows: Sequence[Any]
    rejections: list[Rejection]


class Batches:
    """Numbers the rows on from `start`."""

    def __init__(self, rows: Iterator[Row], fields: Sequence[str], reader: Reader, start: int) -> None:
        self._rows, self._fields, self._reader, self._done = rows, fields, reader, start

    def next(self, most: int) -> Batch:
        """Up to `most` rows; an empty batch is the end."""
        taken = self._take(most)
        numbered = list(enumerate(taken, self._done + 1))
        self._done += len(taken)
        broken = [Rejection(n, "row", row.reason, row.value) for n, row in numbered if isinstance(row, Broken)]
        whole = [(n, row) for n, row in numbered if not isinstance(row, Broken)]
        if not whole:
            return Batch(len(taken), [], broken)
        columns = zip(*(row for _, row in whole), strict=True)
        given = dict(zip(self._fields, columns, strict=True))
        rows, rejections = self._reader.read([n for n, _ in whole], given)
        return Batch(len(taken), rows, broken + rejections)

    def _take(self, most: int) -> list[Row]:
        taken: list[Row] = []
        size = 0
        while len(taken) < most and size < _BYTES:
            step = list(islice(self._rows, min(_STEP, most - len(taken))))
            if not step:
                break
            taken += step
            size += sum(map(getsizeof, chain.from_iterable(row for row in step if not isinstance(row, Broken))))
        return taken
