"""The dispatch board: tickets are given to agents and planned by dragging them, or with the forms below."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import Path, Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.desk import actions as desk
from core_psa.dispatch import actions
from core_psa.errors import FieldError, Invalid, NotFound
from core_psa.reads import lookups
from core_psa.reads.board import board
from core_psa.tickets import store as tickets
from server.console.forms import EMPTY, Form, Posted, attempt, day_of, whole
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/dispatch")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]


@router.get("")
def board_page(visit: Console, week: str = "", team: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None) -> Response:
    return _shown(visit, day_of(week) or _today(visit), team)


@router.get("/sites")
def sites(visit: Console, number: Annotated[str, Query(max_length=20)] = "") -> Response:
    """The sites a visit for this ticket can go to, as a part of the page; none for a number that leads nowhere."""
    visit.viewer.require("dispatch.see")
    with visit.db.read() as session:
        return page(visit, "dispatch/sites.html", **_sites(session, visit, number), errors={}, form=EMPTY)


def _sites(session: Session, visit: Visit, number: str) -> dict[str, Any]:
    ticket_id = whole(number.strip().removeprefix("#"))
    if ticket_id is not None and visit.viewer.may("customers.see"):
        with suppress(NotFound):
            ticket = tickets.get(session, visit.viewer, ticket_id)
            known = lookups.sites_of(session, visit.viewer, ticket.customer_id) if ticket.customer_id else ()
            return {"sites": known, "chosen": ticket.site_id}
    return {"sites": (), "chosen": None}


@router.post("/plan")
def plan(visit: Console, form: Posted) -> Response:
    """A form with a start and an end, or a ticket dropped on a day, which takes the first free hour."""
    return _attempt(visit, form, lambda w: _plan(w, visit, form))


@router.post("/assign")
def assign(visit: Console, form: Posted) -> Response:
    """A ticket dropped on an agent."""
    visit.viewer.require("dispatch.edit")
    values = {"assignee": _needed(form, "agent")}
    return _attempt(visit, form, lambda w: desk.assign(w, visit.viewer, _needed(form, "ticket"), values=values))


@router.post("/hand-over")
def hand_over(visit: Console, form: Posted) -> Response:
    return _attempt(
        visit, form, lambda w: actions.hand_over(w, visit.viewer, form.text("note"), form.number("note_team"))
    )


@router.post("/{appointment_id}/move")
def move(visit: Console, form: Posted, appointment_id: Key) -> Response:
    agent, day = _needed(form, "agent"), _day(form.text("day"))
    return _attempt(visit, form, lambda w: actions.move(w, visit.viewer, appointment_id, agent, day, visit.zone))


@router.post("/{appointment_id}/cancel")
def cancel(visit: Console, form: Posted, appointment_id: Key) -> Response:
    return _attempt(visit, form, lambda w: actions.cancel(w, visit.viewer, appointment_id))


def _plan(w: Work, visit: Visit, form: Form) -> None:
    agent = _needed(form, "agent")
    if form.given("day"):
        actions.plan_on(w, visit.viewer, _needed(form, "ticket"), agent, _day(form.text("day")))
        return
    starts_at = _local(visit, form, "starts")
    actions.plan(
        w,
        visit.viewer,
        agent_id=agent,
        ticket_id=form.number("number"),
        text=form.text("text").strip(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=_needed(form, "minutes")),
        **_place(w, visit, form),
    )


def _place(w: Work, visit: Visit, form: Form) -> dict[str, Any]:
    """At the customer's: the site that was chosen, or else the ticket's."""
    if "on" not in form.texts("on_site"):
        return {}
    number = form.number("number")
    ticket = tickets.get(w.session, visit.viewer, number) if number else None
    return {"on_site": True, "site_id": form.number("site") or (ticket.site_id if ticket else None)}


def _attempt(visit: Visit, form: Form, change: Callable[[Work], object]) -> Response:
    errors = attempt(visit.db, change)
    visit.desk.live.look_now()
    week, team = _week(visit, form), form.number_shown("team")
    if errors:
        return _shown(visit, week, team, errors, form)
    return RedirectResponse(f"/dispatch?week={week}" + (f"&team={team}" if team else ""), 303)


def _shown(
    visit: Visit, day: date, team: int | None, errors: dict[str, str] | None = None, form: Form = EMPTY
) -> Response:
    monday = day - timedelta(days=day.weekday())
    now = visit.db.clock.now()
    with visit.db.read() as session:
        shown = board(session, visit.viewer, monday, visit.zone, now, team)
        return page(
            visit,
            "dispatch/board.html",
            status=422 if errors else 200,
            board=shown,
            people=[(line.agent.id, line.agent.name) for line in shown.lines],
            monday=monday,
            before=monday - timedelta(days=7),
            after=monday + timedelta(days=7),
            today=now.astimezone(visit.zone).date(),
            team=team,
            may_plan=visit.viewer.may("dispatch.edit"),
            **_sites(session, visit, form.text("number")),
            errors=errors or {},
            form=form,
            now=now,
        )


def _today(visit: Visit) -> date:
    return visit.db.clock.now().astimezone(visit.zone).date()


def _week(visit: Visit, form: Form) -> date:
    return day_of(form.text("week")) or _today(visit)


def _day(written: str) -> date:
    day = day_of(written)
    if day is None:
        raise Invalid(FieldError("day", "must be a day such as 2026-03-29"))
    return day


def _needed(form: Form, name: str) -> int:
    number = form.number(name)
    if number is None:
        raise Invalid(FieldError(name, "must be given"))
    return number


def _local(visit: Visit, form: Form, name: str) -> datetime:
    """What a browser's box for day and time holds, by the clock of who wrote it."""
    try:
        return datetime.fromisoformat(form.text(name)).replace(tzinfo=visit.zone)
    except ValueError:
        raise Invalid(FieldError(name, "must be a day and a time")) from None
