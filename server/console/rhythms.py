"""When a recurring ticket comes, in words."""

import re

# What people mean most of the time; everything else is written as a rule.
USUAL = (
    ("FREQ=DAILY", "Every day"),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every working day"),
    ("FREQ=WEEKLY", "Every week, on the first day's weekday"),
    ("FREQ=WEEKLY;INTERVAL=2", "Every other week"),
    ("FREQ=MONTHLY", "Every month, on the first day's date"),
    ("FREQ=MONTHLY;BYDAY=1MO", "Every month, on its first Monday"),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "Every month, on its last day"),
    ("FREQ=MONTHLY;INTERVAL=3", "Every three months"),
    ("FREQ=YEARLY", "Every year"),
)
_NAMED = dict(USUAL)
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_PLACES = {"1": "its first ", "2": "its second ", "3": "its third ", "4": "its fourth ", "-1": "its last ", "": ""}
_DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_DAY = re.compile(r"\+?(-?\d*)([A-Z]{2})")


def in_words(rule: str) -> str:
    """'Every month, on its first Tuesday'. A rule that says more than these words can stays as calendars write it."""
    if rule in _NAMED:
        return _NAMED[rule]
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    unit, interval = _UNITS.get(parts.pop("FREQ", "")), parts.pop("INTERVAL", "1")
    days = [_day(written) for written in filter(None, parts.pop("BYDAY", "").split(","))]
    if unit is None or parts or None in days:
        return rule
    every = f"Every {unit}" if interval == "1" else f"Every {interval} {unit}s"
    return f"{every}, on {' and '.join(filter(None, days))}" if days else every


def _day(written: str) -> str | None:
    match = _DAY.fullmatch(written)
    if match is None or match[1] not in _PLACES or match[2] not in _DAYS:
        return None
    return _PLACES[match[1]] + _DAYS[match[2]]
