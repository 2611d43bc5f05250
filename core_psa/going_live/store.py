"""Counting what is set up, and reading who sees to what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from core_psa.access.tables import Credential, IdentityLink
from core_psa.customers.tables import Customer, CustomerDomain, User
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.going_live.rules import STEPS, Facts, Lack, State, Step, state
from core_psa.going_live.tables import SetUpStep, SignOff
from core_psa.knowledge.tables import Article, CannedAnswer
from core_psa.notices.store import policy as mail_policy
from core_psa.notices.store import sends
from core_psa.organisation.store import desk_timezone
from core_psa.organisation.tables import Agent, AgentRole, Organisation, Team, TeamMember
from core_psa.routing.tables import RoutingRule
from core_psa.sla.tables import Calendar, CalendarHoliday, CalendarWindow, SlaPolicy, SlaTarget
from core_psa.tickets.tables import Category, Priority, Ticket, TicketType
from core_psa.tickets.workflow.tables import Gate, Workflow
from core_psa.viewer import Viewer

PERMISSION = "setup.edit"
_YEAR = timedelta(days=365)
# Nothing is said of more.
_MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Standing:
    """One step as it stands, and who sees to it until when."""

    step: Step
    state: State
    there: str
    lacks: list[Lack]
    owner_id: int | None
    owner: str | None
    due_on: date | None
    overdue: bool
    note: str


def guide(session: Session, viewer: Viewer, today: date, *, posted: bool) -> list[Standing]:
    """Every step in its order. `posted` says that a mail server was set."""
    viewer.require(PERMISSION)
    counted = facts(session, today, posted=posted)
    kept = {row.step: row for row in session.scalars(select(SetUpStep))}
    names = {i: name for i, name in session.execute(select(Agent.id, Agent.name))}
    return [_standing(step, counted, kept.get(step.name), names, today) for step in STEPS]


def _standing(step: Step, counted: Facts, kept: SetUpStep | None, names: dict[int, str], today: date) -> Standing:
    how_far = state(step, counted)
    due_on = kept.due_on if kept else None
    return Standing(
        step=step,
        state=how_far,
        there=step.there(counted),
        lacks=list(step.lacks(counted)),
        owner_id=kept.owner_id if kept else None,
        owner=names.get(kept.owner_id or 0) if kept else None,
        due_on=due_on,
        overdue=how_far != "done" and due_on is not None and due_on < today,
        note=kept.note if kept else "",
    )


def sign_offs(session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[SignOff]:
    """The newest first."""
    viewer.require(PERMISSION)
    return page(session, select(SignOff), (SignOff.id,), cursor, limit, descending=True)


def facts(session: Session, today: date, *, posted: bool) -> Facts:
    return Facts(
        organisation=session.scalar(select(Organisation.name)) or "",
        **_people(session),
        **_customers(session),
        **_time(session, today),
        **_tickets(session),
        posted=posted,
        held=not sends(session),
        site=mail_policy(session).site,
        articles=_count(session, select(Article.id).where(Article.status == "published")),
        canned=_count(session, select(CannedAnswer.id).where(CannedAnswer.active)),
    )


def _people(session: Session) -> dict[str, Any]:
    teams = session.execute(select(Team.id, Team.name, Team.lead_id).where(Team.active).order_by(Team.name)).all()
    members = select(TeamMember.team_id).join(Agent, Agent.id == TeamMember.agent_id).where(Agent.active)
    manned = set(session.scalars(members))
    no_role = ~exists().where(AgentRole.agent_id == Agent.id)
    no_way_in = ~exists().where(Credential.agent_id == Agent.id) & ~exists().where(IdentityLink.agent_id == Agent.id)
    active = select(Agent.name).where(Agent.active).order_by(Agent.name)
    return {
        "teams": len(teams),
        "teams_without_members": tuple(name for i, name, _ in teams if i not in manned),
        "teams_without_lead": tuple(name for _, name, lead in teams if lead is None),
        "agents": _count(session, active),
        "agents_without_role": tuple(session.scalars(active.where(no_role))),
        "agents_without_sign_in": tuple(session.scalars(active.where(no_way_in))),
    }


def _customers(session: Session) -> dict[str, Any]:
    active = select(Customer.id).where(Customer.active)
    users = exists().where(User.customer_id == Customer.id, User.active)
    domains = exists().where(CustomerDomain.customer_id == Customer.id)
    return {"customers": _count(session, active), "customers_unknown": _count(session, active.where(~users, ~domains))}


def _time(session: Session, today: date) -> dict[str, Any]:
    calendar = session.scalar(select(Calendar).where(Calendar.is_default))
    policy = session.scalar(select(SlaPolicy).where(SlaPolicy.is_default))
    of_calendar = calendar.id if calendar else 0
    ahead = CalendarHoliday.day.between(today, today + _YEAR)
    promised = exists().where(
        SlaTarget.policy_id == (policy.id if policy else 0),
        SlaTarget.priority_id == Priority.id,
        SlaTarget.kind == "response",
    )
    without = select(Priority.name).where(Priority.active, ~promised).order_by(Priority.rank)
    windows = select(CalendarWindow.weekday).where(CalendarWindow.calendar_id == of_calendar)
    holidays = select(CalendarHoliday.day).where(CalendarHoliday.calendar_id == of_calendar, ahead)
    return {
        "calendar": calendar.name if calendar else None,
        "calendar_has_hours": _count(session, windows) > 0,
        "holidays_ahead": _count(session, holidays),
        "policy": policy.name if policy else None,
        "priorities_without_target": tuple(session.scalars(without)) if policy else (),
    }


def _tickets(session: Session) -> dict[str, Any]:
    categories = select(Category.id).where(~Category.retired)
    solved = select(Ticket.id).where(Ticket.state == "done", Ticket.category_id.is_not(None), ~Ticket.spam)
    return {
        "categories": _count(session, categories),
        "categories_undescribed": _count(session, categories.where(Category.description == "")),
        "types": _count(session, select(TicketType.id).where(TicketType.active)),
        "own_workflows": _count(session, select(Workflow.type_id)),
        "gates": _count(session, select(Gate.id).where(Gate.active)),
        "rules": _count(session, select(RoutingRule.id).where(RoutingRule.active)),
        "solved": _count(session, solved),
    }


def _count(session: Session, query: Any) -> int:
    limited = query.order_by(None).limit(_MOST_COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(limited)) or 0


def today_of(session: Session, now: datetime) -> date:
    """The day by the desk's own clock."""
    return now.astimezone(ZoneInfo(desk_timezone(session))).date()


def open_steps(standings: Iterable[Standing]) -> int:
    return sum(standing.state != "done" for standing in standings)
