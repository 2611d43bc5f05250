"""Recording time, inside the transaction of the work it was spent on."""

from datetime import datetime

from core_psa.db import Work
from core_psa.errors import FieldError, Invalid
from core_psa.time_tracking.tables import TimeEntry
from core_psa.viewer import Viewer

MOST_MINUTES = 24 * 60


def record_time(
    w: Work,
    viewer: Viewer,
    ticket_id: int,
    minutes: int,
    *,
    start: datetime | None = None,
    charge_type: str = "billable",
    note: str = "",
) -> TimeEntry:
    """One entry of 1 to MOST_MINUTES minutes, raw; without a start it is this moment."""
    if not 0 < minutes <= MOST_MINUTES:
        raise Invalid(FieldError("minutes", f"{minutes} is outside 1 to {MOST_MINUTES}"))
    entry = TimeEntry(
        ticket_id=ticket_id,
        agent_id=viewer.agent_id,
        started_at=start or w.now,
        minutes=minutes,
        charge_type=charge_type,
        note=note,
    )
    w.session.add(entry)
    w.session.flush()
    return entry
