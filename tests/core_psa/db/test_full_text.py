"""What people type becomes words that either engine takes for words and nothing else; what was found is marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_psa.db.excerpts import best_spot, excerpt, marked
from core_psa.db.full_text import terms


@pytest.mark.parametrize(
    ("typed", "looked_for"),
    [
        ("vpn down", ["vpn", "down"]),
        ('"out of office" Müller', ["out of office", "Müller"]),
        ("“out of office”", ["out of office"]),
        ("ada@larkfield.example", ["ada larkfield example"]),
        ("it's C:\\temp", ["it s", "C temp"]),
        ("NEAR(a b) OR -c*", ["NEAR a", "b", "OR", "c"]),
        ('"unended', ["unended"]),
        ("हिन्दी 0x80070005", ["हिन्दी", "0x80070005"]),
        ("\x00 🖨️ -- \" ' %", []),
    ],
)
def test_words_are_taken_from_what_was_typed(typed: str, looked_for: list[str]) -> None:
    assert terms(typed) == looked_for


def test_what_is_looked_for_stays_short() -> None:
    assert len(terms("word " * 3_000)) == 20
    assert terms("x" * 10_000) == ["x" * 100]


def test_an_excerpt_marks_the_words_that_were_looked_for() -> None:
    text = "First. " * 60 + "The Drücker prints blank pages after an update."
    pieces = excerpt(text, ["drucker", "update"])
    assert [piece for piece, looked_for in pieces if looked_for] == ["Drücker", "update"]
    assert pieces[0] == ("…", False)


def test_the_words_of_one_term_are_marked_with_what_stands_between_them() -> None:
    assert marked("Mail of ada@larkfield.example", ["ada larkfield"])[1] == ("ada@larkfield", True)


def test_the_text_with_the_most_of_the_words_is_shown() -> None:
    spot = best_spot(["the vpn", "vpn certificate", "certificate of the vpn"], ["certificate", "vpn"])
    assert spot is not None
    assert spot.which == 1


@given(st.text(max_size=200), st.text(max_size=30))
def test_an_excerpt_holds_nothing_but_the_text(text: str, typed: str) -> None:
    assert "".join(piece for piece, _ in excerpt(text, terms(typed))).strip("…") in text + "…"
