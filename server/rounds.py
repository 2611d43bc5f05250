"""What the desk does to tickets by the clock: brings back, opens and closes what has come due. Each may run at any time."""

from collections.abc import Sequence

import structlog

from core_psa.db import Database
from core_psa.desk import auto_close, snooze
from core_psa.intake.recurring import actions as recurring
from server.jobs import Scheduled

log = structlog.get_logger()

_EVERY_MINUTE = "20 * * * * *"
_EVERY_MINUTE_TOO = "40 * * * * *"
_EVERY_QUARTER = "0 */15 * * * *"


class Rounds:
    """The schedules over an opened store. What goes wrong with one ticket is logged and tried again the next time."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def schedules(self) -> Sequence[Scheduled]:
        return [
            Scheduled("snoozed", _EVERY_MINUTE, self.wake_snoozed),
            Scheduled("recurring", _EVERY_MINUTE_TOO, self.open_recurring),
            Scheduled("auto-close", _EVERY_QUARTER, self.close_silent),
        ]

    def wake_snoozed(self) -> None:
        woken = snooze.wake_due(self._db)
        if woken.tickets:
            log.info("snoozed.woken", tickets=len(woken.tickets))
        for ticket_id, why in woken.failed.items():
            log.warning("snoozed.failed", ticket=ticket_id, why=why)

    def open_recurring(self) -> None:
        opened = recurring.open_due(self._db)
        if opened.tickets:
            log.info("recurring.opened", tickets=len(opened.tickets))
        for recurring_id, why in opened.failed.items():
            log.warning("recurring.failed", recurring=recurring_id, why=why)

    def close_silent(self) -> None:
        scan = auto_close.scan(self._db)
        log.info("auto_close.scanned", planned=scan.planned, warned=len(scan.warned), closed=len(scan.closed))
        for ticket_id, why in scan.failed:
            log.warning("auto_close.failed", ticket=ticket_id, why=why)
