"""One row of a file of tickets: its columns, and what it says in the desk's own words."""

from typing import NamedTuple

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
