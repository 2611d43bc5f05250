"""The place in a text where the words stand that somebody looked for."""

import re
import unicodedata
from collections.abc import Sequence

Piece = tuple[str, bool]


def excerpt(text: str, words: Sequence[str], length: int = 220) -> list[Piece]:
    """A piece of the text around the first of these words, cut into (piece, whether it was looked for)."""
    folded = _folded(text)
    wanted = "|".join(re.escape(_folded(word)) for word in words)
    found = list(re.finditer(rf"\b(?:{wanted})\w*" if wanted else r"(?!)", folded))
    start = max(0, found[0].start() - length // 3) if found else 0
    start = folded.rfind(" ", 0, start) + 1 if start else 0
    end = min(len(text), start + length)
    pieces: list[Piece] = [("…", False)] if start else []
    at = start
    for match in (m for m in found if start <= m.start() < end):
        pieces += [(text[at : match.start()], False), (text[match.start() : match.end()], True)]
        at = match.end()
    pieces.append((text[at:end] + ("…" if end < len(text) else ""), False))
    return [piece for piece in pieces if piece[0]]


def _folded(text: str) -> str:
    """As search compares: without case and accents, and of the same length, so that places stay where they are."""
    return "".join(_folded_character(c) for c in text)


def _folded_character(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)[:1].lower()
    return base if len(base) == 1 else character
