"""The secrets of access that are stored to be read back: of authenticators and of identity providers."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core_psa.access.tables import IdentityProvider, SecondFactor
from core_psa.db import Work
from core_psa.db.secrets import is_sealed, opened, seal
from core_psa.errors import StoreUnavailable

_KEPT: tuple[InstrumentedAttribute[str], ...] = (SecondFactor.secret, IdentityProvider.client_secret)


def seal_all(w: Work) -> int:
    """Seals what an earlier version of the program left in clear; returns how many."""
    clear = [(row, name) for row, name in _rows(w.session) if not is_sealed(getattr(row, name))]
    for row, name in clear:
        setattr(row, name, seal(w.session, getattr(row, name)))
    w.session.flush()
    return len(clear)


def kept(session: Session) -> dict[str, int]:
    """How many secrets there are by how they stand: clear, sealed, and lost to this key."""
    counted = {"clear": 0, "sealed": 0, "lost": 0}
    for row, name in _rows(session):
        counted[_standing(session, getattr(row, name))] += 1
    return counted


def _standing(session: Session, stored: str) -> str:
    if not is_sealed(stored):
        return "clear"
    try:
        opened(session, stored)
    except StoreUnavailable:
        return "lost"
    return "sealed"


def _rows(session: Session) -> Iterator[tuple[Any, str]]:
    for column in _KEPT:
        for row in session.scalars(select(column.class_).where(column != "")):
            yield row, column.key
