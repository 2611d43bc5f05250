"""From the cells of a file to tickets in the desk's own words; pure."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import starmap
from typing import Any

from core_psa.db import fields
from core_psa.db.fields import Refused
from core_psa.intake.importing import cells, column_readers
from core_psa.intake.importing.cells import Unreadable
from core_psa.intake.importing.column_readers import ColumnReader, Wrong
from core_psa.intake.importing.columns import ValueMap
from core_psa.intake.importing.options import Options, Rejection
from core_psa.intake.importing.ticket_rows import NAMED, Name, TicketRow
from core_psa.intake.receive import MAX_CHARACTERS
from core_psa.tickets.rules import CHANNELS

_SHOWN = 200
_SUBJECT_FROM_BODY = 120
_NOTHING: Mapping[str, Any] = {"subject": "", "body": "", "resolution_note": "", "tags": ()}

Columns = Mapping[str, Sequence[Any]]
Complaint = tuple[int, str, str, str]


class TicketReader:
    """Reads batches column by column, by the value map."""

    def __init__(self, options: Options) -> None:
        self._values = ValueMap(options.values)
        self._readers: dict[str, ColumnReader] = {
            "id": column_readers.each(_external_id),
            "created_at": column_readers.instants,
            "resolved_at": column_readers.instants,
            "subject": column_readers.texts,
            "body": column_readers.texts,
            "resolution_note": column_readers.texts,
            "channel": column_readers.remembering(self._channel),
            "tags": column_readers.each(cells.tags),
            **{field: column_readers.remembering(partial(self._name, field)) for field in NAMED},
        }
        self._paths = _Paths()

    def read(self, numbers: Sequence[int], given: Columns) -> tuple[list[TicketRow], list[Rejection]]:
        """The rows that can be written, and what is wrong with the others; `given` holds their cells by field."""
        found = {field: read(given[field]) for field, read in self._readers.items() if field in given}
        rejections = [Rejection(numbers[at], *reason) for at, *reason in _unreadable(given, found)]
        refused = {(r.row, r.field) for r in rejections}
        rows = self._rows(numbers, found)
        complaints = (Rejection(numbers[at], *reason) for at, *reason in _complaints(rows))
        rejections += [c for c in complaints if (c.row, c.field) not in refused]
        bad = {rejection.row for rejection in rejections}
        return [row for row in rows if row.number not in bad] if bad else rows, rejections

    def _rows(self, numbers: Sequence[int], found: Columns) -> list[TicketRow]:
        def column(field: str) -> Sequence[Any]:
            return found.get(field) or [_NOTHING.get(field)] * len(numbers)

        subjects, bodies = column("subject"), column("body")
        columns = (
            numbers,
            column("id"),
            [s if s and not s.isspace() else _first_line(b) for s, b in zip(subjects, bodies, strict=True)],
            bodies,
            column("created_at"),
            column("resolved_at"),
            column("channel"),
            [tags or () for tags in column("tags")],
            column("resolution_note"),
            column("customer"),
            column("requester"),
            column("site"),
            column("type"),
            column("status"),
            list(map(self._paths.__getitem__, zip(column("category"), column("subcategory"), strict=True))),
            column("priority"),
            column("group"),
            column("assignee"),
        )
        return list(starmap(TicketRow, zip(*columns, strict=True)))

    def _name(self, field: str, cell: str) -> Name | None:
        words = self._values.ours(field, cell.strip())
        if not words:
            return None
        words = fields.name(words)
        return Name(words, words.casefold())

    def _channel(self, cell: str) -> str | None:
        words = self._values.ours("channel", cell.strip()).lower()
        if words and words not in CHANNELS:
            raise Refused(f"is not one of {', '.join(CHANNELS)}")
        return words or None


def _external_id(cell: Any) -> str:
    words = cells.text(cell).strip()
    if len(words) > fields.MAX_NAME:
        raise Unreadable(f"must stay within {fields.MAX_NAME} characters")
    return words


def _first_line(body: str) -> str:
    return body.strip().split("\n", 1)[0].strip()[:_SUBJECT_FROM_BODY]


class _Paths(dict[tuple[Any, Any], Name | None]):
    """The place in the category tree by category and subcategory: the names from its root, joined by " / "."""

    def __missing__(self, pair: tuple[Any, Any]) -> Name | None:
        given = " / ".join(name.text for name in pair if isinstance(name, Name))
        path = " / ".join(stripped for name in given.split(" / ") if (stripped := name.strip()))
        self[pair] = Name(path, path.casefold()) if path else None
        return self[pair]


def _unreadable(given: Columns, found: Mapping[str, list[Any]]) -> Iterator[Complaint]:
    """Every cell that could not be read; from now on it is empty."""
    for field, column in found.items():
        if Wrong in set(map(type, column)):
            for at, cell in enumerate(column):
                if isinstance(cell, Wrong):
                    column[at] = _NOTHING.get(field)
                    yield at, field, cell.reason, cells.text(given[field][at])[:_SHOWN]


def _complaints(rows: Sequence[TicketRow]) -> Iterator[Complaint]:
    for at, row in enumerate(rows):
        if not row.external_id:
            yield at, "id", "must be given", ""
        if not row.subject:
            yield at, "subject", "subject and body must not both be empty", ""
        if len(row.subject) + len(row.body) > MAX_CHARACTERS:
            yield at, "body", "subject and body together must stay within 10 MB", row.body[:_SHOWN]
        if row.resolved_at is not None and row.created_at is not None and row.resolved_at < row.created_at:
            yield at, "resolved_at", "lies before created_at", f"{(row.created_at - row.resolved_at) / 10**6:.0f} s"
