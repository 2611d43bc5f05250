"""The home page: what waits for this agent, and how triage is doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.organisation.tables import Team
from core_psa.reads.notified import Told, unread_mentions
from core_psa.reads.queue import QueueFilter, QueueRow, count, queue
from core_psa.suggestions import store as suggestions
from core_psa.suggestions.tables import Decision
from core_psa.tickets import store
from core_psa.tickets.tables import Ticket
from core_psa.time_tracking.tables import TimeEntry
from core_psa.viewer import Viewer

_SHOWN = 8
ACCEPTANCE_WEEKS = 4


@dataclass(frozen=True)
class TeamQueue:
    team_id: int
    team: str
    unsolved: int
    unassigned: int


@dataclass(frozen=True)
class Acceptance:
    """What people decided about one field's suggestions in the last weeks."""

    field: str
    accepted: int
    overridden: int


@dataclass(frozen=True)
class Home:
    mine: Sequence[QueueRow]
    mine_total: int
    unassigned: Sequence[QueueRow]
    unassigned_total: int
    unassigned_is_floor: bool
    unsolved_total: int
    unsolved_is_floor: bool
    opened_today: int
    resolved_today: int
    minutes_today: int
    waiting_for_triage: int
    at_risk: int
    overdue: int
    mentions: Sequence[Told]
    teams: Sequence[TeamQueue]
    acceptance: Sequence[Acceptance]


def home(session: Session, viewer: Viewer, now: datetime, today: datetime) -> Home:
    """`today` is the start of the viewer's day."""
    mine = queue(session, viewer, QueueFilter(state="unsolved", assignee=viewer.id or 0), sort="priority", limit=_SHOWN)
    loose = queue(session, viewer, QueueFilter(state="unsolved", assignee="none"), sort="-created", limit=_SHOWN)
    unsolved, is_floor = count(session, viewer, QueueFilter(state="unsolved"))
    opened, _ = count(session, viewer, QueueFilter(created_after=today))
    whole_desk = viewer.may("tickets.see_all")
    return Home(
        mine=mine.items,
        mine_total=mine.total,
        unassigned=loose.items,
        unassigned_total=loose.total,
        unassigned_is_floor=loose.total_is_floor,
        unsolved_total=unsolved,
        unsolved_is_floor=is_floor,
        opened_today=opened,
        resolved_today=_resolved_since(session, viewer, today),
        minutes_today=_minutes_since(session, viewer, today),
        waiting_for_triage=suggestions.waiting_count(session) if whole_desk else 0,
        at_risk=count(session, viewer, QueueFilter(state="unsolved", sla="at_risk"))[0],
        overdue=count(session, viewer, QueueFilter(state="unsolved", sla="breached"))[0],
        mentions=unread_mentions(session, viewer, _SHOWN),
        teams=_teams(session, viewer),
        acceptance=_acceptance(session, now - timedelta(weeks=ACCEPTANCE_WEEKS)) if whole_desk else (),
    )


def _resolved_since(session: Session, viewer: Viewer, since: datetime) -> int:
    recently = select(func.count()).where(
        Ticket.state == "done", Ticket.updated_at >= since, Ticket.resolved_at >= since, store.visible(viewer)
    )
    return session.scalar(recently) or 0


def _minutes_since(session: Session, viewer: Viewer, since: datetime) -> int:
    own = select(func.sum(TimeEntry.minutes)).where(
        TimeEntry.agent_id == viewer.agent_id, TimeEntry.started_at >= since
    )
    return int(session.scalar(own) or 0)


def _teams(session: Session, viewer: Viewer) -> list[TeamQueue]:
    unassigned = func.count().filter(Ticket.assignee_id.is_(None))
    query = (
        select(Team.id, Team.name, func.count(), unassigned)
        .join(Ticket, Ticket.team_id == Team.id)
        .where(store.unsolved(), store.visible(viewer))
        .group_by(Team.id, Team.name)
        .order_by(func.count().desc())
    )
    return [TeamQueue(i, name, total, loose) for i, name, total, loose in session.execute(query)]


def _acceptance(session: Session, since: datetime) -> list[Acceptance]:
    query = select(Decision.field, Decision.kind, func.count()).where(Decision.at >= since)
    counts: dict[str, dict[str, int]] = {}
    for field, kind, number in session.execute(query.group_by(Decision.field, Decision.kind)):
        counts.setdefault(field, {})[kind] = number
    return [Acceptance(f, c.get("accepted", 0), c.get("overridden", 0)) for f, c in sorted(counts.items())]
