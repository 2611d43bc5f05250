"""Files of rows: CSV, JSON Lines and Parquet, read a little at a time."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from core_psa.errors import FieldError, Invalid
from core_psa.intake.importing.cells import Micros
from core_psa.intake.importing.lines import Survey, lines, survey, survey_binary

_DELIMITERS = ",;\t|"
_AT_ONCE = 2_000
_COLUMNS_SEEN = 1_000


@dataclass(frozen=True)
class Broken:
    """A row that could not be read at all."""

    reason: str
    value: str


Row = tuple[Any, ...] | Broken
Reader = Callable[[Sequence[str], int], Iterator[Row]]


@dataclass(frozen=True)
class Source:
    """A file ready to be read: `rows` is how many it has at most, `read(columns, start)` gives those columns of each
    row after the first `start`, and `remarks` are for whoever asked for it.
    """

    name: str
    sha256: str
    columns: tuple[str, ...]
    rows: int
    read: Reader
    remarks: tuple[str, ...] = ()


def open_source(path: Path) -> Source:
    """Raises Invalid if this is not a file of rows, and OSError as `open` does."""
    opener = _OPENERS.get(path.suffix.lower())
    if opener is None:
        raise Invalid(FieldError("file", f"'{path.name}' does not say what it is", tuple(_OPENERS)))
    return opener(path)


def _csv(path: Path) -> Source:
    found = survey(path)
    header = next(lines(path))
    # A message may be longer than the 128 KiB at which the module stops unless told otherwise.
    csv.field_size_limit(sys.maxsize)
    delimiter = max(_DELIMITERS, key=lambda d: len(next(csv.reader([header], delimiter=d), [])))
    columns = next(csv.reader(lines(path), delimiter=delimiter), [])
    if not columns:
        raise Invalid(FieldError("file", f"'{path.name}' has no header"))

    def read(wanted: Sequence[str], start: int) -> Iterator[Row]:
        places = [columns.index(name) for name in wanted]
        rows = (row for row in csv.reader(lines(path), delimiter=delimiter) if row)
        for row in islice(rows, start + 1, None):
            yield _csv_row(row, places, len(columns))

    return Source(path.name, found.sha256, tuple(columns), found.lines - 1, read, _remarks(path, found))


def _csv_row(row: list[str], places: list[int], width: int) -> Row:
    if len(row) > width and any(row[width:]):
        return Broken(f"has {len(row)} cells, the header {width}", str(row)[:200])
    return tuple([row[place] if place < len(row) else "" for place in places])


def _json_lines(path: Path) -> Source:
    found = survey(path)
    columns: dict[str, None] = {}
    for row in islice(_json_rows(path), _COLUMNS_SEEN):
        columns.update(dict.fromkeys(row if isinstance(row, dict) else ()))
    if not columns:
        raise Invalid(FieldError("file", f"'{path.name}' does not hold JSON objects, one a line"))

    def read(wanted: Sequence[str], start: int) -> Iterator[Row]:
        for row in islice(_json_rows(path), start, None):
            yield row if isinstance(row, Broken) else tuple([row.get(name) for name in wanted])

    return Source(path.name, found.sha256, tuple(columns), found.lines, read, _remarks(path, found))


def _json_rows(path: Path) -> Iterator[Mapping[str, Any] | Broken]:
    return (_json_row(line) for line in lines(path) if line and not line.isspace())


def _json_row(line: str) -> Mapping[str, Any] | Broken:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Broken(f"is not JSON: {error}"[:300], line[:200])
    return row if isinstance(row, dict) else Broken("is not a JSON object", line[:200])


def _remarks(path: Path, found: Survey) -> tuple[str, ...]:
    if not found.foreign:
        return ()
    return (f"{path.name}: {found.foreign} lines are not UTF-8 and were read as Windows-1252",)


def _parquet(path: Path) -> Source:
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = survey_binary(path)
    try:
        with pq.ParquetFile(path) as file:
            columns, rows = tuple(file.schema_arrow.names), file.metadata.num_rows
    except pa.ArrowException as error:
        raise Invalid(FieldError("file", f"'{path.name}' is not a Parquet file: {error}"[:300])) from None

    def read(wanted: Sequence[str], start: int) -> Iterator[Row]:
        with pq.ParquetFile(path) as file:
            groups, skip = _groups_after(file, start)
            batches = file.iter_batches(_AT_ONCE, row_groups=groups, columns=list(wanted))
            yield from islice(_parquet_rows(batches, wanted), skip, None)

    return Source(path.name, found.sha256, columns, rows, read)


def _groups_after(file: Any, start: int) -> tuple[list[int], int]:
    """The row groups that hold what comes after `start` rows, and how many rows of the first are still to be skipped."""
    for group in range(file.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        if start < rows:
            return list(range(group, file.num_row_groups)), start
        start -= rows
    return [], 0


def _parquet_rows(batches: Iterable[Any], wanted: Sequence[str]) -> Iterator[Row]:
    for batch in batches:
        yield from zip(*(_cells(batch.column(name)) for name in wanted), strict=True)


def _cells(column: Any) -> list[Any]:
    import pyarrow as pa

    if not (pa.types.is_timestamp(column.type) or pa.types.is_date(column.type)):
        return list(column.to_pylist())
    zone = getattr(column.type, "tz", None)
    instants = column.cast(pa.timestamp("us", zone), safe=False).cast(pa.int64())
    return [None if cell is None else Micros(cell) for cell in instants.to_pylist()]


_OPENERS: dict[str, Callable[[Path], Source]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".txt": _csv,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".json": _json_lines,
    ".parquet": _parquet,
}
