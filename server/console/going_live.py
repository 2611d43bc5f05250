"""Taking the desk into service: the set-up guide, the page of the acceptance tests, and the look back on the first week."""

from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.going_live import actions, store
from core_psa.going_live.acceptance import Result
from core_psa.going_live.first_week import review
from core_psa.organisation import actions as organisation
from core_psa.organisation.store import agents
from core_psa.organisation.tables import Organisation
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router()

CLOCKS = {"response": "first response", "update": "next update", "resolution": "resolution"}


@router.get("/set-up")
def guide_page(visit: Console) -> Response:
    return _guide(visit)


@router.post("/set-up/steps/{step}")
def arrange_step(visit: Console, step: str, form: Posted) -> Response:
    def change(w: Work) -> None:
        owner_id, due_on, note = form.number("owner_id"), form.text("due_on"), form.text("note")
        actions.arrange_step(w, visit.viewer, step, owner_id=owner_id, due_on=due_on, note=note)

    errors = attempt(visit.db, change)
    return _guide(visit, errors) if errors else RedirectResponse(f"/set-up?saved=1#{step}", 303)


@router.get("/set-up/organisation")
def organisation_page(visit: Console) -> Response:
    return _organisation(visit)


@router.post("/set-up/organisation")
def change_organisation(visit: Console, form: Posted) -> Response:
    name, timezone = form.text("name"), form.text("timezone").strip()
    errors = attempt(
        visit.db, lambda w: organisation.update_organisation(w, visit.viewer, name=name, timezone=timezone)
    )
    return _organisation(visit, errors, form) if errors else RedirectResponse("/set-up?saved=1", 303)


@router.get("/go-live")
def go_live_page(visit: Console) -> Response:
    return _go_live(visit)


@router.post("/go-live/test")
def test_desk(visit: Console) -> Response:
    return _go_live(visit, actions.try_out(visit.db, visit.viewer))


@router.post("/go-live/sign-off")
def sign_off(visit: Console, form: Posted) -> Response:
    results = actions.try_out(visit.db, visit.viewer)
    errors = attempt(visit.db, lambda w: actions.sign_off(w, visit.viewer, results, form.text("note")))
    return _go_live(visit, results, errors, form) if errors else RedirectResponse("/go-live?saved=1", 303)


@router.get("/first-week")
def first_week_page(visit: Console) -> Response:
    with visit.db.read() as session:
        week = review(session, visit.viewer, visit.db.clock.now())
    return page(visit, "going_live/week.html", week=week, clocks=CLOCKS)


def _guide(visit: Visit, errors: dict[str, str] | None = None) -> Response:
    posted = bool(visit.desk.settings.smtp_host)
    with visit.db.read() as session:
        today = store.today_of(session, visit.db.clock.now())
        steps = store.guide(session, visit.viewer, today, posted=posted)
        people = [(agent.id, agent.name) for agent in agents(session)]
    return page(
        visit,
        "going_live/guide.html",
        status=422 if errors else 200,
        steps=steps,
        left=store.open_steps(steps),
        people=people,
        errors=errors or {},
    )


def _organisation(visit: Visit, errors: dict[str, str] | None = None, form: Form = EMPTY) -> Response:
    visit.viewer.require("access.edit")
    with visit.db.read() as session:
        row = session.scalars(select(Organisation)).one()
    status = 422 if errors else 200
    return page(visit, "going_live/organisation.html", status=status, row=row, errors=errors or {}, form=form)


def _go_live(
    visit: Visit,
    results: list[Result] | None = None,
    errors: dict[str, str] | None = None,
    form: Form = EMPTY,
) -> Response:
    posted = bool(visit.desk.settings.smtp_host)
    with visit.db.read() as session:
        today = store.today_of(session, visit.db.clock.now())
        left = store.open_steps(store.guide(session, visit.viewer, today, posted=posted))
        signed = store.sign_offs(session, visit.viewer).rows
    return page(
        visit,
        "going_live/go_live.html",
        status=422 if errors else 200,
        results=results,
        left=left,
        signed=signed,
        errors=errors or {},
        form=form,
    )
