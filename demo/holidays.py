"""Public holidays of the countries the demo desk knows, by the rules their laws state."""

from collections.abc import Iterator
from datetime import date, timedelta

from demo.shapes import Holiday

_FIXED = {
    "UK": ((1, 1, "New Year's Day"), (12, 25, "Christmas Day"), (12, 26, "Boxing Day")),
    "DE": (
        (1, 1, "Neujahr"),
        (5, 1, "Tag der Arbeit"),
        (10, 3, "Tag der Deutschen Einheit"),
        (12, 25, "1. Weihnachtstag"),
        (12, 26, "2. Weihnachtstag"),
    ),
    "US": ((1, 1, "New Year's Day"), (7, 4, "Independence Day"), (12, 25, "Christmas Day")),
}
_AFTER_EASTER = {
    "UK": ((-2, "Good Friday"), (1, "Easter Monday")),
    "DE": ((-2, "Karfreitag"), (1, "Ostermontag"), (39, "Christi Himmelfahrt"), (50, "Pfingstmontag")),
}
# month, weekday, which one of the month (-1 the last), name
_FLOATING = {
    "UK": ((5, 0, 1, "Early May"), (5, 0, -1, "Spring bank holiday"), (8, 0, -1, "Summer bank holiday")),
    "US": ((5, 0, -1, "Memorial Day"), (9, 0, 1, "Labor Day"), (11, 3, 4, "Thanksgiving")),
}


def holidays(country: str, first_year: int, last_year: int) -> tuple[Holiday, ...]:
    """In order of time; an unknown country has none."""
    days = [day for year in range(first_year, last_year + 1) for day in _of_year(country, year)]
    return tuple(sorted(days, key=lambda holiday: holiday.day))


def _of_year(country: str, year: int) -> Iterator[Holiday]:
    for month, day, name in _FIXED.get(country, ()):
        yield Holiday(date(year, month, day), name)
    for offset, name in _AFTER_EASTER.get(country, ()):
        yield Holiday(easter(year) + timedelta(days=offset), name)
    for month, weekday, which, name in _FLOATING.get(country, ()):
        yield Holiday(weekday_of_month(year, month, weekday, which), name)


def weekday_of_month(year: int, month: int, weekday: int, which: int) -> date:
    """The first (1), second (2) ... or last (-1) such weekday of a month."""
    if which > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def easter(year: int) -> date:
    """Gregorian Easter Sunday by the anonymous algorithm (Meeus, Jones, Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)
