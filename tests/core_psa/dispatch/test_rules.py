"""When an agent has time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core_psa.db.weeks import Hours
from core_psa.dispatch.rules import Span, day_of, first_free, overlap

MONDAY = date(2026, 3, 2)
BERLIN = ZoneInfo("Europe/Berlin")
SHIFT = [Hours(0, 8 * 60, 16 * 60)]


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=BERLIN)


def test_the_first_free_hour_is_when_the_shift_begins() -> None:
    assert first_free(MONDAY, BERLIN, SHIFT, []) == Span(at(8), at(9))


def test_without_shifts_the_day_begins_at_nine() -> None:
    assert first_free(MONDAY, BERLIN, [], []).starts_at == at(9)


def test_what_is_taken_is_stepped_over() -> None:
    taken = [Span(at(9), at(10)), Span(at(8), at(8, 30))]
    assert first_free(MONDAY, BERLIN, SHIFT, taken) == Span(at(10), at(11))


def test_a_gap_that_is_long_enough_is_used() -> None:
    assert first_free(MONDAY, BERLIN, SHIFT, [Span(at(9), at(12))]).starts_at == at(8)


def test_a_day_is_as_long_as_its_clock_says() -> None:
    changed = day_of(date(2026, 3, 29), BERLIN)
    assert changed.ends_at.astimezone(UTC) - changed.starts_at.astimezone(UTC) == timedelta(hours=23)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 180)), max_size=8))
def test_what_is_found_is_free(busy: list[tuple[int, int]]) -> None:
    taken = [Span(at(hour), at(hour) + timedelta(minutes=length)) for hour, length in busy]
    found = first_free(MONDAY, BERLIN, SHIFT, taken)
    assert not any(overlap(found, span) for span in taken)
