"""From one row of a file to one ticket in the desk's own words; pure."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from core_psa.db import fields
from core_psa.db.fields import Refused
from core_psa.intake.importing import cells
from core_psa.intake.importing.cells import Unreadable
from core_psa.intake.importing.columns import our_name
from core_psa.intake.importing.options import Options, Rejection
from core_psa.intake.receive import MAX_CHARACTERS
from core_psa.tickets.rules import CHANNELS

FIELDS = (
    "id",
    "created_at",
    "resolved_at",
    "subject",
    "body",
    "category",
    "subcategory",
    "priority",
    "assignee",
    "group",
    "customer",
    "duplicate_of",
    "requester",
    "status",
    "channel",
    "type",
    "site",
    "tags",
    "resolution_note",
)
NEEDED = (("id",), ("subject", "body"))
NAMED = ("customer", "requester", "site", "type", "status", "category", "subcategory", "priority", "group", "assignee")

_SHOWN = 200
_SUBJECT_FROM_BODY = 120
_REMEMBERED = 50_000


class Name(NamedTuple):
    """A name as the file writes it, and as names are compared."""

    text: str
    key: str


class TicketRow(NamedTuple):
    """One ticket. Instants are microseconds since 1970."""

    number: int
    external_id: str
    subject: str
    body: str
    created_at: int | None
    resolved_at: int | None
    channel: str | None
    tags: tuple[str, ...]
    resolution_note: str
    customer: Name | None
    requester: Name | None
    site: Name | None
    type: Name | None
    status: Name | None
    category: Name | None
    priority: Name | None
    team: Name | None
    assignee: Name | None


class TicketReader:
    """Reads rows by the value map; remembers the names it has seen, since a desk's rows share them."""

    def __init__(self, options: Options) -> None:
        self._values = {our_name(field): _both_cases(mapped) for field, mapped in options.values.items()}
        self._names: dict[tuple[str, Any], Name | None] = {}
        self._readers: dict[str, Callable[[Any], Any]] = {
            "id": _external_id,
            "created_at": cells.instant,
            "resolved_at": cells.instant,
            "subject": cells.text,
            "body": cells.text,
            "duplicate_of": cells.text,
            "channel": self._channel,
            "tags": cells.tags,
            "resolution_note": cells.text,
            **{field: partial(self._name, field) for field in NAMED},
        }

    def read(self, number: int, given: Mapping[str, Any]) -> TicketRow | list[Rejection]:
        """`given` holds a cell by field. Raises nothing: what is wrong with a row is its rejections."""
        found: dict[str, Any] = {}
        wrong: list[Rejection] = []
        for field, cell in given.items():
            if cell is None:
                continue
            try:
                found[field] = self._readers[field](cell)
            except (Unreadable, Refused) as error:
                wrong.append(Rejection(number, field, str(error), cells.text(cell)[:_SHOWN]))
        refused = {rejection.field for rejection in wrong}
        wrong += [Rejection(number, *c) for c in _complaints(found) if c[0] not in refused]
        return wrong or _ticket_row(number, found)

    def _name(self, field: str, cell: Any) -> Name | None:
        seen = self._names
        if type(cell) is str and (field, cell) in seen:
            return seen[field, cell]
        words = self._mapped(field, cells.text(cell).strip())
        name = None
        if words:
            words = fields.name(words)
            name = Name(words, words.casefold())
        if len(seen) < _REMEMBERED and type(cell) is str:
            seen[field, cell] = name
        return name

    def _channel(self, cell: Any) -> str:
        words = self._mapped("channel", cells.text(cell).strip()).lower()
        if words and words not in CHANNELS:
            raise Refused(f"is not one of {', '.join(CHANNELS)}")
        return words

    def _mapped(self, field: str, words: str) -> str:
        mapped = self._values.get(field)
        return words if mapped is None else mapped.get(words, mapped.get(words.casefold(), words))


def _both_cases(mapped: Mapping[str, str]) -> dict[str, str]:
    return {**{value.casefold(): ours for value, ours in mapped.items()}, **mapped}


def _external_id(cell: Any) -> str:
    words = cells.text(cell).strip()
    if len(words) > fields.MAX_NAME:
        raise Unreadable(f"must stay within {fields.MAX_NAME} characters")
    return words


def _complaints(found: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    subject, body = found.get("subject", ""), found.get("body", "")
    if not found.get("id"):
        yield "id", "must be given", ""
    if not subject.strip() and not body.strip():
        yield "subject", "subject and body must not both be empty", ""
    if len(subject) + len(body) > MAX_CHARACTERS:
        yield "body", "subject and body together must stay within 10 MB", body[:_SHOWN]
    created, resolved = found.get("created_at"), found.get("resolved_at")
    if created is not None and resolved is not None and resolved < created:
        yield "resolved_at", "lies before created_at", f"{(created - resolved) / 10**6:.0f} s"


def _ticket_row(number: int, found: Mapping[str, Any]) -> TicketRow:
    get = found.get
    subject, body = get("subject", ""), get("body", "")
    return TicketRow(
        number,
        found["id"],
        subject if subject and not subject.isspace() else _first_line(body),
        body,
        get("created_at"),
        get("resolved_at"),
        get("channel"),
        get("tags", ()),
        get("resolution_note", ""),
        get("customer"),
        get("requester"),
        get("site"),
        get("type"),
        get("status"),
        _path(get("category"), get("subcategory")),
        get("priority"),
        get("group"),
        get("assignee"),
    )


def _first_line(body: str) -> str:
    return body.strip().split("\n", 1)[0].strip()[:_SUBJECT_FROM_BODY]


def _path(category: Name | None, subcategory: Name | None) -> Name | None:
    """The place in the category tree: the names from its root, joined by " / "."""
    given = " / ".join(name.text for name in (category, subcategory) if name is not None)
    names = [stripped for name in given.split(" / ") if (stripped := name.strip())]
    path = " / ".join(names)
    return Name(path, path.casefold()) if path else None
