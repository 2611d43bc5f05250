"""Whether an agent is at work, from values alone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core_psa.db.weeks import Hours
from core_psa.organisation.availability import Away, Schedule, is_available

BERLIN = ZoneInfo("Europe/Berlin")
EARLY = tuple(Hours(day, 7 * 60, 15 * 60) for day in range(5))


def berlin(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("at", "available"),
    [(berlin(2, 6, 59), False), (berlin(2, 7), True), (berlin(2, 14, 59), True), (berlin(2, 15), False)],
)
def test_a_shift_begins_with_its_first_minute_and_ends_before_its_last(at: datetime, available: bool) -> None:
    assert is_available(Schedule("Europe/Berlin", EARLY), at).available is available


def test_a_shift_is_of_the_agents_own_day() -> None:
    seven_in_berlin = datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert is_available(Schedule("Europe/Berlin", EARLY), seven_in_berlin).available
    assert not is_available(Schedule("America/New_York", EARLY), seven_in_berlin).available


def test_a_shift_follows_the_clock_on_the_wall_through_daylight_saving() -> None:
    summer_seven = datetime(2026, 3, 30, 5, tzinfo=UTC)
    assert is_available(Schedule("Europe/Berlin", EARLY), summer_seven).available


def test_off_shift_the_next_one_is_named() -> None:
    assert is_available(Schedule("Europe/Berlin", EARLY), berlin(6, 16)) == (False, "off shift until Monday 07:00")


def test_later_the_same_day_the_next_shift_is_todays() -> None:
    split = (Hours(0, 480, 720), Hours(0, 780, 1020))
    assert is_available(Schedule("Europe/Berlin", split), berlin(2, 12, 30)).reason == "off shift until Monday 13:00"


def test_an_absence_counts_from_its_first_instant_up_to_its_last() -> None:
    schedule = Schedule("Europe/Berlin", EARLY, [Away(berlin(2, 0), berlin(4, 0), "holiday")])
    assert is_available(schedule, berlin(3, 9)) == (False, "away, back on Wednesday 4 March: holiday")
    assert is_available(schedule, berlin(4, 9)).available


def test_without_any_shift_only_absences_count() -> None:
    assert is_available(Schedule("Europe/Berlin"), berlin(1, 3)) == (True, "available, no shifts kept")


def test_an_agent_who_left_is_never_available() -> None:
    assert not is_available(Schedule("Europe/Berlin", EARLY, active=False), berlin(2, 9)).available
