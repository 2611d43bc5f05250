"""Holidays, resolved into days."""

from datetime import date

import pytest

from core_psa.errors import Invalid
from core_psa.sla.holidays import OwnHoliday, PublicHolidays, resolved


def test_public_holidays_are_those_of_the_part_of_the_country() -> None:
    bavaria = resolved([], PublicHolidays("DE", "BY"), range(2026, 2027))
    germany = resolved([], PublicHolidays("DE"), range(2026, 2027))
    assert date(2026, 1, 6) in bavaria.keys() - germany.keys()


def test_a_day_of_the_desks_own_stands_before_a_public_one() -> None:
    days = resolved([OwnHoliday(date(2026, 12, 25), "Skeleton staff")], PublicHolidays("GB"), range(2026, 2027))
    assert days[date(2026, 12, 25)] == "Skeleton staff"


def test_a_yearly_day_returns_in_each_year_and_29_february_in_leap_years() -> None:
    yearly = [OwnHoliday(date(2024, 12, 24), "Christmas Eve", yearly=True), OwnHoliday(date(2024, 2, 29), "Leap", True)]
    assert sorted(resolved(yearly, None, range(2025, 2029))) == [
        date(2024, 2, 29),
        date(2024, 12, 24),
        date(2025, 12, 24),
        date(2026, 12, 24),
        date(2027, 12, 24),
        date(2028, 2, 29),
        date(2028, 12, 24),
    ]


def test_an_unknown_country_or_part_is_refused_with_those_there_are() -> None:
    with pytest.raises(Invalid) as country:
        resolved([], PublicHolidays("XX"), range(2026, 2027))
    with pytest.raises(Invalid) as part:
        resolved([], PublicHolidays("DE", "ZZ"), range(2026, 2027))
    assert "DE" in country.value.errors[0].allowed
    assert "BY" in part.value.errors[0].allowed


@pytest.mark.parametrize("years", [range(2027, 2026), range(2000, 2100)])
def test_years_turned_round_or_too_many_are_refused(years: range) -> None:
    with pytest.raises(Invalid):
        resolved([], PublicHolidays("DE"), years)
