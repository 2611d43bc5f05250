"""What a type's own field may hold, and how a value given for it is read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core_psa.db.fields import MAX_KEY, MAX_TEXT, Refused

KINDS: Mapping[str, str] = {
    "text": "words",
    "number": "a number",
    "date": "a day",
    "choice": "one of a list",
    "yes_no": "yes or no",
    "user": "one of the customer's people",
    "asset": "one of the customer's assets",
}
# They hold a record of the ticket's own customer.
CUSTOMERS_OWN = ("user", "asset")
OPENING = "created"
# Names under which every ticket's timeline and forms tell of something else.
RESERVED = frozenset(
    [
        "action",
        "agent",
        "approval",
        "assignee",
        "body",
        "category",
        "cc",
        "channel",
        "charge_type",
        "customer",
        "hours",
        "impact",
        "minutes",
        "note",
        "number",
        "override",
        "priority",
        "question",
        "reason",
        "requester",
        "resolution",
        "resolved_at",
        "role",
        "severity_a",
        "site",
        "status",
        "subject",
        "tags",
        "team",
        "tier",
        "type",
        "unmet",
        "urgency",
        "user",
        "version",
        "watchers",
    ]
)
_LARGEST = 10**15
# One more digit than the largest id has: whatever is longer is none.
_LONGEST_ID = 20
_TRUTHS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True)
class Field:
    """A field as rules see it; `required_at` are names of actions, `created` for the opening."""

    name: str
    label: str
    kind: str
    choices: tuple[str, ...] = ()
    default: Any = None
    required_at: frozenset[str] = frozenset()
    help: str = ""


def read(kind: str, choices: Sequence[str], given: Any) -> Any:
    """The value as it is stored, from what a program or a form gave; nothing given is None. Raises Refused."""
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    return _READERS[kind](given, choices)


def _text(given: Any, _choices: Sequence[str]) -> str:
    if not isinstance(given, str):
        raise Refused("must be text")
    if len(given) > MAX_TEXT:
        raise Refused(f"must stay within {MAX_TEXT} characters, not {len(given)}")
    return given


def _number(given: Any, _choices: Sequence[str]) -> int | float:
    try:
        number = given if type(given) in (int, float) else float(str(given).strip())
    except ValueError:
        number = math.nan
    if isinstance(given, bool) or not abs(number) < _LARGEST:
        raise Refused("must be a number")
    return int(number) if number == int(number) else float(number)


def _date(given: Any, _choices: Sequence[str]) -> str:
    try:
        return date.fromisoformat(str(given).strip()).isoformat()
    except ValueError:
        raise Refused("must be a day such as 2026-03-29") from None


def _choice(given: Any, choices: Sequence[str]) -> str:
    if given not in choices:
        raise Refused("is not one of these", tuple(choices))
    return str(given)


def _yes_no(given: Any, _choices: Sequence[str]) -> bool:
    said = given if isinstance(given, bool) else _TRUTHS.get(str(given).strip().lower())
    if said is None:
        raise Refused("must be yes or no", ("yes", "no"))
    return bool(said)


def _record_id(given: Any, _choices: Sequence[str]) -> int:
    written = str(given).strip()[:_LONGEST_ID]
    if isinstance(given, bool) or not (written.isascii() and written.isdecimal()) or not 0 < int(written) <= MAX_KEY:
        raise Refused("must be an id")
    return int(written)


_READERS = {
    "text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "yes_no": _yes_no,
    "user": _record_id,
    "asset": _record_id,
}


def missing(fields: Sequence[Field], values: Mapping[str, Any], action: str) -> list[Field]:
    """The fields that this action requires and nobody has filled in."""
    return [f for f in fields if action in f.required_at and values.get(f.name) in (None, "")]


def with_defaults(fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the defaults of fields that nobody gave."""
    defaults = {f.name: f.default for f in fields if f.default is not None and f.name not in values}
    return {**defaults, **values}
