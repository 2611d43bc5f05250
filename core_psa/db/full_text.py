"""From what a person types to what FTS5 and PostgreSQL's tsquery understand.

FTS5's tokenizer drops accents and punctuation by itself. On PostgreSQL the function `words_of`, made by a migration, does
it to what is stored, and `ts_query` to what is looked for.
"""

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy.orm import Session

# More words than anybody types; every one of them is looked up.
_MOST_TERMS, _LONGEST_TERM = 20, 100
_TYPED = re.compile(r'"([^"]*)"|([^\s"]+)')
_QUOTES = str.maketrans("“”„«»", '"""""')
_ACCENTS = re.compile("[\u0300-\u036f]+")


def terms(words: str) -> list[str]:
    """The words to look for; what is typed in quotes, or holds punctuation, is several words that follow each other.

    Without anything that either engine would take for an operator.
    """
    typed = (found[1] or found[2] or "" for found in _TYPED.finditer(words.translate(_QUOTES)))
    plain = (" ".join("".join(c if _is_written(c) else " " for c in each[:_LONGEST_TERM]).split()) for each in typed)
    return [term for term in plain if any(c.isalnum() for c in term)][:_MOST_TERMS]


def _is_written(character: str) -> bool:
    """Letters and digits, and the marks that many scripts write vowels with."""
    return character.isalnum() or unicodedata.category(character).startswith("M")


def fts_query(
    terms: Sequence[str], *, beginning: bool, begun: Sequence[str] = (), every: bool = True, among: str = ""
) -> str:
    """For FTS5: all of the terms or any of them, the last one possibly a beginning, of the words `begun` if these are known;
    `among` names columns, all by default."""
    if not terms:
        return '""'
    *first, last = [f'"{term}"' for term in terms]
    if begun:
        last = "(" + " OR ".join(f'"{word}"' for word in begun) + ")"
    elif beginning:
        last += "*"
    wanted = (" AND " if every else " OR ").join([*first, last])
    return f"{{{among}}} : ({wanted})" if among else wanted


def ts_query(terms: Sequence[str], *, beginning: bool, every: bool = True, among: str = "") -> str:
    """The same for `to_tsquery`; `among` are weights."""
    if not terms:
        return ""
    between = " & " if every else " | "
    last = ("*" if beginning else "") + among
    labels = [among] * (len(terms) - 1) + [last]
    pairs = zip(terms, labels, strict=True)
    return between.join(f"'{unaccented(term)}'{':' + label if label else ''}" for term, label in pairs)


def unaccented(term: str) -> str:
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", term))).lower()


def on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
