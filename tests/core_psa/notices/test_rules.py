"""Placeholders, languages and quiet hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_psa.notices.events import EVENTS
from core_psa.notices.rules import Quiet, fill, fill_line, languages, not_before
from core_psa.notices.wording import WORDINGS
from core_psa.placeholders import unknown

BERLIN = ZoneInfo("Europe/Berlin")


def test_blanks_inside_the_braces_do_not_matter() -> None:
    assert fill("{{number}}/{{ number }}", {"number": "0000007"}, BERLIN) == "0000007/0000007"


def test_a_fact_nobody_gave_leaves_no_gap() -> None:
    assert fill("One\n\n{{body}}\n\nTwo", {}, BERLIN) == "One\n\nTwo"


@pytest.mark.parametrize(("key", "words"), WORDINGS.items(), ids=str)
def test_the_first_texts_use_only_what_their_event_knows(key: tuple[str, str], words: tuple[str, str]) -> None:
    event = EVENTS[key[0]]
    assert unknown(" ".join(words), event.placeholders) == []
    assert unknown(event.line, event.placeholders) == []


def test_a_user_is_never_sent_the_agents_link() -> None:
    assert not [key for key, words in WORDINGS.items() if key[1] == "user" and "{{link}}" in words.text]


def test_the_nearest_language_comes_first() -> None:
    assert languages("pt-BR", "de") == ["pt-br", "pt", "de", "en"]


def test_a_long_subject_ends_in_an_ellipsis() -> None:
    assert len(fill_line("{{subject}}", {"subject": "x" * 500}, BERLIN)) == 200


@pytest.mark.parametrize(
    ("at", "free"),
    [
        ((2026, 3, 2, 12, 0), (2026, 3, 2, 12, 0)),
        ((2026, 3, 2, 22, 0), (2026, 3, 3, 7, 30)),
        ((2026, 3, 3, 2, 0), (2026, 3, 3, 7, 30)),
        ((2026, 3, 6, 23, 0), (2026, 3, 9, 7, 30)),
        ((2026, 3, 7, 12, 0), (2026, 3, 9, 7, 30)),
    ],
)
def test_quiet_evenings_and_weekends_end_in_the_morning(at: tuple[int, ...], free: tuple[int, ...]) -> None:
    quiet = Quiet(20 * 60, 7 * 60 + 30, weekends=True)
    now = datetime(*at, tzinfo=BERLIN).astimezone(UTC)  # type: ignore[misc, arg-type]
    assert not_before(now, quiet, BERLIN) == datetime(*free, tzinfo=BERLIN)  # type: ignore[misc, arg-type]


@given(
    st.integers(0, 365 * 24 * 60).map(lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)),
    st.builds(Quiet, st.integers(0, 1439), st.integers(0, 1439), st.booleans()),
)
def test_a_mail_is_put_off_by_days_at_most_and_never_into_quiet(now: datetime, quiet: Quiet) -> None:
    at = not_before(now, quiet, BERLIN)
    assert 0 <= (at - now).total_seconds() <= 4 * 86_400
    assert not_before(at, quiet, BERLIN) == at
