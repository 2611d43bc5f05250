"""What holds for every text: it never raises, never empties what could be seen, and takes no longer than its length allows."""

import time
import unicodedata
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core_psa.intake.cleaning import clean, clean_body
from core_psa.intake.cleaning.text import SUBJECT_LIMIT, TEXT_LIMIT

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=[]), max_size=200)

# Pieces of mails, to be put together in every order.
PIECES = [
    "Hello,", "The scanner in room 12 is offline.", "ORA-00942 at com.halden.Scan.run(Scan.java:9)", "", "> quoted words of somebody", "--",
    "Regards,", "Mira", "Thanks", "From: Mira", "Sent: Tuesday", "To: Desk", "Subject: Scanner", "On 3 Mar 2026 at 09:14, Mira wrote:",
    "-----Original Message-----", "---------- Forwarded message ---------", "[EXTERNAL]", "Sent from my iPhone", "- no light",
    "CAUTION: This email originated from outside the organization. Do not click links.", "see below", "<div>", "</div>", "\0", "________",
    "This e-mail is confidential and intended for the intended recipient only.", "On 3 Mar 2026 at 09:14, Mira", "<m@h.example> wrote:",
]  # fmt: skip
MAILS = st.lists(st.sampled_from(PIECES), max_size=25).map("\n".join)


def has_something_to_see(text: str) -> bool:
    return any(
        unicodedata.category(character)[0] in "LNPS"
        for character in text
        if character not in "\u115f\u1160\u3164\uffa0"
    )


@given(st.one_of(ANY_TEXT, MAILS), st.one_of(ANY_TEXT, MAILS))
@settings(max_examples=300, deadline=None)
def test_what_could_be_seen_never_becomes_nothing(subject: str, body: str) -> None:
    assert bool(clean_body(body)) >= has_something_to_see(body)
    assert bool(clean(subject, body)) >= has_something_to_see(subject + body)


@given(st.one_of(ANY_TEXT, MAILS))
@settings(max_examples=300, deadline=None)
def test_what_was_cleaned_can_be_stored_and_compared(body: str) -> None:
    text = clean_body(body)
    text.encode()
    assert text == unicodedata.normalize("NFC", text)
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in text if character != "\n")
    assert "  " not in text
    assert "\n\n\n" not in text


@given(st.lists(st.sampled_from([piece for piece in PIECES if piece.isascii()]), max_size=25))
@example(["The scanner is offline.", "", "Regards,", "Mira"])
@settings(max_examples=300, deadline=None)
def test_cleaning_only_ever_takes_words_away(lines: list[str]) -> None:
    body = "\n".join(lines)
    assert Counter(clean_body(body).split()) <= Counter(body.replace("\0", "").split())


@given(
    st.lists(
        st.sampled_from(["Printer 4 is offline.", "It beeps twice.", "- no light", "", "Error 0x80070005"]),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(["", "Regards,\nMira", "On 3 Mar 2026 at 09:14, Mira wrote:\n> quoted", "-- \nMira"]),
)
def test_cleaning_a_clean_text_changes_nothing(lines: list[str], tail: str) -> None:
    once = clean_body("\n".join([*lines, "", tail]))
    assert clean_body(once) == once


LONG = {
    "one word": "x" * 100_000,
    "ten megabytes of one word": "x" * 10_000_000,
    "ten megabytes of words": "word " * 2_000_000,
    "quoted lines": "> hello there my friend\n" * 100_000,
    "quote marks": ">" * 1_000_000,
    "empty lines": "x" + "\n" * 10_000_000 + "y",
    "NULs": "\0" * 10_000_000 + "x",
    "halves of pairs": "\ud800" * 1_000_000 + "x",
    "combining marks": "a" + "\u0301\u0323" * 1_000_000,
    "headers": "From: a\nSent: b\nTo: c\nSubject: d\n" * 20_000,
    "first lines of headers": "From: a\n" * 100_000,
    "attributions": "On Tue 12:00 a@b.example wrote:\n" * 50_000,
    "attributions without a date": "On and on he wrote:\n" * 50_000,
    "closings": "Thanks\n" * 100_000,
    "disclaimers": "This email is confidential.\n\n" * 20_000,
    "sentences": "This email. " * 50_000 + "confidential, privileged",
    "opened comments": "<html>" + "<!--" * 1_000_000,
    "opened tags": "<div>" + "<a " * 1_000_000 + ">",
    "nested quotes": "<html>" + "<blockquote type=cite>" * 20_000,
    "styles": "<html>" + "<style>" * 50_000,
    "paragraphs": "<html>" + "<p>hello there</p>" * 500_000,
    "inline images": "[cid:" * 1_000_000,
    "colons": "a" * 20 + ":" * 1_000_000,
    "dated senders": "2026-03-03 10:00 " + "<a@" * 100_000 + ":",
    "lines of dated senders": ("2026-03-03 10:00 " + "<a@" * 90 + ":\n") * 200,
    "prefixes": "Re: " * 100_000,
    "tags": "[external] " * 100_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_and_hostile_texts_take_their_length_and_no_more(text: str) -> None:
    started = time.process_time()
    cleaned = clean(text, text)
    assert time.process_time() - started < 2
    assert 0 < len(cleaned) <= SUBJECT_LIMIT + 1 + TEXT_LIMIT
