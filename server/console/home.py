"""The home page: what waits for this agent, most pressing first. Every figure leads to the tickets behind it."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.responses import Response

from core_psa.reads import home as reads
from core_psa.reads.suggested import suggested
from core_psa.tickets.approvals import store as approvals
from server.console.router import page_router
from server.console.session import Console
from server.console.views import page

router = page_router()


@router.get("/")
def home_page(visit: Console) -> Response:
    now = visit.db.clock.now()
    with visit.db.read() as session:
        shown = reads.home(session, visit.viewer, now, _start_of_day(now, visit.zone, days=1))
        ids = [row.id for row in (*shown.mine.items, *shown.loose.items)]
        return page(
            visit,
            "home.html",
            shown=shown,
            suggested=suggested(session, ids),
            greeting=_greeting(now.astimezone(visit.zone).hour),
            loose_link=_loose(visit.viewer.team_ids),
            now=now,
        )


@router.get("/home/figures")
def figures(visit: Console) -> Response:
    """What is counted over the whole desk, as a part of the page."""
    now = visit.db.clock.now()
    today = _start_of_day(now, visit.zone)
    with visit.db.read() as session:
        counted = reads.figures(session, visit.viewer, today)
    return page(
        visit,
        "home/figures.html",
        counted=counted,
        loose_link=_loose(visit.viewer.team_ids),
        opened=_link(state="all", created_after=today),
        resolved=_link(state="done", sort="-updated", resolved_after=today),
        worked=_link(state="all", worked_by="me", worked_after=today),
    )


@router.get("/home/desk")
def desk(visit: Console) -> Response:
    """How the teams and the suggestions stand, as a part of the page."""
    now = visit.db.clock.now()
    with visit.db.read() as session:
        return page(
            visit,
            "home/desk.html",
            teams=reads.teams(session, visit.viewer),
            acceptance=reads.acceptance(session, visit.viewer, now),
            weeks=reads.ACCEPTANCE_WEEKS,
            decided_after=(now - timedelta(weeks=reads.ACCEPTANCE_WEEKS)).isoformat(),
        )


@router.get("/approvals")
def approvals_page(visit: Console, all: str = "", cursor: str | None = None) -> Response:
    """What this agent is asked to approve; with `all` everything they are or were asked, and may see asked."""
    mine = not all
    with visit.db.read() as session:
        found = approvals.approval_page(session, visit.viewer, cursor, mine=mine, state="pending" if mine else None)
        rows = reads.waiting(session, visit.viewer, found.rows)
        names = {row.id: approvals.approver_name(session, row) for row in found.rows}
    return page(visit, "approvals.html", rows=rows, names=names, mine=mine, next_cursor=found.next_cursor)


def _start_of_day(now: datetime, zone: ZoneInfo, days: int = 0) -> datetime:
    local = now.astimezone(zone) + timedelta(days=days)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _greeting(hour: int) -> str:
    return "Good morning" if 4 <= hour < 12 else "Good afternoon" if hour < 18 and hour >= 12 else "Good evening"


def _loose(team_ids: frozenset[int]) -> str:
    return _link(**({"team": "mine"} if team_ids else {}), assignee="none", sort="due")


def _link(**parameters: str | datetime) -> str:
    plain = {n: v.isoformat() if isinstance(v, datetime) else v for n, v in parameters.items()}
    return f"/queue?{urlencode(plain)}"
