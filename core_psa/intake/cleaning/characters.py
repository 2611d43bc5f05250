"""Characters: what cannot be seen goes, what looks the same becomes the same."""

import re
from unicodedata import normalize

# Controls, soft hyphen, zero-width and direction marks, tags, and halves of surrogate pairs.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]+"
)
_ASCII_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Ordering a run of combining marks takes the square of its length, so no more than this is normalised at a time.
_WORD = re.compile(r"\S{1,256}")


def visible(text: str) -> str:
    """The text without its invisible characters and the white space around it, lines ended by newlines."""
    if not text.isascii() or _ASCII_CONTROL.search(text):
        text = _LINE_BREAK.sub("\n", _INVISIBLE.sub("", text))
    return text.strip()


def composed(text: str) -> str:
    """The text in Unicode normal form C."""
    if text.isascii():
        return text
    return _WORD.sub(lambda word: normalize("NFC", word[0]), text)


def folded_lines(text: str) -> list[str]:
    """The lines with every run of white space as one space; no two empty lines in a row, none at either end."""
    return without_gaps([" ".join(line.split()) for line in text.split("\n")])


def without_gaps(lines: list[str]) -> list[str]:
    """The lines without a second empty one in a row, or one at either end."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    if kept and not kept[-1]:
        kept.pop()
    return kept
