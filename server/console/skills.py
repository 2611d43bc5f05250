"""The skills agents can have: renamed, retired and brought back here; who has which is on the agent's page."""

from typing import Annotated

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.db.paging import MAX_LIMIT
from core_psa.organisation import actions, store
from core_psa.organisation.tables import Skill
from core_psa.retiring.actions import set_active
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/administration/skills")


@router.get("")
def skills_page(visit: Console) -> Response:
    visit.viewer.require("organisation.edit")
    return _list(visit)


@router.post("")
def create(visit: Console, form: Posted) -> Response:
    errors = attempt(visit.db, lambda w: actions.create_skill(w, visit.viewer, form.text("name")))
    return _list(visit, errors, form) if errors else _saved()


@router.post("/{skill_id}")
def change(visit: Console, skill_id: Annotated[int, Path(ge=1, le=MAX_KEY)], form: Posted) -> Response:
    def save(w: Work) -> None:
        actions.rename_skill(w, visit.viewer, skill_id, form.text("name"))
        set_active(w, visit.viewer, Skill, skill_id, "on" in form.texts("active"))

    errors = attempt(visit.db, save)
    return _list(visit, errors) if errors else _saved()


def _saved() -> Response:
    return RedirectResponse("/administration/skills?saved=1", 303)


def _list(visit: Visit, errors: dict[str, str] | None = None, form: Form = EMPTY) -> Response:
    with visit.db.read() as session:
        rows = store.skill_page(session, visit.viewer, limit=MAX_LIMIT, inactive=True).rows
        status, able = 422 if errors else 200, store.able(session)
    return page(visit, "organisation/skills.html", status=status, rows=rows, able=able, errors=errors or {}, form=form)
