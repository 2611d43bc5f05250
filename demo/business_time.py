"""Business minutes of one calendar, compiled once to sorted instants so that adding them is a bisection."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from demo.shapes import Calendar


class BusinessTime:
    """Open hours of `calendar` from `first` to `last`, both days included."""

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        zone = ZoneInfo(calendar.time_zone)
        closed = {holiday.day for holiday in calendar.holidays}
        self._opens: list[datetime] = []
        self._worked: list[float] = [0.0]
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            for window in calendar.windows:
                if window.weekday == day.weekday() and day not in closed:
                    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
                    self._add((midnight + timedelta(minutes=window.start)).astimezone(UTC), window.end - window.start)

    def _add(self, opens: datetime, minutes: int) -> None:
        self._opens.append(opens)
        self._worked.append(self._worked[-1] + minutes)

    def minutes_until(self, at: datetime) -> float:
        """Business minutes from the first opening to `at`."""
        index = bisect_right(self._opens, at) - 1
        if index < 0:
            return 0.0
        inside = (at - self._opens[index]).total_seconds() / 60
        return min(self._worked[index] + inside, self._worked[index + 1])

    def after(self, at: datetime, minutes: float) -> datetime:
        """The instant when `minutes` of business time have passed since `at`; the last window never closes."""
        target = self.minutes_until(at) + minutes
        index = min(bisect_right(self._worked, target) - 1, len(self._opens) - 1)
        return self._opens[index] + timedelta(minutes=target - self._worked[index])
