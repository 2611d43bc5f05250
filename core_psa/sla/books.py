"""What the arithmetic needs from the store, read once in a transaction: policies, and calendars in all their versions."""

from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from core_psa.sla import policy_store, store
from core_psa.sla.clocks import BusinessTime, Terms
from core_psa.sla.policy_rules import Policy
from core_psa.sla.rules import CalendarSpec, compile_calendar


class Books:
    """For one transaction, as long as it does not change what was read here."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._policies: dict[int, Policy] = {}
        self._versions: dict[int, int] = {}

    def policy(self, policy_id: int) -> Policy:
        if policy_id not in self._policies:
            self._policies[policy_id] = policy_store.read(self._session, policy_id)
        return self._policies[policy_id]

    def version(self, calendar_id: int) -> int:
        """The present version of a calendar."""
        if calendar_id not in self._versions:
            self._versions[calendar_id] = store.version_of(self._session, calendar_id)
        return self._versions[calendar_id]

    def changes(self, calendar_id: int, version: int) -> list[tuple[datetime, int]]:
        """What became of this version since: (instant, next version), in order."""
        if version == self.version(calendar_id):
            return []
        return store.changes_since(self._session, calendar_id, version)

    def time_of(self, terms: Terms) -> BusinessTime:
        if terms.always_open:
            return real_time()
        return store.compiled(self._session, terms.calendar_id, terms.calendar_version)


@cache
def real_time() -> BusinessTime:
    """Time that never rests."""
    return compile_calendar(CalendarSpec("24x7", "UTC", always_open=True), *store.FIRST_YEARS)
