"""Which policy and which calendar count for a ticket: the agreement's, else the customer's, else the team's, else the desk's.

Each of the two is looked for by itself. The agreement is one that was in force, by the customer's own clock, on the day
the ticket was opened; of several the narrower one, then the younger, counts (`agreements.rules.covering`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core_psa.agreements import store as agreements
from core_psa.agreements.rules import Cover
from core_psa.audit.known import Known
from core_psa.customers.tables import Customer
from core_psa.organisation.tables import Team
from core_psa.sla.policy_rules import Source
from core_psa.sla.promises import Speaker, State
from core_psa.sla.tables import Calendar, CustomerPolicy, SlaPolicy, TeamPolicy


@dataclass(frozen=True)
class TicketFacts:
    """What the clocks must know of a ticket."""

    ticket_id: int
    created_at: datetime
    state: State
    type_id: int
    customer_id: int | None = None
    site_id: int | None = None
    team_id: int | None = None
    priority_id: int | None = None


@dataclass(frozen=True)
class Chosen:
    """What counts for a ticket, and from where it comes. `agreement_id` is the one that named either of them."""

    policy_id: int
    policy_from: Source
    calendar_id: int
    calendar_from: Source
    agreement_id: int | None = None


def named_change(before: TicketFacts, facts: TicketFacts, was: Chosen, chosen: Chosen, said: Speaker | None) -> str:
    """What the ledger calls a change: the weightiest that it holds."""
    if before.state != facts.state:
        entered = {"open": "taken up again", "paused": "waiting", "done": "work done"}
        return "reopened" if before.state == "done" else entered[facts.state]
    for name in ("customer", "site", "type", "team", "priority"):
        if getattr(before, f"{name}_id") != getattr(facts, f"{name}_id"):
            return f"{name} changed"
    if was.calendar_id != chosen.calendar_id:
        return "calendar changed"
    return {"agent": "agent replied", "customer": "customer wrote", None: "policy changed"}[said]


def choose(session: Session, facts: TicketFacts) -> Chosen | None:
    """None where the desk has no policy, or no calendar, that could count."""
    customer = _CUSTOMERS.of(session, facts.customer_id) if facts.customer_id else None
    team = _TEAMS.of(session, facts.team_id) if facts.team_id else None
    desk = _DESKS.of(session, None)
    covers = _covers(session, facts, customer.timezone) if customer else ()
    own_policy, own_calendar = (customer.policy_id, customer.calendar_id) if customer else (None, None)
    teams_policy, teams_calendar = (team.policy_id, team.calendar_id) if team else (None, None)
    policy = _first(_of(covers, "sla_policy_id"), own_policy, teams_policy, desk.policy_id)
    calendar = _first(_of(covers, "calendar_id"), own_calendar, teams_calendar, desk.calendar_id)
    if policy is None or calendar is None:
        return None
    named = [a.agreement_id for a in covers if policy[1] == "agreement" and a.sla_policy_id]
    named += [a.agreement_id for a in covers if calendar[1] == "agreement" and a.calendar_id]
    return Chosen(*policy, *calendar, agreement_id=next(iter(named), None))


_CUSTOMER = select(Customer.calendar_id, CustomerPolicy.policy_id, Customer.timezone).outerjoin(
    CustomerPolicy, CustomerPolicy.customer_id == Customer.id
)
_TEAM = select(Team.calendar_id, TeamPolicy.policy_id).outerjoin(TeamPolicy, TeamPolicy.team_id == Team.id)

_DESK = select(
    select(Calendar.id).where(Calendar.is_default).limit(1).scalar_subquery(),
    select(SlaPolicy.id).where(SlaPolicy.is_default).limit(1).scalar_subquery(),
)


class _Own(NamedTuple):
    """What a customer, a team or the desk says itself; a timezone is a customer's."""

    calendar_id: int | None
    policy_id: int | None
    timezone: str = ""


def _own(session: Session, query: Select[*tuple[Any, ...]]) -> _Own | None:
    """Plain: a row would keep its session, and with it the engine that it is known by."""
    row = session.execute(query).one_or_none()
    return None if row is None else _Own(*row)


_CUSTOMERS = Known[int, _Own | None](lambda session, key: _own(session, _CUSTOMER.where(Customer.id == key)))
_TEAMS = Known[int, _Own | None](lambda session, key: _own(session, _TEAM.where(Team.id == key)))
_DESKS = Known[None, _Own](lambda session, _: _own(session, _DESK) or _Own(None, None))


def _covers(session: Session, facts: TicketFacts, timezone: str) -> Iterable[Cover]:
    day = facts.created_at.astimezone(ZoneInfo(timezone)).date()
    return agreements.covering(session, facts.customer_id, day, facts.site_id, facts.type_id)


def _of(covers: Iterable[Cover], name: str) -> int | None:
    return next((value for cover in covers if (value := getattr(cover, name))), None)


def _first(
    agreement: int | None, customer: int | None, team: int | None, desk: int | None
) -> tuple[int, Source] | None:
    by_source: dict[Source, int | None] = {"agreement": agreement, "customer": customer, "team": team, "desk": desk}
    return next(((found, source) for source, found in by_source.items() if found), None)
