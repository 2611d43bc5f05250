"""Where a ticket stands at the end of the generated year."""

from datetime import datetime, timedelta
from random import Random

from demo.business_time import BusinessTime
from demo.randomness import lognormal
from demo.resolution import Ending

CLOSED_AFTER = timedelta(days=3)
FIRST_LOOK_MINUTES = {"P1": 10.0, "P2": 90.0, "P3": 420.0, "P4": 700.0}
IN_TRIAGE_SHARE = 0.14
WAITING_ON_CUSTOMER_SHARE = 0.65


def status(
    rng: Random, hours: BusinessTime, *, created_at: datetime, severity: str, end: Ending, until: datetime
) -> str:
    """One of the desk's statuses; New means that nobody has read it."""
    if end.at <= until:
        return "Closed" if until - end.at > CLOSED_AFTER else "Resolved"
    unread = hours.minutes_until(until) - hours.minutes_until(created_at)
    if unread < lognormal(rng, FIRST_LOOK_MINUTES[severity], 0.9):
        return "New"
    if end.waited:
        return "Waiting on Customer" if rng.random() < WAITING_ON_CUSTOMER_SHARE else "Waiting on Vendor"
    return "In Triage" if rng.random() < IN_TRIAGE_SHARE else "In Progress"
