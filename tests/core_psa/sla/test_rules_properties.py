"""Business time against an oracle that walks the minutes one by one, over calendars and zones of every kind."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core_psa.sla.rules import CalendarSpec, CompiledCalendar, Window, compile_calendar, to_micros

MINUTE = timedelta(minutes=1)

# A day near which something happens, for each kind of zone.
PLACES = {
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "America/Havana": [date(2026, 3, 8), date(2026, 11, 1)],  # jumps at midnight
    "America/Sao_Paulo": [date(2018, 11, 4), date(2018, 2, 18)],  # southern, over midnight
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],  # half an hour
    "Pacific/Chatham": [date(2026, 4, 5), date(2026, 9, 27)],  # offset of 45 minutes
    "Pacific/Apia": [date(2011, 12, 30)],  # crossed the date line: a day left out
    "Pacific/Kwajalein": [date(1993, 8, 21)],
    "Asia/Pyongyang": [date(2018, 5, 5)],  # a new offset, half an hour ahead
    "Africa/Casablanca": [date(2026, 2, 15), date(2026, 3, 22)],  # summer time that pauses
    "Asia/Kolkata": [date(2026, 3, 1)],
    "UTC": [date(2026, 12, 31)],
}


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    days = draw(st.dictionaries(st.integers(0, 6), st.sets(st.integers(0, 1440), min_size=2, max_size=6), min_size=1))
    edges = [(day, sorted(minutes)) for day, minutes in days.items()]
    return tuple(
        Window(day, opens, closes) for day, each in edges for opens, closes in zip(each[::2], each[1::2], strict=False)
    )


@st.composite
def calendars(draw: st.DrawFn) -> tuple[CalendarSpec, date]:
    """A calendar, and the day around which to look at it."""
    zone = draw(st.sampled_from(sorted(PLACES)))
    day = draw(st.sampled_from(PLACES[zone]))
    holidays = draw(st.frozensets(st.integers(-2, 3).map(lambda days: day + timedelta(days)), max_size=2))
    return CalendarSpec("Drawn", zone, draw(windows()), holidays), day


def compiled(spec: CalendarSpec, day: date) -> CompiledCalendar:
    return compile_calendar(spec, day - timedelta(20), day + timedelta(20))


def instants(day: date, reach: timedelta = timedelta(days=9)) -> st.SearchStrategy[datetime]:
    centre = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return st.timedeltas(-reach, reach).map(lambda offset: centre + offset)


def is_open(spec: CalendarSpec, shown: datetime) -> bool:
    minute = shown.hour * 60 + shown.minute
    at_work = any(w.weekday == shown.weekday() and w.opens <= minute < w.closes for w in spec.windows)
    return at_work and shown.date() not in spec.holidays


def open_minutes(spec: CalendarSpec, start: datetime, minutes: int) -> list[bool]:
    """Whether each minute is open, for a person who never believes a clock that was set back."""
    zone, answers = ZoneInfo(spec.timezone), []
    latest = datetime(1, 1, 1)  # noqa: DTZ001 - what a wall clock shows has no zone
    warm_up = 26 * 60  # the clock may have been set back shortly before the start
    for minute in range(-warm_up, minutes):
        latest = max(latest, (start + minute * MINUTE).astimezone(zone).replace(tzinfo=None))
        answers.append(is_open(spec, latest))
    return answers[warm_up:]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_elapsed_time_is_what_counting_minutes_gives(data: st.DataObject) -> None:
    spec, day = data.draw(calendars())
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=data.draw(st.integers(0, 30)))
    counted = open_minutes(spec, start, minutes=2 * 24 * 60)
    calendar = compiled(spec, day)
    for minute in range(0, len(counted), 7):
        assert calendar.elapsed(start, start + minute * MINUTE) == sum(counted[:minute]) * MINUTE


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_a_deadline_is_the_end_of_the_minute_that_uses_up_the_budget(data: st.DataObject) -> None:
    spec, day = data.draw(calendars())
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=data.draw(st.integers(0, 30)))
    counted = [n for n, opened in enumerate(open_minutes(spec, start, minutes=2 * 24 * 60)) if opened]
    calendar = compiled(spec, day)
    for used, minute in enumerate(counted, start=1):
        assert calendar.deadline(start, used * MINUTE) == start + (minute + 1) * MINUTE


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_deadline_and_elapsed_are_inverses(data: st.DataObject) -> None:
    spec, day = data.draw(calendars())
    calendar = compiled(spec, day)
    start, end = sorted((data.draw(instants(day)), data.draw(instants(day))))
    budget = data.draw(st.timedeltas(timedelta(0), timedelta(hours=60)))
    assert calendar.elapsed(start, calendar.deadline(start, budget)) == budget
    assert start <= calendar.deadline(start, calendar.elapsed(start, end)) <= end


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_elapsed_times_add_up(data: st.DataObject) -> None:
    spec, day = data.draw(calendars())
    calendar = compiled(spec, day)
    first, second, third = (data.draw(instants(day)) for _ in range(3))
    assert calendar.elapsed(first, second) + calendar.elapsed(second, third) == calendar.elapsed(first, third)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_more_time_is_never_less_business_time_and_never_more_than_itself(data: st.DataObject) -> None:
    spec, day = data.draw(calendars())
    calendar = compiled(spec, day)
    start, sooner, later = sorted(data.draw(instants(day)) for _ in range(3))
    assert timedelta(0) <= calendar.elapsed(start, sooner) <= calendar.elapsed(start, later) <= later - start


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_larger_budget_is_never_due_sooner(data: st.DataObject) -> None:
    spec, day = data.draw(calendars())
    calendar, start = compiled(spec, day), data.draw(instants(day))
    small, large = sorted(data.draw(st.timedeltas(timedelta(0), timedelta(hours=60))) for _ in range(2))
    assert calendar.deadline(start, small) <= calendar.deadline(start, large)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_what_was_compiled_first_makes_no_difference(data: st.DataObject) -> None:
    spec, day = data.draw(calendars())
    narrow, wide = compile_calendar(spec, day, day + timedelta(1)), compiled(spec, day)
    start, end = data.draw(instants(day)), data.draw(instants(day))
    assert narrow.elapsed(start, end) == wide.elapsed(start, end)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_arrays_give_what_single_questions_give(data: st.DataObject) -> None:
    spec, day = data.draw(calendars())
    calendar = compiled(spec, day)
    pairs = data.draw(st.lists(st.tuples(instants(day), instants(day)), min_size=1, max_size=20))
    starts, ends = (np.array([to_micros(each) for each in side], dtype=np.int64) for side in zip(*pairs, strict=True))
    singles = [calendar.elapsed_micros(to_micros(start), to_micros(end)) for start, end in pairs]
    assert calendar.elapsed_many(starts, ends).tolist() == singles
