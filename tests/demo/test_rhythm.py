"""The desk's year has Mondays, summers and month ends."""

from collections import Counter
from datetime import date

from demo import rhythm
from demo.shapes import DemoTicket


def by_weekday(year: list[DemoTicket]) -> Counter[int]:
    return Counter(row.created_at.weekday() for row in year)


def test_mondays_are_the_busiest_and_sundays_the_quietest(year: list[DemoTicket]) -> None:
    days = by_weekday(year)

    assert days.most_common(1)[0][0] == 0
    assert days[6] < days[0] / 6


def test_people_write_in_the_morning_machines_at_night(year: list[DemoTicket]) -> None:
    def night(channel: str) -> float:
        hours = [row.created_at.hour for row in year if row.channel == channel]
        return sum(hour < 6 for hour in hours) / len(hours)

    assert night("email") < 0.06
    assert night("rmm") > 0.3


def test_summer_is_quieter_than_autumn(year: list[DemoTicket]) -> None:
    months = Counter(row.created_at.month for row in year)

    assert months[8] < 0.85 * months[10]


def test_new_starters_come_in_september(year: list[DemoTicket]) -> None:
    months = Counter(row.created_at.month for row in year if row.subcategory == "New starter")

    assert months[9] > 1.5 * months[6]


def test_the_new_tool_is_unknown_in_the_first_half_of_the_year(year: list[DemoTicket]) -> None:
    assert not [row for row in year[:6_000] if "planboard" in row.body.lower() or row.subcategory == "Planning board"]
    assert [row for row in year[9_000:] if row.subcategory == "Planning board"]


def test_updates_trouble_people_after_the_second_tuesday() -> None:
    assert rhythm.after_patches(date(2025, 11, 12))
    assert not rhythm.after_patches(date(2025, 11, 10))


def test_holidays_and_the_last_week_of_the_year_are_calm() -> None:
    assert rhythm.people(date(2025, 4, 21)) < 0.3
    assert rhythm.people(date(2025, 12, 29)) < 0.5
