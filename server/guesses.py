"""Holding back whoever tries one secret address after another, by where they come from."""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from core_psa.access.rules import hold_after
from core_psa.errors import TooManyAttempts

_FORGOTTEN_AFTER = timedelta(hours=1)
_MOST = 10_000


class Guesses:
    """Counts wrong guesses per address in this process: the first few cost nothing, then each costs twice the time, as at
    sign-in. An hour of quiet forgives."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._wrong: OrderedDict[str, tuple[int, datetime, datetime]] = OrderedDict()

    def must_wait(self, address: str, now: datetime) -> None:
        """Raises TooManyAttempts."""
        with self._lock:
            _, _, held_until = self._wrong.get(address, (0, now, now))
        if held_until > now:
            raise TooManyAttempts(int((held_until - now).total_seconds()) + 1)

    def wrong(self, address: str, now: datetime) -> None:
        with self._lock:
            failures, last, _ = self._wrong.pop(address, (0, now, now))
            failures = 1 if now - last > _FORGOTTEN_AFTER else failures + 1
            self._wrong[address] = (failures, now, now + hold_after(failures))
            while len(self._wrong) > _MOST:
                self._wrong.popitem(last=False)
