"""How figures, times and foreign text are written."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.console import words
from server.console.timeline import MOST_SHOWN, fold

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(minutes=59, seconds=40), "1 h ago"),
        (timedelta(hours=23, minutes=40), "1 d ago"),
        (timedelta(days=6), "6 d ago"),
        (timedelta(days=9), "22 Feb"),
        (timedelta(days=90), "3 Dec 2025"),
        (timedelta(hours=-3), "in 3 h"),
    ],
)
def test_a_time_is_said_as_people_say_it(back: timedelta, said: str) -> None:
    assert words.ago(NOW - back, NOW, BERLIN) == said


def test_the_exact_time_is_in_the_viewers_zone() -> None:
    assert words.exact(NOW, BERLIN) == "Tuesday 3 March 2026, 13:00 (Europe/Berlin)"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (2.2, 8.7, "2–9 business hours"),
        (3.9, 4.1, "4 business hours"),
        (1.0, 1.2, "1 business hour"),
        (0.2, 0.7, "12–42 business minutes"),
        (0.3, 3.0, "18 min – 3 business hours"),
    ],
)
def test_a_range_of_hours_reads_like_one(low: float, high: float, said: str) -> None:
    assert words.range_of_hours(low, high) == said


def test_only_what_is_certain_is_a_hundred_per_cent() -> None:
    assert [words.percent(s) for s in (0.829, 0.999, 1.0)] == ["83 %", "99 %", "100 %"]


def test_invisible_characters_become_visible() -> None:
    assert words.shown("a\x00b\ud800c\td\ne") == "a␀b\ufffdc\td\ne"


def test_a_title_keeps_no_character_that_turns_the_direction() -> None:
    assert words.one_line("a\u202eb\n c") == "ab c"


@pytest.mark.parametrize("body", ["short", "x" * 10_000, "line\n" * 100, "\n" * 100, "x" * (MOST_SHOWN + 5)])
def test_folding_loses_nothing(body: str) -> None:
    text = fold(body)
    joined = text.head + text.rest
    assert len(joined) + text.left_out in (len(body), len(body) - 1)
    assert joined.replace("\n", "") == body[:MOST_SHOWN].replace("\n", "")
