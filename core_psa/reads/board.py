"""The dispatch board: the agents' week, and the tickets that nobody has yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.customers.tables import Site
from core_psa.db.weeks import Hours
from core_psa.dispatch import store
from core_psa.dispatch.rules import Span, day_of, midnight, overlap
from core_psa.dispatch.tables import Appointment, HandOver
from core_psa.organisation import store as organisation
from core_psa.organisation.tables import Absence, Agent
from core_psa.reads.queue import QueueRow, queue
from core_psa.reads.queue_filter import QueueFilter
from core_psa.tickets import store as tickets
from core_psa.tickets.tables import Ticket
from core_psa.viewer import Viewer

_UNASSIGNED = 40
_NOTES_FROM = timedelta(hours=24)


@dataclass(frozen=True)
class Planned:
    """An appointment with what people read; the subject is that of a ticket the viewer may see."""

    row: Appointment
    subject: str | None
    site: str | None


@dataclass(frozen=True)
class Day:
    day: date
    shifts: Sequence[Hours]
    absences: Sequence[Absence]
    planned: Sequence[Planned]


@dataclass(frozen=True)
class Line:
    """An agent's week: what is planned in it, and how many unsolved tickets they have."""

    agent: Agent
    days: Sequence[Day]
    minutes_planned: int
    unsolved: int


@dataclass(frozen=True)
class Board:
    days: Sequence[date]
    lines: Sequence[Line]
    unassigned: Sequence[QueueRow]
    unassigned_total: int
    notes: Sequence[tuple[HandOver, str]]


def board(
    session: Session, viewer: Viewer, monday: date, zone: ZoneInfo, now: datetime, team_id: int | None = None
) -> Board:
    """The week from this Monday, days by the clock of `zone`; the agents of one team if asked."""
    viewer.require("dispatch.see")
    days = [monday + timedelta(days=n) for n in range(7)]
    loose = queue(session, viewer, QueueFilter(state="unsolved", assignee="none"), sort="priority", limit=_UNASSIGNED)
    return Board(
        days, _lines(session, viewer, days, zone, team_id), loose.items, loose.total, _notes(session, viewer, now)
    )


def _lines(session: Session, viewer: Viewer, days: Sequence[date], zone: ZoneInfo, team_id: int | None) -> list[Line]:
    members = organisation.members_of(session, [team_id]).get(team_id, []) if team_id else None
    agents = [a for a in organisation.agents(session) if members is None or a.id in members]
    ids = [agent.id for agent in agents]
    week = Span(midnight(days[0], zone), midnight(days[-1] + timedelta(days=1), zone))
    shifts, absences = organisation.shifts_of(session, ids), organisation.absences_of(session, ids)
    appointments = planned(session, viewer, store.between(session, ids, *week))
    unsolved = _unsolved(session, viewer, ids)
    lines = []
    for agent in agents:
        mine = [p for p in appointments if p.row.agent_id == agent.id]
        away = absences.get(agent.id, [])
        week_days = [_day(day, zone, shifts.get(agent.id, []), away, mine) for day in days]
        lines.append(Line(agent, week_days, _minutes(mine, week), unsolved.get(agent.id, 0)))
    return lines


def _day(
    day: date, zone: ZoneInfo, shifts: Sequence[Hours], absences: Sequence[Absence], planned: Sequence[Planned]
) -> Day:
    whole = day_of(day, zone)
    return Day(
        day,
        [shift for shift in shifts if shift.weekday == day.weekday()],
        [a for a in absences if overlap(Span(a.starts_at, a.ends_at), whole)],
        [p for p in planned if overlap(Span(p.row.starts_at, p.row.ends_at), whole)],
    )


def planned(session: Session, viewer: Viewer, rows: Sequence[Appointment]) -> list[Planned]:
    """These appointments with the names people read."""
    query = select(Ticket.id, Ticket.subject).where(Ticket.id.in_({r.ticket_id for r in rows}), tickets.visible(viewer))
    subjects = {ticket_id: subject for ticket_id, subject in session.execute(query)}
    named = session.execute(select(Site.id, Site.name).where(Site.id.in_({r.site_id for r in rows})))
    sites = {site_id: name for site_id, name in named}
    return [Planned(r, subjects.get(r.ticket_id or 0), sites.get(r.site_id or 0)) for r in rows]


def _minutes(planned: Sequence[Planned], week: Span) -> int:
    """Of these appointments, what lies within the week."""
    spans = (min(p.row.ends_at, week.ends_at) - max(p.row.starts_at, week.starts_at) for p in planned)
    return sum(int(span.total_seconds()) for span in spans) // 60


def _unsolved(session: Session, viewer: Viewer, agent_ids: Sequence[int]) -> dict[int, int]:
    """Unsolved tickets by assignee, as far as the viewer may see them."""
    query = select(Ticket.assignee_id, func.count()).where(
        Ticket.assignee_id.in_(agent_ids), tickets.unsolved(), tickets.visible(viewer)
    )
    return {agent_id or 0: number for agent_id, number in session.execute(query.group_by(Ticket.assignee_id))}


def _notes(session: Session, viewer: Viewer, now: datetime) -> list[tuple[HandOver, str]]:
    notes = store.hand_overs(session, viewer, now - _NOTES_FROM)
    named = session.execute(select(Agent.id, Agent.name).where(Agent.id.in_({note.agent_id for note in notes})))
    names = {agent_id: name for agent_id, name in named}
    return [(note, names[note.agent_id]) for note in notes]
