"""Which tickets a list is asked for, as conditions of a query: the viewer's wall first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from core_psa.customers.tables import Site
from core_psa.errors import FieldError, Invalid
from core_psa.following import store as following
from core_psa.reads.sla_report import with_verdict
from core_psa.sla.clocks import Kind
from core_psa.sla.promises import STANDINGS
from core_psa.sla.tables import SlaTicket
from core_psa.sla.verdicts import Verdict
from core_psa.suggestions.tables import Decision, Triage
from core_psa.tickets import store
from core_psa.tickets.search import matching
from core_psa.tickets.tables import Category, Ticket, TicketTag
from core_psa.tickets.waiting.tables import Snooze
from core_psa.time_tracking.tables import TimeEntry
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class QueueFilter:
    """What to show. Ids for records; `assignee` may be "none". `state` "unsolved" is open and paused together.
    `sla` is how a ticket stands by what was promised: see `sla.promises.STANDINGS`.

    `teams` asks for any of several. `watched_by` and `kept_by` are agents who watch it or have it among their favourites.
    `worked_by` is who logged time on it, from `worked_after` on; `decided` a field and what was decided about its suggestion
    (accepted, overridden), from `decided_after` on. `aside` asks for those put aside, or for all the others. `promise` is a
    kind of clock and how its promise was kept, as `sla_report` counts it.
    """

    state: str | None = None
    status: int | None = None
    customer: int | Literal["none"] | None = None
    team: int | Literal["none"] | None = None
    assignee: int | Literal["none"] | None = None
    requester: int | None = None
    type: int | None = None
    category: int | None = None
    priority: int | Literal["none"] | None = None
    tag: str | None = None
    channel: str | None = None
    sla: str | None = None
    q: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    resolved_after: datetime | None = None
    triage: str | None = None
    watched_by: int | None = None
    kept_by: int | None = None
    teams: frozenset[int] | None = None
    site: int | None = None
    worked_by: int | None = None
    worked_after: datetime | None = None
    decided: tuple[str, str] | None = None
    decided_after: datetime | None = None
    promise: tuple[Kind, Verdict] | None = None
    after_id: int | None = None
    aside: bool | None = None


def conditions_of(session: Session, viewer: Viewer, f: QueueFilter) -> list[ColumnElement[bool]]:
    """What a ticket must fulfil to be among those asked for, the wall first. Raises Invalid."""
    plain = {
        Ticket.status_id: f.status,
        Ticket.requester_id: f.requester,
        Ticket.type_id: f.type,
        Ticket.channel: f.channel,
    }
    conditions = [store.visible(viewer), *(column == value for column, value in plain.items() if value is not None)]
    if f.state is not None:
        conditions.append(in_state(f.state))
    perhaps_none = {
        Ticket.customer_id: f.customer,
        Ticket.priority_id: f.priority,
        Ticket.team_id: f.team,
        Ticket.assignee_id: f.assignee,
    }
    for column, value in perhaps_none.items():
        if value is not None:
            conditions.append(column.is_(None) if value == "none" else column == value)
    if f.teams is not None:
        conditions.append(Ticket.team_id.in_(f.teams))
    if f.site is not None:
        # Its customer says nothing new, but there is an index of customers.
        whose = select(Site.customer_id).where(Site.id == f.site).scalar_subquery()
        conditions += [Ticket.site_id == f.site, Ticket.customer_id == whose]
    if f.category is not None:
        conditions.append(Ticket.category_id.in_(_subtree(session, f.category)))
    if f.tag is not None:
        conditions.append(exists().where(TicketTag.ticket_id == Ticket.id, TicketTag.tag == f.tag))
    if f.sla is not None:
        conditions.append(_standing(f.sla))
    if f.promise is not None:
        conditions.append(with_verdict(*f.promise))
    if f.q:
        conditions.append(Ticket.id.in_(matching(session, viewer, f.q).newest(session)))
    if f.created_after is not None:
        conditions.append(Ticket.created_at >= f.created_after)
    if f.created_before is not None:
        conditions.append(Ticket.created_at < f.created_before)
    return conditions + _about_work(f)


def _about_work(f: QueueFilter) -> list[ColumnElement[bool]]:
    """What was done with a ticket, by people and by triage."""
    conditions: list[ColumnElement[bool]] = []
    if f.after_id is not None:
        conditions.append(Ticket.id > f.after_id)
    if f.resolved_after is not None:
        # Whatever was resolved since then was changed since then, and that column has an index.
        conditions += [Ticket.updated_at >= f.resolved_after, Ticket.resolved_at >= f.resolved_after]
    if f.triage is not None:
        conditions.append(Ticket.id.in_(select(Triage.ticket_id).where(Triage.state == f.triage)))
    if f.watched_by is not None:
        conditions.append(Ticket.id.in_(following.watched_by(f.watched_by)))
    if f.kept_by is not None:
        conditions.append(Ticket.id.in_(following.kept_by(f.kept_by)))
    if f.worked_by is not None:
        since = [TimeEntry.started_at >= f.worked_after] if f.worked_after else []
        conditions.append(Ticket.id.in_(select(TimeEntry.ticket_id).where(TimeEntry.agent_id == f.worked_by, *since)))
    conditions += in_sight(f.aside)
    if f.decided is not None:
        field, kind = f.decided
        after = [Decision.at >= f.decided_after] if f.decided_after else []
        decided = select(Decision.ticket_id).where(Decision.field == field, Decision.kind == kind, *after)
        conditions.append(Ticket.id.in_(decided))
    return conditions


def in_state(state: str) -> ColumnElement[bool]:
    """Raises Invalid for what is no state."""
    if state == "unsolved":
        return store.unsolved()
    if state not in ("open", "paused", "done"):
        raise Invalid(FieldError("state", f"'{state}' is not a state", ("open", "paused", "done", "unsolved")))
    return Ticket.state == state if state == "done" else store.unsolved(state)


def in_sight(aside: bool | None) -> list[ColumnElement[bool]]:
    """Those put aside, or all the others; None asks for both."""
    snoozed = Ticket.id.in_(select(Snooze.ticket_id).where(Snooze.woken_at.is_(None)))
    return [] if aside is None else [snoozed if aside else ~snoozed]


def _standing(standing: str) -> ColumnElement[bool]:
    """Tickets that stand so by what was promised; for a ticket without clocks nothing was."""
    if standing not in STANDINGS:
        raise Invalid(FieldError("sla", f"'{standing[:100]}' is not how a ticket can stand", STANDINGS))
    if standing == "none":
        return ~exists().where(SlaTicket.ticket_id == Ticket.id, SlaTicket.standing != "none")
    return Ticket.id.in_(select(SlaTicket.ticket_id).where(SlaTicket.standing == standing))


def _subtree(session: Session, category_id: int) -> list[int]:
    """The category and everything below it."""
    path = session.scalar(select(Category.path).where(Category.id == category_id))
    if path is None:
        return [category_id]
    below = Category.path.startswith(path + " / ", autoescape=True)
    return list(session.scalars(select(Category.id).where(or_(Category.id == category_id, below))))
