"""The clocks of tickets over the API, with the arithmetic behind them, and what would become of a ticket that might be."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field

from core_psa.desk.clocks import adopt
from core_psa.errors import Conflict
from core_psa.reads.service_levels import ServiceLevels, service_levels, what_if
from core_psa.sla.clocks import Kind
from core_psa.sla.ledger import ClockView, Line
from core_psa.sla.policy_choice import TicketFacts
from core_psa.sla.rules import EARLIEST, LATEST
from core_psa.sla.what_if import Step
from core_psa.tickets import store
from server.api.deps import Api
from server.api.models import Body, Moment, Record, RecordId
from server.api.router import api_router
from server.api.tickets import TicketKey, ticket_id

router = api_router("service levels")

MAX_STEPS = 200
State = Literal["open", "paused", "done"]
Countable = Annotated[
    Moment,
    Field(ge=datetime.combine(EARLIEST, time(), UTC), lt=datetime.combine(LATEST, time(), UTC)),
]


class LineOut(Record):
    """One stretch in which a clock ran: `minutes` of business time, `total` after it. A running one has no end yet."""

    started_at: datetime
    ended_at: datetime | None
    began: str
    ended: str | None
    minutes: float
    total_minutes: float
    budget_minutes: float | None
    calendar: str
    calendar_version: int
    always_open: bool


class ClockOut(Record):
    """`business` figures count in the calendar, `actual` ones day and night; shares are parts of the budget.

    A clock without a budget promises nothing. `left_minutes` is negative once it is overdue.
    """

    kind: Kind
    cycle: int
    state: Literal["running", "paused", "stopped"]
    started_at: datetime
    stopped_at: datetime | None
    budget_minutes: float | None
    always_open: bool
    business_minutes: float
    actual_minutes: float
    business_share: float | None
    actual_share: float | None
    left_minutes: float | None
    due_at: datetime | None
    breached_at: datetime | None
    ledger: list[LineOut]


class ServiceLevelsOut(Record):
    """`standing` is none, ok, at_risk, paused or breached; the sources are agreement, customer, team or desk.

    A ticket without clocks, such as imported history, has neither policy nor clocks.
    """

    at: datetime
    standing: str
    level: int
    policy_id: int | None
    policy: str | None
    policy_from: str | None
    calendar_id: int | None
    calendar: str | None
    calendar_from: str | None
    agreement_id: int | None
    agreement: str | None
    clocks: list[ClockOut]


class StepBody(Body):
    """Something that is supposed to happen; what is left out stays as it was."""

    at: Countable
    state: State | None = None
    said: Literal["agent", "customer"] | None = Field(default=None, description="who speaks in public")
    priority_id: RecordId | None = None
    policy_id: RecordId | None = None
    calendar_id: RecordId | None = None


class WhatIfBody(Body):
    """A ticket that might be: opened at `created_at`, followed by steps, and looked at `until` (now, or the last step)."""

    created_at: Countable
    state: State = "open"
    type_id: RecordId = 1
    customer_id: RecordId | None = None
    site_id: RecordId | None = None
    team_id: RecordId | None = None
    priority_id: RecordId | None = None
    policy_id: RecordId | None = Field(default=None, description="instead of the one that would be chosen")
    calendar_id: RecordId | None = Field(default=None, description="instead of the one that would be chosen")
    steps: Annotated[list[StepBody], Field(default_factory=list, max_length=MAX_STEPS)]
    until: Countable | None = None


@router.get("/tickets/{key}/sla")
def get_service_levels(api: Api, key: TicketKey) -> ServiceLevelsOut:
    """The ticket's clocks and the arithmetic behind them."""
    with api.db.read() as session:
        found = service_levels(session, api.viewer, ticket_id(key), api.now)
    return _told(found, api.now)


@router.post("/tickets/{key}/sla")
def start_clocks(api: Api, key: TicketKey) -> ServiceLevelsOut:
    """Gives clocks to an open ticket that has none, as an imported one, counted from when it was opened."""
    api.viewer.require("calendars.edit")
    with api.db.work() as w:
        adopt(w, [store.get(w.session, api.viewer, ticket_id(key)).id])
        w.session.flush()
        found = service_levels(w.session, api.viewer, ticket_id(key), w.now)
    return _told(found, api.now)


@router.post("/sla/what-if")
def suppose(api: Api, body: WhatIfBody) -> ServiceLevelsOut:
    """Deadlines and ledger of a ticket that might be, by the code that moves the clocks of those that are. Writes nothing."""
    api.viewer.require("calendars.see")
    given = body.model_dump(exclude={"steps", "until", "policy_id", "calendar_id"})
    steps = [Step(**step.model_dump()) for step in body.steps]
    until = body.until or max([api.now, *(step.at for step in steps)])
    with api.db.read() as session:
        found = what_if(
            session,
            TicketFacts(ticket_id=0, **given),
            steps,
            until,
            policy_id=body.policy_id,
            calendar_id=body.calendar_id,
        )
    if found is None:
        raise Conflict("this desk has no SLA policy, or no calendar, that could count")
    return _told(found, until)


def _told(found: ServiceLevels | None, at: datetime) -> ServiceLevelsOut:
    if found is None:
        nothing = dict.fromkeys(ServiceLevelsOut.model_fields)
        return ServiceLevelsOut.model_validate({**nothing, "at": at, "standing": "none", "level": 0, "clocks": []})
    clocks = [_clock(clock) for clock in found.clocks]
    return ServiceLevelsOut(
        at=found.at, standing=found.standing, level=found.level, clocks=clocks, **vars(found.choice)
    )


def _clock(view: ClockView) -> ClockOut:
    return ClockOut(
        kind=view.kind,
        cycle=view.cycle,
        state=view.state,
        started_at=view.started_at,
        stopped_at=view.stopped_at,
        budget_minutes=_minutes(view.budget),
        always_open=view.always_open,
        business_minutes=view.consumed / _MINUTE,
        actual_minutes=view.actual / _MINUTE,
        business_share=view.share(view.consumed),
        actual_share=view.share(view.actual),
        left_minutes=_minutes(view.left),
        due_at=view.due_at,
        breached_at=view.breached_at,
        ledger=[_line(line) for line in view.lines],
    )


def _line(line: Line) -> LineOut:
    return LineOut(
        started_at=line.started_at,
        ended_at=line.ended_at,
        began=line.began,
        ended=line.ended,
        minutes=line.worked / _MINUTE,
        total_minutes=line.total / _MINUTE,
        budget_minutes=_minutes(line.budget),
        calendar=line.calendar,
        calendar_version=line.calendar_version,
        always_open=line.always_open,
    )


_MINUTE = timedelta(minutes=1)


def _minutes(length: timedelta | None) -> float | None:
    return None if length is None else length / _MINUTE
