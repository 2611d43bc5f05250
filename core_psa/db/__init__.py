"""The engine and the transaction.

`Database.open(url)` gives `work()` (one writing transaction) and `read()` (one reading transaction). Store functions
never commit: leaving `work()` does, an exception rolls back.
"""

from core_psa.db.base import Base, Duration, Instant, Key, RawText
from core_psa.db.database import Database, Work

__all__ = ["Base", "Database", "Duration", "Instant", "Key", "RawText", "Work"]
