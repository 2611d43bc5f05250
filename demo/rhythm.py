"""When people need help: by weekday, month end, holidays, seasons and hour of the day."""

from calendar import monthrange
from datetime import date, timedelta

from demo.holidays import holidays, weekday_of_month

WEEKDAY = (1.32, 1.1, 1.0, 0.97, 0.84, 0.1, 0.055)
HOUR = (
    0.03,
    0.02,
    0.02,
    0.03,
    0.04,
    0.1,
    0.3,
    0.9,
    2.4,
    3.3,
    2.9,
    2.4,
    1.3,
    1.6,
    2.3,
    2.1,
    1.6,
    0.8,
    0.3,
    0.2,
    0.15,
    0.12,
    0.08,
    0.05,
)
MONDAY_HOUR = (*HOUR[:7], 1.3, 4.0, 4.4, *HOUR[10:])
NIGHTLY_HOUR = (1.2, 1.8, 2.4, 2.6, 2.2, 2.0, 1.6, 1.0, *(0.7,) * 12, 0.8, 0.8, 1.0, 1.2)
SUMMER_DIP = 0.74
HOLIDAY = 0.12
CHRISTMAS_WEEK = 0.3
SEASON_BOOST = {"onboarding": 2.6, "month end": 2.2, "patch day": 3.2, "holidays": 2.2}


def people(day: date) -> float:
    """How much people report on a day, 1 being a plain Wednesday."""
    weight = WEEKDAY[day.weekday()]
    if day in {holiday.day for holiday in holidays("UK", day.year, day.year)}:
        return weight * HOLIDAY
    if (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 1):
        return weight * CHRISTMAS_WEEK
    if (7, 18) <= (day.month, day.day) <= (8, 31):
        weight *= SUMMER_DIP
    return weight * (1.22 if month_end(day) else 1.0) * (1.18 if after_patches(day) else 1.0)


def machines(day: date) -> float:
    """How much monitoring reports on a day: hardly less at weekends."""
    return 0.8 if day.weekday() > 4 else 1.0


def boost(season: str, day: date) -> float:
    """How much more of a seasonal topic there is on a day."""
    return SEASON_BOOST[season] if season and _IN_SEASON[season](day) else 1.0


def month_end(day: date) -> bool:
    return day.day <= 2 or day.day >= monthrange(day.year, day.month)[1] - 2


def after_patches(day: date) -> bool:
    """Vendors publish on the second Tuesday; machines restart in the two nights after it."""
    return 0 <= (day - weekday_of_month(day.year, day.month, 1, 2)).days <= 2


def _onboarding(day: date) -> bool:
    return day.month == 9 or (day.month == 1 and day.day > 4) or (day + timedelta(days=10)).month == 9


def _before_holidays(day: date) -> bool:
    soon = day + timedelta(days=7)
    return any(day <= holiday.day <= soon for holiday in holidays("UK", day.year, soon.year))


_IN_SEASON = {
    "onboarding": _onboarding,
    "month end": month_end,
    "patch day": after_patches,
    "holidays": _before_holidays,
}
