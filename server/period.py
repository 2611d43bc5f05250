"""A stretch of whole days that a report is about, by the clock of whoever asks."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from core_psa.errors import FieldError, Invalid

USUAL_DAYS = 30
USUAL = timedelta(days=USUAL_DAYS - 1)
# The first years of the calendar have no instant in some zones, the last none after them.
_EARLIEST, _LATEST = date(1970, 1, 2), date(2199, 12, 30)


@dataclass(frozen=True)
class Period:
    """From the first moment of one day to the last of another, which may be the same one."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date | None, last: date | None, today: date) -> "Period":
        """Up to today and a month long where nothing else is asked for. Raises Invalid where it ends before it begins."""
        last = last or max(today, first or today)
        first = first or max(last, _EARLIEST + USUAL) - USUAL
        if not _EARLIEST <= first <= last <= _LATEST:
            raise Invalid(FieldError("until", f"must be a day from {first} to {_LATEST}"))
        return cls(first, last)

    def begins(self, zone: tzinfo) -> datetime:
        return datetime.combine(self.first, time.min, zone)

    def ends(self, zone: tzinfo) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time.min, zone)
