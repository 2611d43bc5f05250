"""What one cell of a file says, whatever type the file gave it."""

import json
import re
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from core_psa.db.base import to_micros
from core_psa.db.fields import MAX_NAME

_DIGITS = re.compile(r"[+-]?\d+(\.\d+)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# A count of seconds has ten digits until the year 2286, of milliseconds thirteen, and so on.
_UNITS = ((10**11, 10**6), (10**14, 10**3), (10**17, 1))
_LATEST = to_micros(datetime.max.replace(tzinfo=UTC))
_EARLIEST = to_micros(datetime.min.replace(tzinfo=UTC))


class Micros(int):
    """Microseconds since 1970: an instant that the file itself calls one."""


class Unreadable(ValueError):
    """This cell does not say what it should; the message says what would be right."""


def text(value: Any) -> str:
    """The characters of a cell exactly as they came; a number as people write it, nothing as the empty text."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    # Spreadsheets and data frames turn a column of numbers with a gap into one of fractions.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, bool | list | dict) else str(value)


def instant(value: Any) -> int | None:
    """Microseconds since 1970 of a date, an ISO 8601 text (UTC unless it says otherwise) or an epoch in s, ms, µs or ns.

    Raises Unreadable.
    """
    if value is None or isinstance(value, Micros):
        return None if value is None else int(value)
    words = text(value).strip()
    if not words:
        return None
    try:
        found = _from_number(words) if _is_number(words) else _from_iso(words)
    except (ValueError, OverflowError):
        raise Unreadable("is not an ISO 8601 time or an epoch") from None
    if not _EARLIEST <= found <= _LATEST:
        raise Unreadable("lies outside the years 1 to 9999")
    return found


def _is_number(words: str) -> bool:
    """Eight digits are a date, as in 20260302."""
    return len(words) != 8 and _DIGITS.fullmatch(words) is not None


def _from_iso(words: str) -> int:
    parsed = datetime.fromisoformat(words)
    return to_micros(parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC))


def _from_number(words: str) -> int:
    if "." in words:
        return round(float(words) * 10**6)
    count = int(words)
    for below, micros in _UNITS:
        if abs(count) < below:
            return count * micros
    return count // 1000


def tags(value: Any) -> tuple[str, ...]:
    """A list, its JSON, or words parted by commas or semicolons. History is not refused for what no tag may hold: a comma
    parts it, a control character becomes a blank, and what is too long is cut."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        with suppress(ValueError):
            value = json.loads(value)
    given = [text(v) for v in value] if isinstance(value, list | tuple) else text(value).split(";")
    parts = (_CONTROL.sub(" ", part).strip()[:MAX_NAME].strip() for each in given for part in each.split(","))
    return tuple(sorted({part for part in parts if part}))
