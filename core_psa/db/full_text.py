"""From what a person types to what FTS5 and PostgreSQL's tsquery understand."""

from collections.abc import Sequence

from sqlalchemy.orm import Session


def terms(words: str) -> list[str]:
    """The words to look for, without anything that either engine would take for an operator."""
    cleaned = ["".join(c for c in word if c.isalnum() or c in "._-@") for word in words.split()]
    return [term for term in cleaned if any(c.isalnum() for c in term)]


def fts_query(terms: Sequence[str], *, beginning: bool, every: bool = True) -> str:
    """For FTS5: all of the terms or any of them, the last one possibly a beginning."""
    between = " " if every else " OR "
    return between.join(f'"{term}"' for term in terms) + ("*" if beginning else "") if terms else '""'


def ts_query(terms: Sequence[str], *, beginning: bool, every: bool = True) -> str:
    """The same for `to_tsquery`."""
    between = " & " if every else " | "
    return between.join(f"'{term}'" for term in terms) + (":*" if beginning else "") if terms else ""


def on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
