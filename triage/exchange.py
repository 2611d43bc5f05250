"""Reading tickets from exchange files: Parquet, CSV or JSON Lines, in the exchange columns."""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from triage.hindsight import LABELS, Row

Clean = Callable[[str, str], str]
Record = Mapping[str, Any]

_COLUMNS = ("id", "subject", "body", "created_at", "resolved_at", "duplicate_of", *LABELS)


class BadFile(ValueError):
    """An exchange file that cannot be used: which file, where in it, and why."""

    def __init__(self, path: Path, why: str, *, column: str | None = None, row: int | None = None) -> None:
        self.path, self.why, self.column, self.row = path, why, column, row
        where = [str(path), *([f"row {row}"] if row else []), *([f"column {column}"] if column else [])]
        super().__init__(f"{', '.join(where)}: {why}")


def read(path: Path, inputs: Sequence[str], clean: Clean) -> list[Row]:
    """Return the tickets of `path`, in its order; raise BadFile.

    Each ticket's text is `clean(subject, body)` and a line "column: value" for every one of `inputs` it has. What goes
    in is no longer asked for: a label among `inputs` is not read as one.
    """
    columns = _columns_of(path)
    _check(path, columns, inputs)
    wanted = [each for each in dict.fromkeys((*_COLUMNS, *inputs)) if each in columns]
    labels = [each for each in LABELS if each not in inputs]
    return [
        _row(path, number, record, inputs, labels, clean)
        for number, record in enumerate(_records(path, wanted), start=1)
    ]


def _check(path: Path, columns: Sequence[str], inputs: Sequence[str]) -> None:
    if "id" not in columns:
        raise BadFile(path, "this column must be there", column="id")
    if "subject" not in columns and "body" not in columns:
        raise BadFile(path, "there must be a column subject or body")
    for each in inputs:
        if each not in columns:
            raise BadFile(path, f"no such column; there are {', '.join(columns)}", column=each)


def _columns_of(path: Path) -> list[str]:
    reader = {".parquet": _parquet_columns, ".csv": _csv_columns, ".jsonl": _jsonl_columns}.get(path.suffix.lower())
    if reader is None:
        raise BadFile(path, "the name must end in .parquet, .csv or .jsonl")
    if not path.is_file():
        raise BadFile(path, "no such file")
    try:
        return reader(path)
    except (pa.ArrowException, OSError) as error:
        raise BadFile(path, f"cannot be read: {error}") from error


def _parquet_columns(path: Path) -> list[str]:
    return list(pa.parquet.read_schema(path).names)


def _csv_columns(path: Path) -> list[str]:
    with pa.csv.open_csv(path, parse_options=_CSV) as reader:
        return list(reader.schema.names)


def _jsonl_columns(path: Path) -> list[str]:
    return list(dict.fromkeys(name for record in _json_lines(path) for name in record))


def _records(path: Path, columns: Sequence[str]) -> Iterator[Record]:
    if path.suffix.lower() == ".jsonl":
        return _json_lines(path)
    return iter(_arrow_records(path, columns))


def _arrow_records(path: Path, columns: Sequence[str]) -> list[Record]:
    try:
        if path.suffix.lower() == ".parquet":
            table = pa.parquet.read_table(path, columns=list(columns))
        else:
            # every cell as it is written: "007" is a name, not a number
            as_text = pa.csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), include_columns=list(columns)
            )
            table = pa.csv.read_csv(path, parse_options=_CSV, convert_options=as_text)
    except (pa.ArrowException, OSError) as error:
        raise BadFile(path, f"cannot be read: {error}") from error
    records: list[Record] = pa.table({name: _to_micros(table[name]) for name in columns}).to_pylist()
    return records


def _to_micros(column: Any) -> Any:
    """Cut timestamps to microseconds: Python's datetime holds no nanoseconds."""
    return (
        pc.cast(column, pa.timestamp("us", column.type.tz), safe=False)
        if pa.types.is_timestamp(column.type)
        else column
    )


def _json_lines(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                raise BadFile(path, f"no JSON: {error}", row=number) from error
            if not isinstance(record, dict):
                raise BadFile(path, "a row must be a JSON object", row=number)
            yield record


def _row(path: Path, number: int, record: Record, inputs: Sequence[str], labels: Sequence[str], clean: Clean) -> Row:
    identity = _text(record.get("id"))
    if identity is None:
        raise BadFile(path, "empty", column="id", row=number)
    known_at_intake = [f"{name}: {value}" for name in inputs if (value := _text(record.get(name))) is not None]
    text = clean(_text(record.get("subject")) or "", _text(record.get("body")) or "")
    return Row(
        id=identity,
        text="\n".join([text, *known_at_intake]).strip(),
        created_at=_time(path, number, record, "created_at"),
        resolved_at=_time(path, number, record, "resolved_at"),
        values={name: _text(record.get(name)) for name in labels},
        duplicate_of=_text(record.get("duplicate_of")),
    )


def _text(value: Any) -> str | None:
    """Return a cell as text; blank is nothing, and 3.0 is 3 (a column of whole numbers with gaps becomes floats)."""
    if isinstance(value, float):
        if math.isnan(value):
            return None
        value = int(value) if value.is_integer() else value
    return None if value is None else str(value).strip() or None


def _time(path: Path, number: int, record: Record, column: str) -> float | None:
    """Return POSIX seconds; a time without a zone is UTC."""
    value = record.get(column)
    if isinstance(value, str):
        if not value.strip():
            return None
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise BadFile(path, f"{value!r} is no ISO 8601 time", column=column, row=number) from error
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise BadFile(path, f"{value!r} is no time", column=column, row=number)
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()


_CSV = pa.csv.ParseOptions(newlines_in_values=True)
