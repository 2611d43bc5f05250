"""When a recurring ticket comes, in words."""

import pytest

from server.console.rhythms import in_words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "Every day"),
        ("FREQ=DAILY;INTERVAL=10", "Every 10 days"),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "Every week, on Monday and Thursday"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "Every month, on its last Friday"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=+1TU", "Every 2 months, on its first Tuesday"),
    ],
)
def test_a_rule_is_told_in_words(rule: str, words: str) -> None:
    assert in_words(rule) == words


@pytest.mark.parametrize("rule", ["FREQ=MONTHLY;BYMONTHDAY=15", "FREQ=WEEKLY;COUNT=3", "FREQ=MONTHLY;BYDAY=5MO"])
def test_a_rule_that_says_more_stays_as_it_is_written(rule: str) -> None:
    assert in_words(rule) == rule
