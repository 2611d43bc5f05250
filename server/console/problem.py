"""A problem ticket behind several incidents: those chosen in the queue, or numbers written down."""

import re
from typing import Annotated

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.errors import FieldError, Invalid
from core_psa.intake import offspring
from core_psa.reads.related import Other, others
from core_psa.viewer import Viewer
from server.console.forms import EMPTY, Form, Posted, problems
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/problems")


@router.get("/new")
def new_page(visit: Console, ticket: Annotated[list[int] | None, Query(max_length=200)] = None) -> Response:
    """`ticket` may be given several times."""
    visit.viewer.require("tickets.edit")
    return _form(visit, ticket or [])


@router.post("/new")
def open_problem(visit: Console, form: Posted) -> Response:
    try:
        with visit.db.work() as w:
            problem_id = _open(w, visit, form)
            w.after_commit(visit.desk.wake)
    except Invalid as invalid:
        return _form(visit, [], problems(invalid), form)
    return RedirectResponse(f"/tickets/{problem_id}", 303)


def _open(w: Work, visit: Visit, form: Form) -> int:
    wanted = numbers(form.text("incidents"))
    unknown = sorted(set(wanted) - others(w.session, visit.viewer, wanted).keys())
    if unknown:
        raise Invalid(FieldError("incidents", f"there is no ticket {', '.join(map(str, unknown))}"))
    return offspring.problem_behind(w, visit.viewer, wanted, subject=form.text("subject"), body=form.text("body")).id


def numbers(written: str) -> list[int]:
    """Ticket numbers, separated by anything; `#0000012` is 12. Raises Invalid for one that is too long."""
    found = re.findall(r"\d+", written)
    if any(len(number) > 18 for number in found):
        raise Invalid(FieldError("incidents", "must be numbers of tickets"))
    return [int(number) for number in found]


def _form(visit: Visit, given: list[int], errors: dict[str, str] | None = None, form: Form = EMPTY) -> Response:
    with visit.db.read() as session:
        incidents = _shown(session, visit.viewer, given, form)
    return page(
        visit,
        "problem.html",
        status=422 if errors else 200,
        incidents=incidents,
        errors=errors or {},
        form=form,
    )


def _shown(session: Session, viewer: Viewer, given: list[int], form: Form) -> list[Other]:
    """The incidents that the viewer may see, in the order they were given."""
    wanted = given
    if form.given("incidents"):
        wanted = [int(n) for n in re.findall(r"\b\d{1,18}\b", form.text("incidents"))]
    seen = others(session, viewer, wanted)
    return [seen[i] for i in dict.fromkeys(wanted) if i in seen]
