"""The whole days of an iCalendar file (RFC 5545), as holidays. Pure.

What has an hour is an appointment and no holiday, and holidays come once a year: anything else is counted as left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr

from core_psa.errors import FieldError, Invalid

MOST_EVENTS = 2_000
_MOST_RULES = 100
_LONGEST_STAY = 366
_PROPERTY = re.compile(r'([\w-]+)(?:"[^"]*"|[^":])*:(.*)')
_RULE = re.compile(r"[A-Z]+=[A-Z0-9+,-]+(;[A-Z]+=[A-Z0-9+,-]+)*")
_PARTS = frozenset(["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST"])
_WEEKDAY = re.compile(r"([+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)")
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAY = timedelta(days=1)

Event = dict[str, list[str]]


@dataclass(frozen=True)
class Found:
    """Names by day, and how many events are no holidays."""

    days: dict[date, str]
    left_out: int


class _NoHoliday(ValueError):
    pass


def whole_days(text: str, years: range) -> Found:
    """Those that lie in these years. Raises Invalid for what is no iCalendar file, or holds too much."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text.removeprefix("\ufeff"))
    if not unfolded.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise Invalid(FieldError("file", "is not an iCalendar file, as calendars export it (.ics)"))
    events = [event for event in _events(unfolded.splitlines()) if _first(event, "STATUS").upper() != "CANCELLED"]
    if len(events) > MOST_EVENTS or sum("RRULE" in event for event in events) > _MOST_RULES:
        raise Invalid(FieldError("file", f"holds more than {MOST_EVENTS} events, or {_MOST_RULES} that repeat"))
    # One that was moved stands for itself, and not where its rule would have it.
    moved = {(_first(e, "UID"), _first(e, "RECURRENCE-ID")[:8]) for e in events if "RECURRENCE-ID" in e}
    days: dict[date, str] = {}
    left_out = 0
    for event in events:
        try:
            for day in _days(event, years, moved):
                days.setdefault(day, _name(event))
        except _NoHoliday:
            left_out += 1
    return Found(dict(sorted(days.items())), left_out)


def _events(lines: Iterable[str]) -> Iterator[Event]:
    """The properties of each event, without those of what stands inside it, such as alarms."""
    inside: list[str] = []
    event: Event = {}
    for line in lines:
        match = _PROPERTY.fullmatch(line.strip())
        if match is None:
            continue
        name, value = match[1].upper(), match[2]
        if name == "BEGIN":
            inside.append(value.upper())
            event = {} if value.upper() == "VEVENT" else event
        elif name == "END" and inside:
            if inside.pop() == "VEVENT":
                yield event
        elif inside and inside[-1] == "VEVENT":
            event.setdefault(name, []).append(value)


def _days(event: Event, years: range, moved: set[tuple[str, str]]) -> Iterator[date]:
    start = _day(_first(event, "DTSTART"))
    length = _length(event, start)
    given_up = {_day(day[:8]) for line in event.get("EXDATE", ()) for day in line.split(",")}
    if "RRULE" in event:
        given_up |= {_day(at) for uid, at in moved if uid == _first(event, "UID")}
    for first in _comings(event, start, years):
        for day in (first + _DAY * n for n in range(length) if first not in given_up):
            if day.year in years:
                yield day


def _comings(event: Event, start: date, years: range) -> list[date]:
    rule = re.sub(r"(UNTIL=\d{8})T\w*", r"\1", _first(event, "RRULE").upper())
    if not rule:
        return [start]
    parts = dict(part.split("=", 1) for part in rule.split(";")) if _RULE.fullmatch(rule) else {}
    if parts.get("FREQ") != "YEARLY" or parts.keys() - _PARTS or not _comes(parts):
        raise _NoHoliday
    from_, to = datetime(years[0] - 1, 1, 1), datetime(years[-1], 12, 31)  # noqa: DTZ001 - days have no zone
    try:
        found = rrulestr(rule, dtstart=datetime.combine(start, time())).between(from_, to, inc=True)
    except (ValueError, OverflowError) as error:
        raise _NoHoliday from error
    return [at.date() for at in found]


def _comes(parts: Mapping[str, str]) -> bool:
    """Whether such a day comes at all: the library looks for one that never does until the end of all years."""
    months = [int(m) for m in re.findall(r"\d+", parts.get("BYMONTH", ""))] or range(1, 13)
    days = [abs(int(d)) for d in re.findall(r"-?\d+", parts.get("BYMONTHDAY", ""))]
    weekdays = [_WEEKDAY.fullmatch(day) for day in parts.get("BYDAY", "MO").split(",")]
    ordered = any(match and match[1] for match in weekdays)
    longest = max((_LONGEST_MONTHS[m - 1] for m in months if 1 <= m <= 12), default=0)
    interval = re.fullmatch(r"[1-9][0-9]?", parts.get("INTERVAL", "1"))
    return bool(interval) and all(weekdays) and min(days, default=1) <= longest and not (days and ordered)


def _length(event: Event, start: date) -> int:
    """In days. The end is the day after the last."""
    if "DTEND" in event:
        days = (_day(_first(event, "DTEND")) - start).days
    elif match := re.fullmatch(r"P(\d{1,4})([DW])", _first(event, "DURATION")):
        days = int(match[1]) * (7 if match[2] == "W" else 1)
    else:
        days = 1
    if days > _LONGEST_STAY:
        raise _NoHoliday
    return max(days, 1)


def _day(written: str) -> date:
    if not re.fullmatch(r"[0-9]{8}", written):
        raise _NoHoliday
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise _NoHoliday from error


def _name(event: Event) -> str:
    """In one line."""
    written = re.sub(r"\\([nN,;\\])", lambda m: " " if m[1] in "nN" else m[1], _first(event, "SUMMARY"))
    return " ".join("".join(c if c.isprintable() else " " for c in written).split())[:200] or "Closed"


def _first(event: Event, name: str) -> str:
    return event.get(name, [""])[0].strip()
