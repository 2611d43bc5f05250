"""The days a calendar stays closed: public holidays of a country, and days of the desk's own. Resolved once and stored.

The library behind it changes its data with every release, so a stored calendar keeps the days it was made with.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from core_psa.errors import FieldError, Invalid

MAX_YEARS = 30


def usual_years(now: datetime) -> range:
    """Those for which holidays are resolved: from last year to three years ahead."""
    return range(now.year - 1, now.year + 4)


@dataclass(frozen=True)
class PublicHolidays:
    """Those of a country (ISO 3166 code), or of one part of it."""

    country: str
    subdivision: str | None = None


@dataclass(frozen=True)
class OwnHoliday:
    """A day of the desk's own; a `yearly` one returns on its date in every year that is asked for."""

    day: date
    name: str
    yearly: bool = False


def resolved(own: Iterable[OwnHoliday], public: PublicHolidays | None, years: range) -> dict[date, str]:
    """Names by day. The desk's own name stands where a day is both. Raises Invalid."""
    if not 0 < len(years) <= MAX_YEARS:
        raise Invalid(FieldError("years", f"must be 1 to {MAX_YEARS}, the first before the last"))
    days = public_holidays(public, years) if public else {}
    for holiday in own:
        days |= dict.fromkeys(_days(holiday, years), holiday.name)
    return days


def public_holidays(of: PublicHolidays, years: range) -> dict[date, str]:
    """Names by day. Raises Invalid for an unknown country or part."""
    from holidays import country_holidays, list_supported_countries

    countries = list_supported_countries(include_aliases=False)
    if of.country not in countries:
        raise Invalid(_unknown("country", of.country, countries))
    if of.subdivision and of.subdivision not in countries[of.country]:
        raise Invalid(_unknown("subdivision", of.subdivision, countries[of.country]))
    return dict(country_holidays(of.country, subdiv=of.subdivision or None, years=years))


def _unknown(field: str, given: str, known: Iterable[str]) -> FieldError:
    return FieldError(f"public_holidays.{field}", f"'{given[:100]}' is not known here", tuple(sorted(known)))


def _days(holiday: OwnHoliday, years: range) -> Iterable[date]:
    yield holiday.day
    for year in years if holiday.yearly else ():
        try:
            yield holiday.day.replace(year=year)
        except ValueError:  # 29 February returns in leap years alone
            continue
