"""Reading a column of cells at once: what a million rows share is read once, and what is wrong stays in its place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any

from core_psa.db.fields import Refused
from core_psa.intake.importing import cells
from core_psa.intake.importing.cells import Micros, Unreadable

ColumnReader = Callable[[Sequence[Any]], list[Any]]

_REMEMBERED = 50_000


@dataclass(frozen=True)
class Wrong:
    """Stands where a cell could not be read, and says why."""

    reason: str


def texts(column: Sequence[Any]) -> list[str]:
    return list(column) if _types(column) == {str} else [cells.text(cell) for cell in column]


def instants(column: Sequence[Any]) -> list[int | Wrong | None]:
    if _types(column) <= {Micros, NoneType}:
        return [None if cell is None else int(cell) for cell in column]
    return [_attempt(cells.instant, cell) for cell in column]


def each(read: Callable[[Any], Any]) -> ColumnReader:
    """Reads cell by cell; an empty cell is None."""
    return lambda column: [None if cell is None else _attempt(read, cell) for cell in column]


def remembering(read: Callable[[str], Any]) -> ColumnReader:
    """For columns of few different texts: names above all. An empty cell is None."""
    memory = _Memory(read)

    def read_column(column: Sequence[Any]) -> list[Any]:
        if not _types(column) <= {str, NoneType}:  # 1, 1.0 and True would be one and the same key
            column = [None if cell is None else cells.text(cell) for cell in column]
        return list(map(memory.__getitem__, column))

    return read_column


class _Memory(dict[str | None, Any]):
    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__({None: None})
        self._read = read

    def __missing__(self, cell: str) -> Any:
        found = _attempt(self._read, cell)
        if len(self) < _REMEMBERED:
            self[cell] = found
        return found


def _attempt(read: Callable[[Any], Any], cell: Any) -> Any:
    try:
        return read(cell)
    except (Unreadable, Refused) as error:
        return Wrong(str(error))


def _types(column: Sequence[Any]) -> set[type]:
    return set(map(type, column))
