"""Queries on snoozed tickets, and on what silence will close."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.tickets.relations.store import survivor_of
from core_psa.tickets.store import visible
from core_psa.tickets.tables import Action, Status, Ticket
from core_psa.tickets.waiting.rules import Awaited, Silence, is_activity
from core_psa.tickets.waiting.tables import AutoCloseRule, PlannedClose, Snooze
from core_psa.viewer import Viewer

_CAME_BACK = 20


def awaited(session: Session, row: Snooze) -> Awaited:
    """How far what this snooze waits for is."""
    said = select(Action).where(Action.ticket_id == row.ticket_id, Action.actor_kind == "user", Action.at > row.set_at)
    answers = session.scalars(said) if row.on_reply else ()
    answered = any("automated" not in (answer.changes or ()) for answer in answers)
    linked = session.get(Ticket, survivor_of(session, row.linked_id)) if row.linked_id is not None else None
    return Awaited(row.until, answered, linked.number if linked and linked.state == "done" else None)


def snoozes_due(now: datetime) -> Select[int]:
    """Ids of snoozed tickets that may have to come back, or whose snooze has become pointless."""
    later = (Action.actor_kind == "user", Action.at > Snooze.set_at)
    answered = exists().where(Action.ticket_id == Snooze.ticket_id, *later)
    done = select(Ticket.id).where(Ticket.state == "done")
    come = or_(Snooze.until <= now, Snooze.on_reply & answered, Snooze.linked_id.in_(done), Snooze.ticket_id.in_(done))
    return select(Snooze.ticket_id).where(Snooze.woken_at.is_(None), come).order_by(Snooze.ticket_id)


def came_back(session: Session, viewer: Viewer) -> Sequence[tuple[Snooze, Ticket]]:
    """Tickets that are back from being snoozed and that nobody has seen to yet, the newest first."""
    query = select(Snooze, Ticket).join(Ticket, Ticket.id == Snooze.ticket_id)
    query = query.where(Snooze.woken_at.is_not(None), Ticket.state != "done", visible(viewer))
    rows = session.execute(query.order_by(Snooze.woken_at.desc()).limit(_CAME_BACK))
    return [(snooze, ticket) for snooze, ticket in rows]


def follow_ups(session: Session, viewer: Viewer, until: datetime) -> Sequence[tuple[Snooze, Ticket]]:
    """The viewer's own snoozed tickets that are back, or will be by then; those that are back first."""
    own = or_(Snooze.agent_id == (viewer.agent_id or -1), Ticket.assignee_id == (viewer.agent_id or -1))
    due = or_(Snooze.woken_at.is_not(None), Snooze.until < until)
    query = select(Snooze, Ticket).join(Ticket, Ticket.id == Snooze.ticket_id)
    query = query.where(own, due, Ticket.state != "done", visible(viewer))
    rows = session.execute(query.order_by(Snooze.woken_at.is_(None), Snooze.until).limit(_CAME_BACK))
    return [(snooze, ticket) for snooze, ticket in rows]


def silences(session: Session) -> list[Silence]:
    """The rules in force."""
    rows = session.scalars(select(AutoCloseRule).where(AutoCloseRule.active).order_by(AutoCloseRule.id))
    return [
        Silence(
            rule_id=row.id,
            team_id=row.team_id,
            type_id=row.type_id,
            status_id=row.status_id,
            inactive=timedelta(days=row.inactive_days),
            warning=None if row.warning_days is None else timedelta(days=row.warning_days),
        )
        for row in rows
    ]


def unplanned(session: Session, status_ids: Collection[int], after: int, limit: int) -> Sequence[int]:
    """Tickets in these statuses, above this id, for which nothing has been worked out yet."""
    states = select(Status.state).where(Status.id.in_(status_ids))
    query = select(Ticket.id).where(Ticket.state.in_(states), Ticket.status_id.in_(status_ids), Ticket.id > after)
    query = query.where(~Ticket.spam, ~exists().where(PlannedClose.ticket_id == Ticket.id))
    return session.scalars(query.order_by(Ticket.id).limit(limit)).all()


def outdated(session: Session, after: int, limit: int) -> Sequence[int]:
    """Planned tickets, above this id, that have changed since."""
    query = select(Ticket.id).join(PlannedClose, PlannedClose.ticket_id == Ticket.id)
    query = query.where(PlannedClose.version != Ticket.version, Ticket.id > after)
    return session.scalars(query.order_by(Ticket.id).limit(limit)).all()


def silent(session: Session, now: datetime) -> Sequence[int]:
    """Tickets that are to be warned or closed by now, as far as was worked out."""
    query = select(PlannedClose.ticket_id).where(PlannedClose.due_at <= now)
    return session.scalars(query.order_by(PlannedClose.due_at, PlannedClose.ticket_id)).all()


def last_activity(session: Session, ticket: Ticket) -> datetime:
    """When there was last a sign of life on this ticket."""
    query = select(Action.kind, Action.changes, Action.at).where(Action.ticket_id == ticket.id)
    newest = session.execute(query.order_by(Action.id.desc()).execution_options(yield_per=50))
    lively: Iterator[datetime] = (at for kind, changes, at in newest if is_activity(kind, changes))
    return max(next(lively, ticket.created_at), ticket.created_at)


def is_snoozed(session: Session, ticket_id: int) -> bool:
    row = session.get(Snooze, ticket_id)
    return row is not None and row.woken_at is None


def rule(session: Session, viewer: Viewer, rule_id: int) -> AutoCloseRule:
    viewer.require("settings.see")
    return get(session, AutoCloseRule, rule_id)


def rule_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT, *, inactive: bool = False
) -> Page[AutoCloseRule]:
    viewer.require("settings.see")
    query = select(AutoCloseRule) if inactive else select(AutoCloseRule).where(AutoCloseRule.active)
    return page(session, query, (AutoCloseRule.name, AutoCloseRule.id), cursor, limit)
