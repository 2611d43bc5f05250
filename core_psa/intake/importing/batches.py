"""The rows of a file in batches, each read into our own words or rejected."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from core_psa.intake.importing.kinds import Reader
from core_psa.intake.importing.options import Rejection
from core_psa.intake.importing.readers import Broken, Row

# Few but long messages must not fill the memory.
_CHARACTERS = 20_000_000


class Batch(NamedTuple):
    """`size` rows of the file: those that can be written, and what is wrong with the others."""

    size: int
    rows: list[Any]
    rejections: list[Rejection]


class Batches:
    """Numbers the rows on from `start`."""

    def __init__(self, rows: Iterator[Row], fields: Sequence[str], reader: Reader, start: int) -> None:
        self._rows, self._fields, self._reader, self._number = rows, fields, reader, start

    def next(self, most: int) -> Batch:
        """Up to `most` rows; an empty batch is the end."""
        batch, characters = Batch(0, [], []), 0
        size = 0
        for row in self._rows:
            size += 1
            self._number += 1
            characters += self._read(row, batch)
            if size >= most or characters > _CHARACTERS:
                break
        return batch._replace(size=size)

    def _read(self, row: Row, batch: Batch) -> int:
        if isinstance(row, Broken):
            batch.rejections.append(Rejection(self._number, "row", row.reason, row.value))
            return 0
        read = self._reader.read(self._number, dict(zip(self._fields, row, strict=True)))
        if isinstance(read, list):
            batch.rejections.extend(read)
        else:
            batch.rows.append(read)
        return sum(len(cell) for cell in row if type(cell) is str)
