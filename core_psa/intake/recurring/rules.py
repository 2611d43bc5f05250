"""When a recurring ticket comes. Pure.

A rule is written as calendars write it (RFC 5545: `FREQ=MONTHLY;BYDAY=1MO`) and meant by the clock on the wall: nine in the
morning stays nine in the morning when daylight saving begins. An hour that the clock skips comes when the clock has
jumped, one that is shown twice comes the first time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from core_psa.db.fields import Refused

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_LONGEST = 300
_EARLIEST, _LATEST = datetime(2000, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - by the clock on the wall
# A rule that brings nothing within so many years never does; calendars repeat themselves after 28.
_HORIZON = timedelta(days=366 * 29)
_DAY = timedelta(days=1)


class Due(NamedTuple):
    """The newest occurrence that has come, how many before it were missed, and when the next one comes."""

    occurrence: datetime
    missed: int
    next_at: datetime | None


@dataclass(frozen=True)
class Recurrence:
    """`starts` is the first possible occurrence, by the clock on the wall of the zone. Raises Refused for a wrong rule."""

    rule: str
    starts: datetime
    timezone: str

    def __post_init__(self) -> None:
        if not _EARLIEST <= self.starts < _LATEST:
            raise Refused(f"must lie between {_EARLIEST:%Y} and {_LATEST:%Y}")
        _must_be_a_rule(self.rule)
        _must_come(self.rule, self.starts)

    def after(self, instant: datetime) -> Iterator[datetime]:
        """The instants after this one, in UTC, each once."""
        zone = ZoneInfo(self.timezone)
        local = instant.astimezone(zone).replace(tzinfo=None) - _DAY
        last = instant
        for wall in _parsed(self.rule, self.starts).xafter(local, inc=True):
            if (at := wall.replace(tzinfo=zone).astimezone(UTC)) > last:
                last = at
                yield at

    def first(self, instant: datetime) -> datetime | None:
        """The first occurrence after this instant."""
        return next(self.after(instant), None)

    def due(self, next_at: datetime, now: datetime) -> Due | None:
        """What has come since `next_at`; many that were missed come as one."""
        if next_at > now:
            return None
        come, missed = next_at, 0
        for at in self.after(next_at):
            if at > now:
                return Due(come, missed, at)
            come, missed = at, missed + 1
        return Due(come, missed, None)


def _must_be_a_rule(text: str) -> None:
    if len(text) > _LONGEST or not re.fullmatch(r"[A-Z]+=[A-Z0-9+,-]+(;[A-Z]+=[A-Z0-9+,-]+)*", text):
        raise Refused("is not a rule such as FREQ=WEEKLY;BYDAY=MO or FREQ=MONTHLY;BYMONTHDAY=1")
    parts = dict(part.split("=", 1) for part in text.split(";"))
    if parts.get("FREQ") not in FREQUENCIES:
        raise Refused("needs a frequency", tuple(f"FREQ={name}" for name in FREQUENCIES))
    if not 1 <= _number(parts.get("INTERVAL", "1")) <= 1000:
        raise Refused("INTERVAL must be between 1 and 1000")
    if "COUNT" in parts and not 1 <= _number(parts["COUNT"]) <= 10_000:
        raise Refused("COUNT must be between 1 and 10000")
    if parts.get("UNTIL", "").endswith("Z"):
        raise Refused("UNTIL is meant in the schedule's own time zone: leave the Z away")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else -1


def _must_come(text: str, starts: datetime) -> None:
    """A rule for the 30th of February would be looked for until the end of time."""
    kept = [part for part in text.split(";") if not part.startswith(("COUNT=", "UNTIL="))]
    until = f"UNTIL={starts + _HORIZON:%Y%m%dT%H%M%S}"
    if next(iter(_parsed(";".join([*kept, until]), starts)), None) is None:
        raise Refused("never comes")


def _parsed(text: str, starts: datetime) -> rrule:
    try:
        parsed = rrulestr(text, dtstart=starts)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise Refused(f"cannot be read: {error}") from error
    if not isinstance(parsed, rrule):
        raise Refused("must be a single rule")
    return parsed
