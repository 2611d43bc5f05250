"""What a calendar promises, one sentence at a time; `test_rules_properties` holds it against counting minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from core_psa.sla.rules import (
    LATEST,
    BeyondCalendar,
    CalendarInvalid,
    CalendarSpec,
    CompiledCalendar,
    UnknownTimezone,
    Window,
    WindowInvalid,
    WindowsOverlap,
    compile_calendar,
    to_micros,
)

BERLIN = ZoneInfo("Europe/Berlin")
NINE_TO_FIVE = tuple(Window(day, 9 * 60, 17 * 60) for day in range(5))


def office(
    *windows: Window, zone: str = "Europe/Berlin", holidays: frozenset[date] = frozenset(), always: bool = False
) -> CompiledCalendar:
    spec = CalendarSpec("Office", zone, windows, holidays, always_open=always)
    return compile_calendar(spec, date(2026, 1, 1), date(2027, 1, 1))


def berlin(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_time_inside_a_window_counts_as_it_passes() -> None:
    assert office(*NINE_TO_FIVE).elapsed(berlin(3, 4, 10), berlin(3, 4, 12, 30)) == hours(2.5)


def test_nights_and_weekends_do_not_count() -> None:
    friday_noon, monday_noon = berlin(3, 6, 12), berlin(3, 9, 12)
    assert office(*NINE_TO_FIVE).elapsed(friday_noon, monday_noon) == hours(8)


def test_time_runs_backwards_as_it_runs_forwards() -> None:
    assert office(*NINE_TO_FIVE).elapsed(berlin(3, 9, 12), berlin(3, 6, 12)) == -hours(8)


def test_a_clock_started_before_opening_begins_at_the_opening() -> None:
    assert office(*NINE_TO_FIVE).deadline(berlin(3, 4, 6), hours(1)) == berlin(3, 4, 10)


def test_what_is_left_at_closing_continues_at_the_next_opening() -> None:
    assert office(*NINE_TO_FIVE).deadline(berlin(3, 6, 16), hours(3)) == berlin(3, 9, 11)


def test_a_budget_that_ends_with_the_window_is_due_at_closing() -> None:
    assert office(*NINE_TO_FIVE).deadline(berlin(3, 6, 16), hours(1)) == berlin(3, 6, 17)


@pytest.mark.parametrize("budget", [timedelta(0), -hours(3)])
def test_a_budget_of_nothing_or_less_is_due_at_its_start_even_while_closed(budget: timedelta) -> None:
    sunday = berlin(3, 8, 3)
    assert office(*NINE_TO_FIVE).deadline(sunday, budget) == sunday


def test_a_lunch_break_between_two_windows_does_not_count() -> None:
    calendar = office(Window(2, 8 * 60, 12 * 60), Window(2, 13 * 60, 17 * 60))
    assert calendar.elapsed(berlin(3, 4, 11), berlin(3, 4, 14)) == hours(2)
    assert calendar.deadline(berlin(3, 4, 11), hours(2)) == berlin(3, 4, 14)


def test_windows_that_touch_are_one() -> None:
    night = office(Window(4, 22 * 60, 1440), Window(5, 0, 6 * 60))
    assert night.deadline(berlin(3, 6, 23), hours(3)) == berlin(3, 7, 2)


def test_a_holiday_is_closed_from_midnight_to_midnight_of_its_own_zone() -> None:
    calendar = office(*NINE_TO_FIVE, holidays=frozenset({date(2026, 5, 1)}))
    assert calendar.elapsed(berlin(5, 1), berlin(5, 2)) == timedelta(0)
    assert calendar.deadline(berlin(4, 30, 16), hours(2)) == berlin(5, 4, 10)


def test_a_window_shortened_by_a_spring_forward_gives_less_time() -> None:
    sunday_night = office(Window(6, 0, 6 * 60))
    assert sunday_night.elapsed(berlin(3, 29), berlin(3, 30)) == hours(5)


def test_a_window_lengthened_in_autumn_gives_more_time() -> None:
    sunday_night = office(Window(6, 0, 6 * 60))
    assert sunday_night.elapsed(berlin(10, 25), berlin(10, 26)) == hours(7)


def test_a_deadline_after_a_spring_forward_counts_real_minutes() -> None:
    always = office(always=True)
    assert always.deadline(berlin(3, 29, 1), hours(2)) == berlin(3, 29, 4)


def test_an_edge_the_clock_skips_is_the_moment_it_jumps() -> None:
    half_past_two_on = office(Window(6, 150, 240))
    assert half_past_two_on.elapsed(berlin(3, 29), berlin(3, 30)) == hours(1)


def test_a_window_the_clock_skips_altogether_gives_nothing() -> None:
    assert office(Window(6, 125, 175)).elapsed(berlin(3, 29), berlin(3, 30)) == timedelta(0)


def test_of_an_hour_shown_twice_the_first_opens_and_closes() -> None:
    until, since = office(Window(6, 0, 150)), office(Window(6, 150, 240))
    assert until.elapsed(berlin(10, 25), berlin(10, 26)) == hours(2.5)
    assert since.elapsed(berlin(10, 25), berlin(10, 26)) == hours(2.5)


def test_a_day_that_a_zone_left_out_gives_nothing() -> None:
    apia = CalendarSpec("Apia", "Pacific/Apia", tuple(Window(day, 0, 1440) for day in range(7)))
    calendar = compile_calendar(apia, date(2011, 12, 1), date(2012, 2, 1))
    start, end = (datetime(2011, 12, day, 12, tzinfo=ZoneInfo("Pacific/Apia")) for day in (29, 31))
    assert calendar.elapsed(start, end) == hours(24)


@pytest.mark.parametrize("calendar", [office(), office(*NINE_TO_FIVE, always=True)])
def test_without_windows_or_always_open_time_is_real_time(calendar: CompiledCalendar) -> None:
    start = berlin(3, 28, 13)
    assert calendar.deadline(start, hours(48)) == start.astimezone(UTC) + hours(48)


def test_times_in_any_zone_give_the_same_answer() -> None:
    calendar, tokyo = office(*NINE_TO_FIVE), ZoneInfo("Asia/Tokyo")
    start, end = berlin(3, 4, 10), berlin(3, 5, 10)
    assert calendar.elapsed(start.astimezone(tokyo), end.astimezone(tokyo)) == calendar.elapsed(start, end)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(TypeError):
        office(*NINE_TO_FIVE).deadline(datetime(2026, 3, 4), hours(1))  # noqa: DTZ001


def test_single_microseconds_are_kept() -> None:
    calendar, instant = office(*NINE_TO_FIVE), timedelta(microseconds=1)
    assert calendar.deadline(berlin(3, 6, 17) - instant, 2 * instant) == berlin(3, 9, 9) + instant


def test_a_time_beyond_the_compiled_years_is_reached_when_asked_for() -> None:
    calendar = office(*NINE_TO_FIVE)
    long_ago, far_ahead = datetime(1999, 3, 3, 12, tzinfo=BERLIN), datetime(2061, 3, 2, 12, tzinfo=BERLIN)
    assert calendar.elapsed(long_ago, long_ago + timedelta(days=1)) == hours(8)
    assert calendar.deadline(far_ahead, hours(8)) == far_ahead + timedelta(days=1)


def test_a_deadline_may_lie_decades_beyond_the_compiled_years() -> None:
    calendar = office(*NINE_TO_FIVE)
    start, budget = berlin(3, 4, 10), hours(8 * 260 * 30)
    assert calendar.elapsed(start, calendar.deadline(start, budget)) == budget


@pytest.mark.parametrize("budget", [timedelta.max, timedelta(days=365 * 200)])
def test_a_budget_of_centuries_is_an_error_that_names_the_calendar(budget: timedelta) -> None:
    with pytest.raises(BeyondCalendar) as caught:
        office(*NINE_TO_FIVE).deadline(berlin(3, 4), budget)
    assert caught.value.calendar == "Office"


@pytest.mark.parametrize("instant", [datetime.min.replace(tzinfo=UTC), datetime(LATEST.year, 6, 1, tzinfo=UTC)])
def test_a_year_outside_the_bounds_is_an_error(instant: datetime) -> None:
    with pytest.raises(BeyondCalendar):
        office(*NINE_TO_FIVE).elapsed(berlin(3, 4), instant)


def test_many_pairs_give_what_each_would_give() -> None:
    calendar = office(*NINE_TO_FIVE)
    starts = [berlin(1, 1) + hours(5 * n) for n in range(400)]
    ends = [start + hours(n % 90) for n, start in enumerate(starts)]
    many = calendar.elapsed_many(np.array([*map(to_micros, starts)]), np.array([*map(to_micros, ends)]))
    assert [timedelta(microseconds=int(each)) for each in many] == [*map(calendar.elapsed, starts, ends)]


def test_no_pairs_give_no_answers() -> None:
    nothing = np.array([], dtype=np.int64)
    assert office(*NINE_TO_FIVE).elapsed_many(nothing, nothing).size == 0


def test_an_unknown_time_zone_is_named() -> None:
    with pytest.raises(UnknownTimezone) as caught:
        office(zone="Europe/Atlantis")
    assert (caught.value.timezone, caught.value.errors[0].field) == ("Europe/Atlantis", "timezone")


@pytest.mark.parametrize("zone", ["", "../../etc/passwd", "Europe", "\0"])
def test_what_cannot_be_a_time_zone_is_refused_like_an_unknown_one(zone: str) -> None:
    with pytest.raises(UnknownTimezone):
        office(zone=zone)


@pytest.mark.parametrize(
    ("weekday", "opens", "closes"), [(0, 60, 60), (0, 61, 60), (7, 0, 60), (-1, 0, 60), (0, -1, 60), (0, 0, 1441)]
)
def test_a_window_that_cannot_be_is_refused(weekday: int, opens: int, closes: int) -> None:
    with pytest.raises(WindowInvalid):
        Window(weekday, opens, closes)


def test_overlapping_windows_are_named() -> None:
    first, second = Window(1, 60, 120), Window(1, 119, 180)
    with pytest.raises(WindowsOverlap) as caught:
        office(second, first)
    assert (caught.value.first, caught.value.second) == (first, second)


def test_every_reason_against_a_calendar_is_of_one_kind() -> None:
    assert all(issubclass(kind, CalendarInvalid) for kind in (UnknownTimezone, WindowInvalid, WindowsOverlap))
