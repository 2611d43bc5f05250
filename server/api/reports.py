"""Reports over the API."""

from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import Query

from core_psa.db.paging import DEFAULT_LIMIT, encode, place
from core_psa.organisation.store import desk_timezone
from core_psa.reads.sla_report import Line, SlaReport, sla_report
from core_psa.sla.clocks import Kind
from core_psa.sla.verdicts import Kept
from server.api.deps import Api
from server.api.models import Cursor, Limit, Record
from server.api.router import api_router
from server.period import Period

router = api_router("reports", "/reports")


class KeptOut(Record):
    """Tickets by verdict. `share` is met among met and missed: null, not zero, where nothing is decided."""

    met: int
    missed: int
    running: int
    share: float | None


class LineOut(Record):
    """One customer, priority, team or agent; without an id the tickets that have none."""

    id: int | None
    name: str | None
    tickets: int
    kept: dict[Kind, KeptOut]


class SlaReportOut(Record):
    """`tickets` and `kept` are of the whole period, the items one page of its parts, the most missed first."""

    by: str
    since: date
    until: date
    timezone: str
    tickets: int
    kept: dict[Kind, KeptOut]
    items: list[LineOut]
    next_cursor: str | None


@router.get("/service-levels")
def service_level_report(
    api: Api,
    by: Literal["customer", "priority", "team", "assignee"] = "priority",
    since: Annotated[date | None, Query(description="first day; a month before the last unless given")] = None,
    until: Annotated[date | None, Query(description="last day; today unless given")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> SlaReportOut:
    """How the promises on tickets opened in these days were kept. Days begin by the clock of the desk."""
    start = place(cursor)
    with api.db.read() as session:
        zone = ZoneInfo(desk_timezone(session))
        period = Period.of(since, until, api.now.astimezone(zone).date())
        found = sla_report(session, api.viewer, by, period.begins(zone), period.ends(zone))
    return _told(found, by, period, zone, start, limit)


def _told(found: SlaReport, by: str, period: Period, zone: ZoneInfo, start: int, limit: int) -> SlaReportOut:
    end = start + limit
    return SlaReportOut(
        by=by,
        since=period.first,
        until=period.last,
        timezone=zone.key,
        tickets=found.whole.tickets,
        kept=_kept(found.whole),
        items=[
            LineOut(id=line.id, name=line.name, tickets=line.tickets, kept=_kept(line))
            for line in found.lines[start:end]
        ],
        next_cursor=encode([end]) if end < len(found.lines) else None,
    )


def _kept(line: Line) -> dict[Kind, KeptOut]:
    return {kind: _figures(kept) for kind, kept in line.kept.items()}


def _figures(kept: Kept) -> KeptOut:
    return KeptOut(met=kept.met, missed=kept.missed, running=kept.running, share=kept.share)
