"""Names compared in any case, on either engine.

SQLite makes small letters of A to Z alone, and so does PostgreSQL in some locales. So a name is compared with every way in
which its other letters are commonly written: small, capital, and capital at the beginning of a word.
"""

from string import ascii_lowercase, ascii_uppercase
from typing import Any

from sqlalchemy import ColumnElement, func, or_

from core_psa.db.base import RawText

_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def same(column: Any, name: str) -> ColumnElement[bool]:
    """Whether the column holds this name, in any case."""
    return _lowered(column).in_(_spellings(name))


def holds(column: Any, words: str) -> ColumnElement[bool]:
    """Whether these words stand in the column, in any case."""
    return or_(*(_lowered(column).contains(spelt, autoescape=True) for spelt in _spellings(words)))


def begins(column: Any, words: str) -> ColumnElement[bool]:
    """Whether the column begins with these words, in any case."""
    return or_(*(_lowered(column).startswith(spelt, autoescape=True) for spelt in _spellings(words)))


def _lowered(column: Any) -> ColumnElement[str]:
    # Typed, so that what it is compared with is written as stored text is, whatever characters somebody sends.
    return func.lower(column, type_=RawText())


def _spellings(words: str) -> list[str]:
    ways = (words.lower(), words, words.title(), words.upper())
    return list(dict.fromkeys(way.translate(_SMALL) for way in ways))
