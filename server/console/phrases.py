"""What is kept to be said and ticked again: canned answers, call scripts, checklist templates."""

from typing import Any

from starlette.responses import RedirectResponse, Response

from core_psa.checklists import actions as checklists
from core_psa.checklists import rules as checklist_rules
from core_psa.checklists import store as checklist_store
from core_psa.db import Work
from core_psa.db.paging import MAX_LIMIT
from core_psa.knowledge import canned_actions, canned_store, script_actions, script_outline
from core_psa.knowledge.rules import PLACEHOLDERS
from core_psa.reads.choices import choices
from server.api.models import Key
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router()


@router.get("/canned-answers")
def canned_page(visit: Console) -> Response:
    with visit.db.read() as session:
        rows = canned_store.canned_page(session, visit.viewer, limit=MAX_LIMIT, inactive=True).rows
    return page(visit, "phrases/canned.html", rows=rows, teams=dict(visit.teams))


@router.get("/canned-answers/new")
def new_canned(visit: Console) -> Response:
    visit.viewer.require("tickets.edit")
    return _canned(visit, None)


@router.post("/canned-answers/new")
def create_canned(visit: Console, form: Posted) -> Response:
    errors = attempt(visit.db, lambda w: canned_actions.create_canned(w, visit.viewer, **_canned_given(form)))
    return _canned(visit, None, form, errors) if errors else _back("/canned-answers")


@router.get("/canned-answers/{answer_id}")
def edit_canned(answer_id: Key, visit: Console) -> Response:
    return _canned(visit, answer_id)


@router.post("/canned-answers/{answer_id}")
def save_canned(answer_id: Key, visit: Console, form: Posted) -> Response:
    def change(w: Work) -> None:
        active = form.text("active") == "on"
        canned_actions.update_canned(w, visit.viewer, answer_id, active=active, **_canned_given(form))

    errors = attempt(visit.db, change)
    return _canned(visit, answer_id, form, errors) if errors else _back("/canned-answers")


def _canned_given(form: Form) -> Any:
    return {
        "name": form.text("name"),
        "body": form.text("body"),
        "scope": form.text("scope", "personal"),
        "team_id": form.number("team_id"),
    }


def _canned(visit: Visit, answer_id: int | None, form: Form = EMPTY, errors: dict[str, str] | None = None) -> Response:
    with visit.db.read() as session:
        row = None if answer_id is None else canned_store.canned_answer(session, visit.viewer, answer_id)
        offered = choices(session)
    facts = {
        "placeholders": PLACEHOLDERS,
        "teams": offered.teams if visit.viewer.may("knowledge.publish") else visit.teams,
    }
    return _form(visit, "phrases/canned_form.html", row, form, errors, **facts)


@router.get("/call-scripts")
def scripts_page(visit: Console) -> Response:
    with visit.db.read() as session:
        rows = script_actions.script_page(session, visit.viewer, limit=MAX_LIMIT, inactive=True).rows
    return page(visit, "phrases/scripts.html", rows=rows)


@router.get("/call-scripts/new")
def new_script(visit: Console) -> Response:
    visit.viewer.require("knowledge.publish")
    return _script(visit, None)


@router.post("/call-scripts/new")
def create_script(visit: Console, form: Posted) -> Response:
    def change(w: Work) -> None:
        questions = script_outline.read(form.text("outline"))
        given = {"name": form.text("name"), "description": form.text("description")}
        script_actions.create_script(w, visit.viewer, questions, **given)  # type: ignore[arg-type]  # of the form's texts

    errors = attempt(visit.db, change)
    return _script(visit, None, form, errors) if errors else _back("/call-scripts")


@router.get("/call-scripts/{script_id}")
def edit_script(script_id: Key, visit: Console) -> Response:
    return _script(visit, script_id)


@router.post("/call-scripts/{script_id}")
def save_script(script_id: Key, visit: Console, form: Posted) -> Response:
    def change(w: Work) -> None:
        script_actions.update_script(
            w,
            visit.viewer,
            script_id,
            script_outline.read(form.text("outline")),
            name=form.text("name"),
            description=form.text("description"),
            active=form.text("active") == "on",
        )

    errors = attempt(visit.db, change)
    return _script(visit, script_id, form, errors) if errors else _back("/call-scripts")


def _script(visit: Visit, script_id: int | None, form: Form = EMPTY, errors: dict[str, str] | None = None) -> Response:
    row, outline, versions = None, "", []
    if script_id is not None:
        with visit.db.read() as session:
            row = script_actions.script(session, visit.viewer, script_id)
            outline = script_outline.written(script_actions.questions_of(session, visit.viewer, script_id))
            versions = list(script_actions.script_versions(session, visit.viewer, script_id, limit=20).rows)
    return _form(visit, "phrases/script_form.html", row, form, errors, outline=outline, versions=versions)


@router.get("/administration/checklists")
def templates_page(visit: Console) -> Response:
    visit.viewer.require("settings.edit")
    with visit.db.read() as session:
        rows = checklist_store.template_page(session, visit.viewer, limit=MAX_LIMIT, inactive=True).rows
        types = dict(choices(session).types)
    return page(visit, "phrases/checklists.html", rows=rows, types=types)


@router.get("/administration/checklists/new")
def new_template(visit: Console) -> Response:
    visit.viewer.require("settings.edit")
    return _template(visit, None)


@router.post("/administration/checklists/new")
def create_template(visit: Console, form: Posted) -> Response:
    errors = attempt(visit.db, lambda w: checklists.create_template(w, visit.viewer, **_template_given(form)))
    return _template(visit, None, form, errors) if errors else _back("/administration/checklists")


@router.get("/administration/checklists/{template_id}")
def edit_template(template_id: Key, visit: Console) -> Response:
    visit.viewer.require("settings.edit")
    return _template(visit, template_id)


@router.post("/administration/checklists/{template_id}")
def save_template(template_id: Key, visit: Console, form: Posted) -> Response:
    def change(w: Work) -> None:
        active = form.text("active") == "on"
        checklists.update_template(w, visit.viewer, template_id, active=active, **_template_given(form))

    errors = attempt(visit.db, change)
    return _template(visit, template_id, form, errors) if errors else _back("/administration/checklists")


def _template_given(form: Form) -> Any:
    return {
        "name": form.text("name"),
        "description": form.text("description"),
        "type_id": form.number("type_id"),
        "items": checklist_rules.read(form.text("items")),
    }


def _template(
    visit: Visit, template_id: int | None, form: Form = EMPTY, errors: dict[str, str] | None = None
) -> Response:
    with visit.db.read() as session:
        row = None if template_id is None else checklist_store.template(session, visit.viewer, template_id)
        types = choices(session).types
    lines = checklist_rules.written(row.items) if row else ""
    return _form(visit, "phrases/checklist_form.html", row, form, errors, types=types, lines=lines)


def _form(visit: Visit, template: str, row: Any, form: Form, errors: dict[str, str] | None, **facts: Any) -> Response:
    return page(visit, template, status=422 if errors else 200, row=row, form=form, errors=errors or {}, **facts)


def _back(address: str) -> Response:
    return RedirectResponse(f"{address}?saved=1", 303)
