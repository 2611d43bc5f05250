"""What the clocks would show under another policy, calendar or priority: of tickets that were, and of one that might be.

Everything asked stands in the address, so that an answer can be passed on. Nothing is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from core_psa.errors import FieldError, Invalid, NotFound
from core_psa.reads.choices import choices
from core_psa.reads.replay import MOST, Instead, replay, replays
from core_psa.reads.service_levels import ServiceLevels, what_if
from core_psa.sla.books import Books
from core_psa.sla.clocks import BusinessTime, Terms
from core_psa.sla.policy_choice import TicketFacts
from core_psa.sla.rules import EARLIEST, LATEST
from core_psa.sla.tables import Calendar, SlaPolicy
from core_psa.sla.what_if import Step
from core_psa.tickets.store import first_type
from server.console.forms import Form, day_of, problems
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.sla_policies import KIND_NAMES
from server.console.views import page
from server.period import Period

ADDRESS = "/administration/sla/what-if"
ABOUT = {"period": "Tickets of a period", "ticket": "One ticket", "new": "A ticket that might be"}
_MOST_DAYS = 40

_NOTHING: Mapping[str, Any] = {
    "period": None,
    "replays": None,
    "replayed": None,
    "opened": None,
    "supposed": None,
    "days": {},
}

router = page_router(ADDRESS)


@dataclass(frozen=True)
class Day:
    """How much of one day counts in a calendar, and of all days up to it."""

    day: date
    open: timedelta
    total: timedelta


@router.get("")
def what_if_page(visit: Console, about: str = "period") -> Response:
    visit.viewer.require("calendars.see")
    form = Form(visit.request.query_params.multi_items())
    about = about if about in ABOUT else "period"
    errors: dict[str, str] = {}
    found = dict(_NOTHING)
    with visit.db.read() as session:
        try:
            found |= _ANSWERS[about](session, visit, form, _instead(form))
        except Invalid as error:
            errors = problems(error)
        offered = choices(session)
        policies = session.execute(select(SlaPolicy.id, SlaPolicy.name).order_by(SlaPolicy.name)).all()
        calendars = session.execute(select(Calendar.id, Calendar.name).order_by(Calendar.name)).all()
    return page(
        visit,
        "sla/what_if.html",
        status=422 if errors else 200,
        about=about,
        abouts=ABOUT,
        policies=policies,
        calendars=calendars,
        priorities=offered.priorities,
        kinds=KIND_NAMES,
        form=form,
        errors=errors,
        most=MOST,
        **found,
    )


def _instead(form: Form) -> Instead:
    return Instead(form.number("policy"), form.number("calendar"), form.number("priority"))


def _of_period(session: Session, visit: Visit, form: Form, instead: Instead) -> dict[str, Any]:
    now = visit.db.clock.now()
    today = now.astimezone(visit.zone).date()
    period = Period.of(day_of(form.text("since")), day_of(form.text("until")), today)
    begins, ends = period.begins(visit.zone), period.ends(visit.zone)
    return {"period": period, "replays": replays(session, visit.viewer, begins, ends, _known(session, instead), now)}


def _of_ticket(session: Session, visit: Visit, form: Form, instead: Instead) -> dict[str, Any]:
    number = form.number("ticket")
    if number is None:
        return {}
    try:
        found = replay(session, visit.viewer, number, _known(session, instead), visit.db.clock.now())
    except NotFound:
        raise Invalid(FieldError("ticket", f"there is no ticket {number:07d}, or not for you to see")) from None
    return {"replayed": found}


def _of_new(session: Session, visit: Visit, form: Form, instead: Instead) -> dict[str, Any]:
    """The deadlines of a ticket opened then, and answered then if it is; the days that lead to each."""
    instead = _known(session, instead)
    opened = _instant(form, "opened", visit.zone) or visit.db.clock.now()
    answered = _instant(form, "answered", visit.zone)
    if answered is not None and answered < opened:
        raise Invalid(FieldError("answered", "must not lie before the ticket is opened"))
    facts = TicketFacts(0, opened, "open", first_type(session), priority_id=instead.priority_id)
    steps = [Step(answered, said="agent")] if answered else []
    until = max(opened, answered or opened)
    found = what_if(session, facts, steps, until, policy_id=instead.policy_id, calendar_id=instead.calendar_id)
    return {"opened": opened, "supposed": found, "days": _days(session, found, visit.zone) if found else {}}


def _days(session: Session, found: ServiceLevels, zone: ZoneInfo) -> dict[str, list[Day]]:
    """By kind of clock, the open time of every day from its start to its deadline."""
    books, calendar = Books(session), found.choice.calendar_id
    walked: dict[str, list[Day]] = {}
    for clock in found.promised:
        if clock.due_at:
            terms = Terms(clock.budget, calendar, books.version(calendar), clock.always_open)
            walked[clock.kind] = _by_day(books.time_of(terms), clock.started_at, clock.due_at, zone)
    return walked


def _by_day(time: BusinessTime, start: datetime, end: datetime, zone: ZoneInfo) -> list[Day]:
    days: list[Day] = []
    at, total = start.astimezone(zone), timedelta()
    while at < end and len(days) < _MOST_DAYS:
        midnight = datetime.combine(at.date() + timedelta(days=1), datetime.min.time(), zone)
        counted = time.elapsed(at, min(midnight, end.astimezone(zone)))
        total += counted
        days.append(Day(at.date(), counted, total))
        at = midnight
    return days


def _known(session: Session, instead: Instead) -> Instead:
    """Raises Invalid for what the selects do not offer."""
    for name, model, record_id in (
        ("policy", SlaPolicy, instead.policy_id),
        ("calendar", Calendar, instead.calendar_id),
    ):
        if record_id is not None and session.get(model, record_id) is None:
            raise Invalid(FieldError(name, f"there is no {name} {record_id}"))
    if instead.priority_id not in (None, *(i for i, _ in choices(session).priorities)):
        raise Invalid(FieldError("priority", f"there is no priority {instead.priority_id}"))
    return instead


def _instant(form: Form, name: str, zone: ZoneInfo) -> datetime | None:
    written = form.text(name).strip()
    if not written:
        return None
    try:
        found = datetime.fromisoformat(written).replace(tzinfo=zone)
    except ValueError:
        raise Invalid(FieldError(name, "must be a day and a time, such as 2026-03-02T09:00")) from None
    if not EARLIEST < found.date() < LATEST:
        raise Invalid(FieldError(name, f"must lie between {EARLIEST} and {LATEST}"))
    return found


_ANSWERS = {"period": _of_period, "ticket": _of_ticket, "new": _of_new}
