"""A ticket's promises: what was chosen, its clocks with their ledger, and what would become of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import cast

from sqlalchemy.orm import Session

from core_psa.agreements.tables import Agreement
from core_psa.db.records import get
from core_psa.sla import ledger_store
from core_psa.sla.books import Books
from core_psa.sla.ledger import ClockView, views
from core_psa.sla.policy_choice import Chosen, TicketFacts, choose
from core_psa.sla.promises import Standing
from core_psa.sla.tables import Calendar, SlaPolicy, SlaTicket
from core_psa.sla.what_if import Step, supposed
from core_psa.tickets import store
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class Choice:
    """The policy and calendar that count, by name, and from where each comes: agreement, customer, team or desk."""

    policy_id: int
    policy: str
    policy_from: str
    calendar_id: int
    calendar: str
    calendar_from: str
    agreement_id: int | None
    agreement: str | None


@dataclass(frozen=True)
class ServiceLevels:
    """How a ticket stands at `at`; the clocks of each kind in order, the first cycle first."""

    at: datetime
    choice: Choice
    standing: Standing
    level: int
    clocks: Sequence[ClockView]

    @property
    def promised(self) -> list[ClockView]:
        """The latest clock of each kind that promises anything."""
        latest = {clock.kind: clock for clock in self.clocks}
        return [clock for clock in latest.values() if clock.budget is not None]


def service_levels(session: Session, viewer: Viewer, ticket_id: int, now: datetime) -> ServiceLevels | None:
    """None for a ticket without clocks. Raises NotFound beyond the viewer's wall."""
    store.get(session, viewer, ticket_id)
    return levels_of(session, ticket_id, now)


def levels_of(session: Session, ticket_id: int, now: datetime) -> ServiceLevels | None:
    """The same. The caller has asked whether the viewer may see the ticket."""
    row = session.get(SlaTicket, ticket_id)
    if row is None:
        return None
    shown = views(ledger_store.ledger(session, ticket_id), now, Books(session).time_of, _calendar_names(session))
    choice = _choice(session, row.policy_id, row.policy_from, row.calendar_id, row.calendar_from, row.agreement_id)
    return ServiceLevels(now, choice, cast("Standing", row.standing), row.level, shown)


def what_if(
    session: Session,
    facts: TicketFacts,
    steps: Sequence[Step],
    now: datetime,
    *,
    policy_id: int | None = None,
    calendar_id: int | None = None,
) -> ServiceLevels | None:
    """How a ticket like this would stand at `now` after these steps. None where nothing could be chosen for it."""
    chosen = choose(session, facts)
    if chosen is None:
        return None
    chosen = Chosen(
        get(session, SlaPolicy, policy_id).id if policy_id else chosen.policy_id,
        chosen.policy_from,
        get(session, Calendar, calendar_id).id if calendar_id else chosen.calendar_id,
        chosen.calendar_from,
        chosen.agreement_id,
    )
    books = Books(session)
    every = supposed(books, facts, chosen, steps)
    shown = views(every, now, books.time_of, _calendar_names(session))
    choice = _choice(session, *vars(chosen).values())
    return ServiceLevels(now, choice, standing_of(shown), 0, shown)


def standing_of(shown: Sequence[ClockView]) -> Standing:
    """How a supposed ticket stands; nobody has been told of anything yet."""
    promised = [clock for clock in shown if clock.budget is not None]
    if any(clock.breached_at for clock in shown):
        return "breached"
    live = [clock for clock in promised if clock.state != "stopped"]
    if live and all(clock.state == "paused" for clock in live):
        return "paused"
    return "ok" if promised else "none"


def _choice(
    session: Session, policy_id: int, policy_from: str, calendar_id: int, calendar_from: str, agreement_id: int | None
) -> Choice:
    agreement = session.get(Agreement, agreement_id) if agreement_id else None
    return Choice(
        policy_id=policy_id,
        policy=get(session, SlaPolicy, policy_id).name,
        policy_from=policy_from,
        calendar_id=calendar_id,
        calendar=_calendar_names(session)(calendar_id),
        calendar_from=calendar_from,
        agreement_id=agreement_id,
        agreement=agreement.name if agreement else None,
    )


def _calendar_names(session: Session) -> Callable[[int], str]:
    return cache(lambda calendar_id: get(session, Calendar, calendar_id).name)
