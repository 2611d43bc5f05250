"""Hours that return every week, as a form shows and takes them: a text box a day, `08:00-12:00 13:00-17:30`."""

import re
from collections.abc import Sequence

from core_psa.db.weeks import DAYS, Hours, clock_face
from core_psa.errors import FieldError, Invalid
from server.console.forms import Form

_SPAN = re.compile(r"(\d{1,2})(?::?(\d{2}))?\s*[-–]\s*(\d{1,2})(?::?(\d{2}))?")


def by_day(week: Sequence[Hours]) -> list[tuple[str, str]]:
    """The name of each day with its hours as they are typed."""
    return [(day, " ".join(_span(h) for h in week if h.weekday == number)) for number, day in enumerate(DAYS)]


def parse(form: Form, name: str) -> list[Hours]:
    """Reads the boxes `name-0` (Monday) to `name-6`. Raises Invalid, by day."""
    hours: list[Hours] = []
    errors: list[FieldError] = []
    for number, day in enumerate(DAYS):
        written = form.text(f"{name}-{number}").replace(",", " ").strip()
        found = _SPAN.findall(written)
        if _SPAN.sub("", written).strip():
            errors.append(FieldError(f"{name}-{number}", f"{day} is not written as 08:00-12:00 13:00-17:30"))
        hours += [Hours(number, _minute(a, b), _minute(c, d)) for a, b, c, d in found]
    if errors:
        raise Invalid(*errors)
    return hours


def _minute(hour: str, minute: str) -> int:
    return int(hour) * 60 + int(minute or 0)


def _span(hours: Hours) -> str:
    return f"{clock_face(hours.starts)}-{clock_face(hours.ends)}"
