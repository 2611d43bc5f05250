"""When a desk learns again."""

import pytest

from triage.desk.background import LEARNED_FROM
from triage.desk.needs import is_lesson_due


@pytest.mark.parametrize(
    ("solved", "tickets", "solved_then", "due"),
    [
        (99, 0, 0, False),
        (100, 0, 0, True),
        (120, 100, 100, False),
        (121, 100, 100, True),
        (LEARNED_FROM + 2_000, LEARNED_FROM, LEARNED_FROM, False),
        (100_000, LEARNED_FROM, 95_000, True),
        (100_000, LEARNED_FROM, 97_000, False),
        (500, 100, 500, True),
        (90, 100, 100, False),
    ],
    ids=[
        "too few to learn from",
        "the first lesson",
        "grown by no more than a fifth",
        "grown by more than a fifth",
        "a large desk that has hardly grown",
        "a large desk of which a quarter of what is learned from is new",
        "a large desk with less than a fifth new",
        "most had no vector then",
        "some were reopened since",
    ],
)
def test_a_lesson_is_due_when_a_fifth_is_new(solved: int, tickets: int, solved_then: int, due: bool) -> None:
    assert is_lesson_due(solved, tickets, solved_then) is due
