"""What a new desk starts with: roles, ticket types, statuses, priorities, one business calendar and what is promised."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.access import actions as access
from core_psa.audit import actions as audit
from core_psa.audit.changes import update
from core_psa.db import Work
from core_psa.errors import Conflict
from core_psa.notices.tables import SilentEvent
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.organisation.tables import Agent, AgentRole, Organisation, Role
from core_psa.sla import policy_actions as policies
from core_psa.sla.clocks import KINDS
from core_psa.sla.policy_rules import Target, Threshold
from core_psa.sla.tables import Calendar, CalendarWindow
from core_psa.tickets.tables import Priority, Status, TicketType
from core_psa.tickets.workflow import builtin
from core_psa.tickets.workflow.tables import ActionDefinition, Gate
from core_psa.viewer import SYSTEM

STATUSES = (
    ("New", "open"),
    ("In Triage", "open"),
    ("In Progress", "open"),
    ("Waiting on Customer", "paused"),
    ("Waiting on Vendor", "paused"),
    ("Resolved", "done"),
    ("Closed", "done"),
)
AWAITS_REPLY = "Waiting on Customer"
TYPES = (
    ("Incident", "something that worked no longer does"),
    ("Service Request", "something new is asked for"),
    ("Problem", "the cause behind several incidents"),
    ("Change", "something is to be altered on purpose"),
    ("Project Task", "planned work of a project"),
    ("Alert", "raised by monitoring"),
    ("Sales Opportunity", "somebody may want to buy"),
)
PRIORITIES = (
    ("P1 Critical", "many people or a whole site cannot work; server, network or line of business application down"),
    ("P2 High", "one team or an important person cannot work, or work is badly slowed down"),
    ("P3 Medium", "one person is hindered and has a way around it"),
    ("P4 Low", "a question, a request or a small annoyance that can wait"),
)
WORKING_DAY = (8 * 60, 18 * 60)
# By rank of the priority: minutes to the first response, to the next update and to the resolution. The most urgent never rests.
TARGETS = ((15, 60, 240), (60, 240, 480), (240, 600, 1_800), (480, 1_200, 3_000))
THRESHOLDS = (
    Threshold(50, ("assignee",)),
    Threshold(75, ("assignee", "team lead")),
    Threshold(90, ("assignee", "team lead"), level=2),
    Threshold(100, ("assignee", "team lead", "manager")),
)


def install(w: Work, organisation: str, timezone: str) -> None:
    """Writes the defaults into an empty store. Raises Conflict if the desk already has a name."""
    session = w.session
    if session.scalar(select(Organisation.id)):
        raise Conflict("this desk has been set up already")
    session.add(Organisation(name=organisation, timezone=timezone, created_at=w.now))
    session.add_all(Role(name=n, permissions=sorted(p), builtin=True) for n, p in BUILTIN_ROLES.items())
    session.add_all(TicketType(name=name, description=text) for name, text in TYPES)
    session.add_all(
        Status(name=n, state=state, position=i, awaits_reply=n == AWAITS_REPLY) for i, (n, state) in enumerate(STATUSES)
    )
    session.add_all(Priority(name=n, description=text, rank=i) for i, (n, text) in enumerate(PRIORITIES, 1))
    # Who was told that it is solved need not be told again that it is filed.
    session.add(SilentEvent(event="closed"))
    calendar = Calendar(name="Business hours", timezone=timezone, is_default=True)
    session.add(calendar)
    session.flush()
    _install_workflows(session)
    opens, closes = WORKING_DAY
    session.add_all(
        CalendarWindow(calendar_id=calendar.id, weekday=day, opens=opens, closes=closes) for day in range(5)
    )
    _policies(w)
    audit.record(w, SYSTEM, "created", "organisation", 1, {"name": [None, organisation]})


def _policies(w: Work) -> None:
    """One that promises, for everybody; and one that promises nothing, for those of whom that is to be said."""
    priorities = w.session.scalars(select(Priority.id).order_by(Priority.rank)).all()
    standard = policies.create_policy(
        w,
        SYSTEM,
        name="Standard",
        description="what everybody is promised of whom nothing else is said",
        is_default=True,
        presumed_priority_id=priorities[2],
    )
    targets = [
        Target(priority_id, kind, minutes, always_open=rank == 0)
        for rank, (priority_id, budgets) in enumerate(zip(priorities, TARGETS, strict=True))
        for kind, minutes in zip(KINDS, budgets, strict=True)
    ]
    policies.set_targets(w, SYSTEM, standard.id, targets)
    policies.set_warnings(w, SYSTEM, standard.id, THRESHOLDS)
    policies.create_policy(w, SYSTEM, name="No SLA", description="nothing is promised, and nothing is measured against")


def refresh_roles(w: Work) -> None:
    """Gives the roles every desk has the permissions that this version of the program means by them."""
    for role in w.session.scalars(select(Role).where(Role.builtin).order_by(Role.id)):
        if role.name in BUILTIN_ROLES:
            update(w, SYSTEM, role, {"permissions": sorted(BUILTIN_ROLES[role.name])})


def _install_workflows(session: Session) -> None:
    """The actions every desk starts with, and what is asked for before work ends."""
    statuses = {name: status_id for status_id, name in session.execute(select(Status.id, Status.name))}
    types = {name: type_id for type_id, name in session.execute(select(TicketType.id, TicketType.name))}
    session.add_all(ActionDefinition(**row) for row in builtin.action_rows(statuses))
    session.add_all(Gate(**row) for row in builtin.gate_rows(types, statuses))


def first_administrator(w: Work, name: str, email: str, password: str) -> Agent:
    """An agent who may do everything, by the desk's own clock."""
    session = w.session
    timezone = session.scalars(select(Organisation.timezone)).one()
    agent = Agent(name=name, email=email, tier=3, timezone=timezone, created_at=w.now)
    session.add(agent)
    session.flush()
    role_id = session.scalars(select(Role.id).where(Role.name == "administrator")).one()
    session.add(AgentRole(agent_id=agent.id, role_id=role_id))
    session.flush()
    access.set_password(w, agent.id, password)
    audit.record(w, SYSTEM, "created", "agent", agent.id, {"email": [None, email]})
    return agent
