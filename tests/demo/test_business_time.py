"""Business minutes of the demo desk."""

from datetime import UTC, date, datetime

import pytest

from demo.business_time import BusinessTime
from demo.shapes import Organisation


@pytest.fixture
def office(organisation: Organisation) -> BusinessTime:
    return BusinessTime(organisation.calendars[0], date(2025, 1, 1), date(2025, 12, 31))


def test_minutes_past_closing_run_on_the_next_morning(office: BusinessTime) -> None:
    thursday = datetime(2025, 6, 5, 16, 0, tzinfo=UTC)  # 17:00 in London, half an hour before closing

    assert office.after(thursday, 60) == datetime(2025, 6, 6, 8, 0, tzinfo=UTC)


def test_the_lunch_break_does_not_count(office: BusinessTime) -> None:
    noon = datetime(2025, 1, 7, 12, 0, tzinfo=UTC)

    assert office.after(noon, 45) == datetime(2025, 1, 7, 13, 30, tzinfo=UTC)


def test_a_holiday_is_skipped(office: BusinessTime) -> None:
    before_easter = datetime(2025, 4, 17, 16, 0, tzinfo=UTC)

    assert office.after(before_easter, 60).date() == date(2025, 4, 22)


def test_before_the_first_opening_nothing_has_passed(office: BusinessTime) -> None:
    assert office.minutes_until(datetime(2025, 1, 1, tzinfo=UTC)) == 0
