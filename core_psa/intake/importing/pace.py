"""How many rows one transaction takes, so that nobody who answers a caller waits long for their turn to write."""

from sqlalchemy.orm import Session

# Seconds a transaction may take: while others write too, and while nobody does.
_SHARED, _ALONE = 0.015, 0.100
# How long after somebody else's write the file counts as shared.
_REMEMBERED = 100
_FEWEST, _MOST = 50, 2_000


class Pace:
    """`rows` is the size of the next batch."""

    def __init__(self) -> None:
        self.rows = 200
        self._version: int | None = None
        self._since_others = 0

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
        allowed = _SHARED if self._since_others < _REMEMBERED else _ALONE
        wanted = rows * allowed / max(seconds, 0.000_1)
        self.rows = int(min(max(wanted, self.rows * 0.5, _FEWEST), self.rows * 1.5, _MOST))
