"""How figures, times and foreign text are written on pages."""

import datetime as dt
import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = 60, 3_600, 86_400

# Invisible control characters as the pictures Unicode has for them; a lone surrogate cannot be sent at all.
_PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n"} | {0x7F: 0x2421}
_SURROGATES = re.compile("[\ud800-\udfff]")
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown(text: str | None) -> str:
    """Any text a ticket may hold, so that a page can show it and people can see what is in it."""
    if not text:
        return ""
    return _SURROGATES.sub("\ufffd", text).translate(_PICTURES)


def one_line(text: str | None) -> str:
    """For titles and attributes, where nothing isolates the direction of writing."""
    return " ".join(_DIRECTIONS.sub("", shown(text)).split())


def percent(share: float) -> str:
    """A share as whole per cent; only what is certain is 100 %."""
    return f"{min(99, round(share * 100)) if share < 1 else 100} %"


def count(number: int, is_floor: bool = False) -> str:
    return f"{number:,}" + ("+" if is_floor else "")


def initials(name: str) -> str:
    words = [w for w in shown(name).split() if w[0].isalnum()]
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2] if words else "?").upper()


def business_hours(hours: float | None) -> str:
    """A length of business time: '20 min', '3.5 h', '12 h'."""
    if hours is None:
        return ""
    if hours < 1:
        return f"{max(1, round(hours * 60))} min"
    return f"{hours:.1f} h".replace(".0 h", " h") if hours < 10 else f"{round(hours):,} h"


def range_of_hours(low: float, high: float) -> str:
    """'2–9 business hours', '20 min – 3 business hours' or '10–40 business minutes'."""
    if high < 1:
        return _from_to(max(1, round(low * 60)), max(1, round(high * 60)), "business minute")
    if low < 1:
        return f"{business_hours(low)} – {round(high):,} business hours"
    return _from_to(round(low), round(high), "business hour")


def _from_to(low: int, high: int, unit: str) -> str:
    return f"{low:,} {unit}{'' if low == 1 else 's'}" if low == high else f"{low:,}–{high:,} {unit}s"


def minutes(number: int) -> str:
    hours, rest = divmod(number, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def length_of(length: timedelta) -> str:
    """'20 min', '3 h 20 min', '41 h'; a negative one as what it is too much."""
    whole = round(abs(length) / timedelta(minutes=1))
    hours, rest = divmod(whole, 60)
    return f"{rest} min" if not hours else f"{hours:,} h" if not rest or hours >= 24 else f"{hours} h {rest} min"


def in_minutes(length: timedelta) -> str:
    """Minutes as a ledger adds them up: whole ones where they are whole, else to a tenth."""
    return f"{length / timedelta(minutes=1):,.1f}".removesuffix(".0")


def share_of(share: float) -> str:
    """A share that may be more than the whole."""
    return f"{round(share * 100):,} %"


def bytes_of(number: int) -> str:
    """'312 B', '4.2 kB', '18 MB'."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= size:
            return (
                f"{number / size:.1f} {unit}".replace(".0 ", " ")
                if number < 10 * size
                else f"{number / size:.0f} {unit}"
            )
    return f"{number} B"


def ago(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """'5 min ago', 'in 3 h', or the date where it is more than a week away."""
    seconds = (now - at).total_seconds()
    if abs(seconds) < 45:
        return "just now"
    length = _length(abs(seconds))
    if length is None:
        return date(at, now, zone)
    return f"{length} ago" if seconds > 0 else f"in {length}"


def age(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The same for narrow columns: '5 min', '3 Mar', 'Mar 2025'."""
    seconds = (now - at).total_seconds()
    if abs(seconds) < 45:
        return "now"
    local = at.astimezone(zone)
    old = local.year != now.astimezone(zone).year
    return _length(abs(seconds)) or (f"{local:%b %Y}" if old else date(at, now, zone))


def left(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """How long until a deadline, or since: '20 min', '3 h over', '12 d'."""
    seconds = (at - now).total_seconds()
    length = _length(abs(seconds)) or f"{round(abs(seconds) / DAY):,} d"
    return length if seconds >= 0 else f"{length} over"


def span(start: datetime, end: datetime | None, zone: ZoneInfo) -> str:
    """From when to when: 'Mon 2 Mar 09:00–11:30', with the second day where it is another, or 'since' without an end."""
    first = start.astimezone(zone)
    begun = f"{first:%a} {first.day} {first:%b %H:%M}"
    if end is None:
        return f"since {begun}"
    last = end.astimezone(zone)
    same = last.date() == first.date()
    return f"{begun}–{last:%H:%M}" if same else f"{begun} – {last:%a} {last.day} {last:%b %H:%M}"


def days(start: datetime, end: datetime, now: datetime, zone: ZoneInfo) -> str:
    """An absence in whole days, the last one included: '24 Nov', '24 Nov – 2 Dec'; with the hours where it has some."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    if first.time() != time.min or last.time() != time.min:
        return span(start, end, zone)
    begun, ended = date(start, now, zone), date(end - timedelta(microseconds=1), now, zone)
    return begun if begun == ended else f"{begun} – {ended}"


def _length(seconds: float) -> str | None:
    if seconds < 59.5 * MINUTE:
        return f"{max(1, round(seconds / MINUTE))} min"
    if seconds < 23.5 * HOUR:
        return f"{round(seconds / HOUR)} h"
    return f"{round(seconds / DAY)} d" if seconds < 7 * DAY else None


def date(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    return f"{local.day} {local:%b}{year}"


def day(on: dt.date) -> str:
    """'1 Jan 2025', whatever year it is now."""
    return f"{on.day} {on:%b %Y}"


def exact(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} ({zone.key})"


def about(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """When something is due: '14:00', 'Tue 14:00', or '3 Mar 14:00' beyond this week."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    if days == 0:
        return f"today {local:%H:%M}"
    return f"{local:%a %H:%M}" if 0 < days < 7 else f"{date(at, now, zone)} {local:%H:%M}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    """What a clock shows there: '14:32'."""
    return f"{at.astimezone(zone):%H:%M}"


def zone_difference(at: datetime, there: ZoneInfo, here: ZoneInfo) -> str:
    """How their clock stands to the reader's: ', 6 h behind you', or nothing where both show the same."""
    ahead = at.astimezone(there).replace(tzinfo=None) - at.astimezone(here).replace(tzinfo=None)
    if not ahead:
        return ""
    return f", {length_of(ahead)} {'ahead of' if ahead > timedelta() else 'behind'} you"


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """A browser as people call it, from what it calls itself: 'Firefox on Linux'."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " on ".join(part for part in (browser, system) if part) or one_line(agent)[:60] or "unknown"
