"""The place in a text where the words stand that somebody looked for."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

# A piece of a text, and whether it was looked for.
Piece = tuple[str, bool]

LENGTH = 220
_BETWEEN = r"[\W_]+"


class Spot(NamedTuple):
    """Which of several texts holds the words best, and an excerpt of it."""

    which: int
    excerpt: list[Piece]


def best_spot(texts: Sequence[str], terms: Sequence[str], told: str = "") -> Spot | None:
    """The text with the most of the terms, the first of equals; none where no text holds any. Terms that stand in `told`,
    which is shown anyway, count less."""
    known = _held(told, terms)
    found = [_held(text, terms) for text in texts]
    best = max(range(len(texts)), key=lambda i: (len(found[i] - known), len(found[i]), -i), default=None)
    return None if best is None or not found[best] else Spot(best, excerpt(texts[best], terms))


def excerpt(text: str, terms: Sequence[str], length: int = LENGTH) -> list[Piece]:
    """A piece of the text around the first of these terms."""
    found = _places(text, terms)
    start = max(0, found[0][0] - length // 3) if found else 0
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = min(len(text), start + length)
    pieces = [("…", False)] if start else []
    pieces += _cut(text, found, start, end)
    return [*pieces, ("…", False)] if end < len(text) else pieces


def marked(text: str, terms: Sequence[str]) -> list[Piece]:
    """The whole text."""
    return _cut(text, _places(text, terms), 0, len(text))


def _cut(text: str, places: Sequence[tuple[int, int]], start: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    at = start
    for first, last in places:
        if start <= first < end:
            pieces += [(text[at:first], False), (text[first:last], True)]
            at = last
    pieces.append((text[at:end], False))
    return [piece for piece in pieces if piece[0]]


def _places(text: str, terms: Sequence[str]) -> list[tuple[int, int]]:
    return [match.span() for match in _pattern(tuple(terms)).finditer(folded(text))] if terms else []


def _held(text: str, terms: Sequence[str]) -> set[str]:
    plain = folded(text)
    return {term for term in terms if _pattern((term,)).search(plain)}


@lru_cache(maxsize=256)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Words that begin so; between the words of one term stands whatever separates words."""
    each = (_BETWEEN.join(map(re.escape, folded(term).split())) for term in terms)
    return re.compile(rf"\b(?:{'|'.join(each)})\w*")


def folded(text: str) -> str:
    """As search compares: without case and accents, and of the same length, so that places stay where they are."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


class _Folded(dict[int, str]):
    """Each character's plain form, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        base = unicodedata.normalize("NFKD", character)[:1].lower()
        self[code] = base if len(base) == 1 else character
        return self[code]


_FOLDED = _Folded()
