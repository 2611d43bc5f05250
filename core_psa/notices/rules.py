"""How a text is filled in, which language it is in, and when an agent wants to be left alone. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core_psa import placeholders

_BLANKS = re.compile(r"\n{3,}")
MAX_SUBJECT = 200


class Quiet(NamedTuple):
    """Minutes of the day; over midnight where the end comes first."""

    starts: int
    ends: int
    weekends: bool


def fill(template: str, facts: Mapping[str, Any], zone: ZoneInfo) -> str:
    """The template with its facts; what is not known is left out, and no gap stays where it stood."""
    known = {name: written(value, zone) for name, value in facts.items()}
    return _BLANKS.sub("\n\n", placeholders.fill(template, known, missing=lambda _: "")).strip()


def fill_line(template: str, facts: Mapping[str, Any], zone: ZoneInfo, longest: int = MAX_SUBJECT) -> str:
    """The same in one line, as a subject has to be: a line end in it would begin another header."""
    line = " ".join("".join(c if c.isprintable() else " " for c in fill(template, facts, zone)).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def zone_of(name: str) -> ZoneInfo:
    """The reader's zone; telling never fails because of one that no longer exists."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def written(value: Any, zone: ZoneInfo) -> str:
    """A fact as a person reads it; an instant in the reader's own time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        return f"{local.day} {local:%B %Y, %H:%M}"
    return str(value)


def languages(wanted: str, desk: str) -> list[str]:
    """Which languages to look for a text in, the best first: pt-BR, pt, then the desk's own, then English."""
    return list(dict.fromkeys([*_wider(wanted), *_wider(desk), "en"]))


def _wider(tag: str) -> Iterable[str]:
    parts = tag.lower().split("-")
    return ("-".join(parts[:end]) for end in range(len(parts), 0, -1))


def not_before(now: datetime, quiet: Quiet | None, zone: ZoneInfo) -> datetime:
    """The first instant from now on at which this agent may be sent a mail."""
    if quiet is None:
        return now
    at = now
    for _ in range(8):
        until = _quiet_until(at.astimezone(zone), quiet)
        if until is None:
            return at
        at = until.astimezone(now.tzinfo)
    return at


def _quiet_until(local: datetime, quiet: Quiet) -> datetime | None:
    """The end of the quiet that this moment lies in, or None."""
    if quiet.weekends and local.weekday() >= 5:
        return datetime.combine(local.date() + timedelta(days=1), time.min, local.tzinfo)
    minute = local.hour * 60 + local.minute
    over_midnight = quiet.ends < quiet.starts
    inside = minute >= quiet.starts or minute < quiet.ends if over_midnight else quiet.starts <= minute < quiet.ends
    if not inside:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and minute >= quiet.starts else 0)
    return datetime.combine(day, time(quiet.ends // 60, quiet.ends % 60), local.tzinfo)
