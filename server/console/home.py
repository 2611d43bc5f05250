"""The home page: what waits for this agent, and how triage is doing. Every figure leads to the tickets behind it."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from core_psa.reads.home import ACCEPTANCE_WEEKS, home
from core_psa.reads.suggested import suggested
from server.console.session import Console
from server.console.views import page

router = APIRouter()


@router.get("/")
def home_page(visit: Console) -> Response:
    now = visit.db.clock.now()
    today = _start_of_day(now, visit.zone)
    with visit.db.read() as session:
        shown = home(session, visit.viewer, now, today)
        ids = [row.id for row in (*shown.mine, *shown.unassigned)]
        return page(
            visit,
            "home.html",
            shown=shown,
            suggested=suggested(session, ids),
            greeting=_greeting(now.astimezone(visit.zone).hour),
            opened=_link(state="all", created_after=today),
            resolved=_link(state="done", sort="-updated", resolved_after=today),
            worked=_link(state="all", worked_by="me", worked_after=today),
            decided_after=(now - timedelta(weeks=ACCEPTANCE_WEEKS)).isoformat(),
            weeks=ACCEPTANCE_WEEKS,
            now=now,
        )


def _start_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _greeting(hour: int) -> str:
    return "Good morning" if 4 <= hour < 12 else "Good afternoon" if hour < 18 and hour >= 12 else "Good evening"


def _link(**parameters: str | datetime) -> str:
    plain = {n: v.isoformat() if isinstance(v, datetime) else v for n, v in parameters.items()}
    return f"/queue?{urlencode(plain)}"
