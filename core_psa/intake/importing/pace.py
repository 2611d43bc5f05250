"""How many rows one transaction takes, so that nobody who answers a caller waits long for their turn to write."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

# Seconds a transaction may take: while others write too, and while nobody does.
_SHARED, _ALONE = 0.010, 0.100
# How long after somebody else's write the file counts as shared.
_REMEMBERED = 100
_FEWEST, _MOST = 50, 5_000
# Seconds of our own writing after which the write-ahead log is moved into the file while nobody else writes: pages written
# again and again move only once. Others' commits would move a log that has grown, so while they write it is kept short.
_CHECKPOINT_AFTER = 1.0

# New objects after which Python looks for rings among them, which rows never are: a batch is some tens of thousands.
_COLLECT_AFTER = 500_000


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Looking through a batch again and again while it is made costs a tenth of the import."""
    before = gc.get_threshold()
    gc.set_threshold(_COLLECT_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Pace:
    """`rows` is the size of the next batch."""

    def __init__(self) -> None:
        self.rows = 200
        self._version: int | None = None
        self._since_others = 0
        self._unmoved = 0.0

    def watch(self, session: Session) -> None:
        """Looks, in our own transaction, whether another connection has written since the last one."""
        if session.get_bind().dialect.name != "sqlite":
            self._since_others = _REMEMBERED  # PostgreSQL's writers do not wait for each other
            return
        version = session.connection().exec_driver_sql("PRAGMA data_version").scalar()
        self._since_others = self._since_others + 1 if version == self._version else 0
        self._version = version

    def took(self, rows: int, seconds: float) -> None:
        """Aims the next batch at the time it may take, in steps that one slow disk write cannot upset."""
        self._unmoved += seconds
        allowed = _SHARED if self.shared else _ALONE
        wanted = rows * allowed / max(seconds, 0.000_1)
        self.rows = int(min(max(wanted, self.rows * 0.5, _FEWEST), self.rows * 1.5, _MOST))

    def checkpoint_due(self) -> bool:
        due = self.shared or self._unmoved > _CHECKPOINT_AFTER
        if due:
            self._unmoved = 0.0
        return due

    @property
    def shared(self) -> bool:
        """Whether others write too."""
        return self._since_others < _REMEMBERED
