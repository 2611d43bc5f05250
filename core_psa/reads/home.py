"""The home page: what waits for this agent this morning. What has to be counted over the whole desk is asked for apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.dispatch import store as dispatch
from core_psa.organisation.tables import Team
from core_psa.reads.board import Planned, planned
from core_psa.reads.notified import Told, unread_mentions
from core_psa.reads.queue import QueuePage, count, queue
from core_psa.reads.queue_filter import QueueFilter
from core_psa.suggestions import store as suggestions
from core_psa.suggestions.tables import Decision
from core_psa.tickets import store
from core_psa.tickets.approvals import store as approvals
from core_psa.tickets.approvals.tables import Approval
from core_psa.tickets.tables import Ticket
from core_psa.tickets.waiting.store import follow_ups
from core_psa.tickets.waiting.tables import Snooze
from core_psa.time_tracking.tables import TimeEntry
from core_psa.viewer import Viewer

_SHOWN = 8
ACCEPTANCE_WEEKS = 4


@dataclass(frozen=True)
class Waiting:
    """An approval that the viewer can answer; the subject is that of a ticket they may see."""

    row: Approval
    subject: str | None


@dataclass(frozen=True)
class Home:
    """`mine` and `loose` begin with what is due soonest; `loose` is what nobody has in the viewer's teams, or in all of
    them where they are in none. `more_approvals` says that there are others."""

    mine: QueuePage
    loose: QueuePage
    planned: Sequence[Planned]
    follow_ups: Sequence[tuple[Snooze, Ticket]]
    approvals: Sequence[Waiting]
    more_approvals: bool
    mentions: Sequence[Told]


@dataclass(frozen=True)
class Figures:
    mine: int
    loose: int
    at_risk: int
    overdue: int
    opened_today: int
    resolved_today: int
    minutes_today: int
    waiting_for_triage: int


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


def home(session: Session, viewer: Viewer, now: datetime, tomorrow: datetime) -> Home:
    """`tomorrow` is when the viewer's day ends."""
    own = approvals.approval_page(session, viewer, limit=_SHOWN, mine=True, state="pending")
    return Home(
        mine=queue(session, viewer, _mine(viewer), sort="due", limit=_SHOWN),
        loose=queue(session, viewer, _loose(viewer), sort="due", limit=_SHOWN),
        planned=_planned(session, viewer, now, tomorrow),
        follow_ups=follow_ups(session, viewer, tomorrow),
        approvals=waiting(session, viewer, own.rows),
        more_approvals=own.next_cursor is not None,
        mentions=unread_mentions(session, viewer, _SHOWN),
    )


def figures(session: Session, viewer: Viewer, today: datetime) -> Figures:
    """`today` is when the viewer's day began."""
    return Figures(
        mine=count(session, viewer, _mine(viewer))[0],
        loose=count(session, viewer, _loose(viewer))[0],
        at_risk=count(session, viewer, QueueFilter(state="unsolved", sla="at_risk"))[0],
        overdue=count(session, viewer, QueueFilter(state="unsolved", sla="breached"))[0],
        opened_today=count(session, viewer, QueueFilter(created_after=today))[0],
        resolved_today=count(session, viewer, QueueFilter(state="done", resolved_after=today))[0],
        minutes_today=_minutes_since(session, viewer, today),
        waiting_for_triage=suggestions.waiting_count(session) if viewer.may("tickets.see_all") else 0,
    )


def waiting(session: Session, viewer: Viewer, rows: Sequence[Approval]) -> list[Waiting]:
    """These approvals with the subjects of their tickets."""
    ids = {row.ticket_id for row in rows}
    query = select(Ticket.id, Ticket.subject).where(Ticket.id.in_(ids), store.visible(viewer))
    subjects = {ticket_id: subject for ticket_id, subject in session.execute(query)}
    return [Waiting(row, subjects.get(row.ticket_id)) for row in rows]


def _mine(viewer: Viewer) -> QueueFilter:
    return QueueFilter(state="unsolved", assignee=viewer.id or 0, aside=False)


def _loose(viewer: Viewer) -> QueueFilter:
    return QueueFilter(state="unsolved", assignee="none", teams=viewer.team_ids or None, aside=False)


def _planned(session: Session, viewer: Viewer, now: datetime, tomorrow: datetime) -> Sequence[Planned]:
    """The viewer's own appointments of today that are not over."""
    own = dispatch.between(session, [viewer.agent_id or -1], now, tomorrow)
    return planned(session, viewer, own)


def _minutes_since(session: Session, viewer: Viewer, since: datetime) -> int:
    own = select(func.sum(TimeEntry.minutes)).where(
        TimeEntry.agent_id == viewer.agent_id, TimeEntry.started_at >= since
    )
    return int(session.scalar(own) or 0)


def teams(session: Session, viewer: Viewer) -> list[TeamQueue]:
    """Every team with unsolved tickets, the fullest first."""
    unassigned = func.count().filter(Ticket.assignee_id.is_(None))
    query = (
        select(Team.id, Team.name, func.count(), unassigned)
        .join(Ticket, Ticket.team_id == Team.id)
        .where(store.unsolved(), store.visible(viewer))
        .group_by(Team.id, Team.name)
        .order_by(func.count().desc())
    )
    return [TeamQueue(i, name, total, loose) for i, name, total, loose in session.execute(query)]


def acceptance(session: Session, viewer: Viewer, now: datetime) -> list[Acceptance]:
    """Of the last ACCEPTANCE_WEEKS; nothing for those who do not see the whole desk."""
    if not viewer.may("tickets.see_all"):
        return []
    since = now - timedelta(weeks=ACCEPTANCE_WEEKS)
    query = select(Decision.field, Decision.kind, func.count()).where(Decision.at >= since)
    counts: dict[str, dict[str, int]] = {}
    for field, kind, number in session.execute(query.group_by(Decision.field, Decision.kind)):
        counts.setdefault(field, {})[kind] = number
    return [Acceptance(f, c.get("accepted", 0), c.get("overridden", 0)) for f, c in sorted(counts.items())]
