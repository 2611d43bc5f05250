"""How promises were kept, as a page and as a file to take away; every figure leads to the tickets behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from core_psa.audit import actions as audit
from core_psa.db.paging import encode, place
from core_psa.errors import Invalid
from core_psa.reads.sla_report import BY, Line, SlaReport, offered, sla_report
from core_psa.sla.clocks import KINDS
from server.console.forms import day_of
from server.console.queue_query import QueueQuery
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page
from server.csv_file import csv_file
from server.period import USUAL_DAYS, Period

ADDRESS = "/reports/service-levels"
router = page_router(ADDRESS)

# The lengths that are one click away.
DAYS = (7, 14, USUAL_DAYS, 90)
NAMES = {"customer": "Customer", "priority": "Priority", "team": "Team", "assignee": "Agent"}
_LINES = 100


@dataclass(frozen=True)
class Asked:
    """What the report is made by, and of which days; `trouble` is why they are not the days that were asked for."""

    visit: Visit
    by: str
    period: Period
    trouble: str = ""

    @classmethod
    def read(cls, visit: Visit, by: str, since: str, until: str) -> "Asked":
        by, today = by if by in BY else "priority", _today(visit)
        try:
            return cls(visit, by, Period.of(day_of(since), day_of(until), today))
        except Invalid as error:
            return cls(visit, by, Period.of(None, None, today), error.errors[0].message)

    def report(self) -> SlaReport:
        with self.visit.db.read() as session:
            return sla_report(session, self.visit.viewer, self.by, *self._instants())

    def address(self, place: str = ADDRESS, /, **changes: object) -> str:
        standing = {"by": self.by, "since": self.period.first, "until": self.period.last}
        return f"{place}?{urlencode({**standing, **changes})}"

    def lengths(self) -> list[tuple[int, str, bool]]:
        """The usual lengths up to today: days, address, whether it is the one shown."""
        today = _today(self.visit)
        periods = [(days, Period(today - timedelta(days=days - 1), today)) for days in DAYS]
        return [(days, self.address(since=p.first, until=p.last), p == self.period) for days, p in periods]

    def behind(self, line: Line | None = None, kind: str = "", verdict: str = "") -> str:
        """The tickets behind a figure, of one line or of all, as the queue shows them."""
        whose = {self.by: str(line.id) if line.id else "none"} if line else {}
        promise = {"promise": f"{kind}:{verdict}"} if kind else {}
        since, before = self._instants()
        days = {"created_after": since.isoformat(), "created_before": before.isoformat()}
        return QueueQuery(tab="all").url(**whose, **promise, **days)

    def _instants(self) -> tuple[datetime, datetime]:
        return self.period.begins(self.visit.zone), self.period.ends(self.visit.zone)


@router.get("")
def report_page(
    visit: Console, by: str = "priority", since: str = "", until: str = "", cursor: str | None = None
) -> Response:
    asked = Asked.read(visit, by, since, until)
    found, start = asked.report(), _start(cursor)
    end = start + _LINES
    return page(
        visit,
        "reports/service_levels.html",
        status=422 if asked.trouble else 200,
        asked=asked,
        groups=[(by, NAMES[by]) for by in offered(visit.viewer)],
        lines=found.lines[start:end],
        whole=found.whole,
        kinds=KINDS,
        next_cursor=encode([end]) if end < len(found.lines) else None,
        first=start == 0,
        name=NAMES[asked.by],
    )


@router.get("/export.csv")
def export(visit: Console, by: str = "priority", since: str = "", until: str = "") -> Response:
    """Every line of the report; that it was taken is itself written down."""
    visit.viewer.require("tickets.export")
    asked = Asked.read(visit, by, since, until)
    found = asked.report()
    with visit.db.work() as w:
        audit.record(w, visit.viewer, "exported", "service level report", None)
    figures = [f"{kind} {what}" for kind in KINDS for what in ("met", "missed", "not decided", "share met")]
    return csv_file(f"service-levels-by-{asked.by}", (NAMES[asked.by], "tickets", *figures), _rows(found))


def _rows(found: SlaReport) -> Iterator[tuple[object, ...]]:
    for line in found.lines:
        figures = [(k.met, k.missed, k.running, k.share) for k in line.kept.values()]
        yield line.name or "none", line.tickets, *(figure for each in figures for figure in each)


def _start(cursor: str | None) -> int:
    try:
        return place(cursor)
    except Invalid:  # a cursor of another day's link
        return 0


def _today(visit: Visit) -> date:
    return visit.db.clock.now().astimezone(visit.zone).date()
