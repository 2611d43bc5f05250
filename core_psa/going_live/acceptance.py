"""Whether the desk works: one message goes all the way through the real parts, inside a transaction that is never committed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core_psa.customers.actions import create_customer, create_user
from core_psa.customers.tables import Customer, User
from core_psa.db import Work
from core_psa.desk import actions as desk
from core_psa.errors import DomainError
from core_psa.intake.receive import NewTicket, receive
from core_psa.notices.store import is_silent
from core_psa.notices.tables import OutgoingMail
from core_psa.organisation.actions import create_agent
from core_psa.organisation.rules import BUILTIN_ROLES
from core_psa.organisation.store import desk_timezone
from core_psa.organisation.tables import Team
from core_psa.reads.service_levels import service_levels
from core_psa.routing.tables import RoutingRule
from core_psa.sla.books import Books
from core_psa.sla.clocks import Terms
from core_psa.tickets.tables import Priority, Ticket, TicketType
from core_psa.tickets.urgency.store import priority_for
from core_psa.viewer import SYSTEM, Viewer

SUBJECT = "Acceptance test: the printer at reception jams"
BODY = "Good morning, the printer at reception jams with every page. One of us cannot work."
IMPACT, URGENCY = "low", "medium"


@dataclass(frozen=True)
class Result:
    """How one test went, in words for whoever signs."""

    name: str
    passed: bool
    words: str


def run(w: Work) -> list[Result]:
    """Every test, in the order of a ticket's life. The caller rolls back."""
    user = _somebody(w)
    try:
        ticket = receive(w, SYSTEM, _message(user))
    except DomainError as error:
        return [Result("A message becomes a ticket", False, f"It was refused: {error}.")]
    return [
        _right_ticket(w, ticket, user),
        _right_deadline(w, ticket),
        _right_team(w, ticket),
        *_right_end(w, ticket, user),
    ]


def _message(user: User) -> NewTicket:
    return NewTicket(
        SUBJECT, BODY, channel="email", requester=user.id, impact=IMPACT, urgency=URGENCY, sender=user.email or ""
    )


def _somebody(w: Work) -> User:
    """A real customer's user; on a desk that has none one who is made up for the test."""
    known = select(User).join(Customer, Customer.id == User.customer_id)
    real = known.where(User.active, Customer.active, User.email.is_not(None)).order_by(User.id).limit(1)
    found = w.session.scalar(real)
    if found is not None:
        return found
    customer = create_customer(w, SYSTEM, name="Acceptance test")
    return create_user(w, SYSTEM, customer.id, name="Test Person", email="test.person@acceptance.example")


def _right_ticket(w: Work, ticket: Ticket, user: User) -> Result:
    name = "A message becomes the right ticket"
    about = {"impact": IMPACT, "urgency": URGENCY, "customer": user.customer_id, "requester": user.id}
    rest = {"site": ticket.site_id, "type": ticket.type_id, "opened_at": ticket.created_at}
    expected = priority_for(w.session, {**about, **rest})
    type_name, priority = _name(w, TicketType, ticket.type_id), _name(w, Priority, ticket.priority_id)
    customer = _name(w, Customer, ticket.customer_id)
    if ticket.customer_id != user.customer_id:
        return Result(name, False, f"It became {customer}'s, but {user.name} is of another customer.")
    if ticket.spam:
        return Result(name, False, f"What {user.email} writes is filed as spam: the sender is blocked.")
    if ticket.priority_id != expected and not _routed(w, ticket, "priority_id"):
        wanted = _name(w, Priority, expected)
        return Result(name, False, f"It has {priority}, but its impact and urgency mean {wanted}.")
    return Result(name, True, f"{user.name}'s message became a ticket of type {type_name} for {customer}, {priority}.")


def _routed(w: Work, ticket: Ticket, column: str) -> bool:
    """Whether a rule gives it this value."""
    value, held = getattr(ticket, column), getattr(RoutingRule, column)
    rule = select(RoutingRule.id).where(RoutingRule.active, held == value)
    return value is not None and w.session.scalar(rule.limit(1)) is not None


def _right_deadline(w: Work, ticket: Ticket) -> Result:
    name = "Its SLA clock starts with the right deadline"
    levels = service_levels(w.session, SYSTEM, ticket.id, w.now)
    if levels is None:
        return Result(name, False, "No clock runs: the desk has no usual SLA policy, or no usual calendar.")
    clock = next((clock for clock in levels.promised if clock.kind == "response"), None)
    if clock is None or clock.due_at is None or clock.budget is None:
        priority = _name(w, Priority, ticket.priority_id)
        return Result(name, False, f"{levels.choice.policy} promises no first response for {priority}.")
    books = Books(w.session)
    version = books.version(levels.choice.calendar_id)
    terms = Terms(clock.budget, levels.choice.calendar_id, version, clock.always_open)
    expected = books.time_of(terms).deadline(ticket.created_at, clock.budget)
    due, minutes = _said(w, clock.due_at), int(clock.budget.total_seconds() // 60)
    time = "real time" if clock.always_open else levels.choice.calendar
    words = f"The first response is due {due}: {minutes} minutes of {time}, by {levels.choice.policy}."
    passed = clock.due_at == expected
    return Result(name, passed, words if passed else f"{words} Counted again it is {_said(w, expected)}.")


def _right_team(w: Work, ticket: Ticket) -> Result:
    name = "Routing gives it to a team"
    if ticket.team_id is None:
        return Result(name, False, "No rule fits a plain message: it would wait until somebody takes it.")
    team = _name(w, Team, ticket.team_id)
    if not _routed(w, ticket, "team_id"):
        return Result(name, False, f"It is {team}'s, but no rule says so.")
    return Result(name, True, f"It went to {team} at once.")


def _right_end(w: Work, ticket: Ticket, user: User) -> Iterator[Result]:
    name = "It is closed through its gates"
    try:
        agent = _agent(w)
        desk.log_time(w, agent, ticket.id, minutes=10, note="Acceptance test")
        desk.resolve(w, agent, ticket.id, resolution="Cleared the paper path and cleaned the rollers.")
    except DomainError as error:
        yield Result(name, False, f"With time and a resolution it still cannot be ended: {error}.")
        return
    done = ticket.state == "done"
    yield Result(name, done, "With time and a resolution it ended." if done else "It was resolved, yet is not done.")
    yield _told(w, ticket, user)


def _agent(w: Work) -> Viewer:
    """Somebody with an agent's rights and no more: gates hold for people, not for the desk itself."""
    row = create_agent(w, SYSTEM, name="Acceptance test", email="agent@acceptance.example")
    return Viewer("agent", row.id, row.name, BUILTIN_ROLES["agent"])


def _told(w: Work, ticket: Ticket, user: User) -> Result:
    name = "The customer is told"
    w.session.flush()
    mine = (OutgoingMail.ticket_id == ticket.id, OutgoingMail.event == "resolved", OutgoingMail.audience == "user")
    mail = w.session.scalar(select(OutgoingMail).where(*mine, OutgoingMail.address == user.email))
    if mail is not None:
        return Result(name, True, f"A mail '{mail.subject}' to {user.email} stood in the outbox. It was not sent.")
    silent = is_silent(w.session, "resolved")
    return Result(name, False, "Customers are told of nothing that is resolved." if silent else "No mail was written.")


def _name(w: Work, model: Any, record_id: int | None) -> str:
    found = w.session.get(model, record_id) if record_id else None
    return str(found.name) if found else "nothing"


def _said(w: Work, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(desk_timezone(w.session))):%A %d %B %Y, %H:%M}"
