"""What silence and late answers do: the rules that close tickets, and what replies to finished ones do."""

from typing import Annotated, Any

from fastapi import Path
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.db.fields import MAX_KEY
from core_psa.db.records import get
from core_psa.errors import FieldError, Invalid
from core_psa.intake.replies import actions as replies
from core_psa.intake.replies import store as reply_store
from core_psa.organisation.tables import Team
from core_psa.reads.choices import choices
from core_psa.tickets.waiting import actions, store
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/administration")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]
Whose = Annotated[str, Path(pattern=r"^(desk|\d{1,18})$")]
_RULES = "/administration/auto-close"
_REPLIES = "/administration/replies"


@router.get("/auto-close")
def rules_page(visit: Console, cursor: str | None = None) -> Response:
    with visit.db.read() as session:
        found = store.rule_page(session, visit.viewer, cursor, inactive=True)
        lists = _lists(session)
    return page(visit, "by_itself/auto_close.html", found=found, lists=lists, first=cursor is None)


@router.get("/auto-close/new")
def new_rule_page(visit: Console) -> Response:
    visit.viewer.require("settings.edit")
    return _rule_form(visit, None)


@router.post("/auto-close/new")
def create_rule(visit: Console, form: Posted) -> Response:
    errors = attempt(visit.db, lambda w: actions.create_rule(w, visit.viewer, **_rule(form)))
    return _rule_form(visit, None, errors, form) if errors else RedirectResponse(f"{_RULES}?saved=1", 303)


@router.get("/auto-close/{rule_id}")
def rule_page(visit: Console, rule_id: Key) -> Response:
    visit.viewer.require("settings.edit")
    return _rule_form(visit, rule_id)


@router.post("/auto-close/{rule_id}")
def change_rule(visit: Console, rule_id: Key, form: Posted) -> Response:
    errors = attempt(visit.db, lambda w: actions.update_rule(w, visit.viewer, rule_id, **_rule(form)))
    return _rule_form(visit, rule_id, errors, form) if errors else RedirectResponse(f"{_RULES}?saved=1", 303)


@router.get("/replies")
def replies_page(visit: Console) -> Response:
    visit.viewer.require("settings.edit")
    with visit.db.read() as session:
        settings = {row.team_id: row for row in reply_store.settings(session, visit.viewer)}
        return page(visit, "by_itself/replies.html", settings=settings, lists=_lists(session))


@router.get("/replies/{whose}")
def reply_page(visit: Console, whose: Whose) -> Response:
    visit.viewer.require("settings.edit")
    return _reply_form(visit, _team(whose))


@router.post("/replies/{whose}")
def set_reply(visit: Console, whose: Whose, form: Posted) -> Response:
    team_id = _team(whose)
    errors = attempt(visit.db, lambda w: replies.set_follow_up(w, visit.viewer, team_id, **_reply(form)))
    return _reply_form(visit, team_id, errors, form) if errors else RedirectResponse(f"{_REPLIES}?saved=1", 303)


def _team(whose: str) -> int | None:
    return None if whose == "desk" else int(whose)


def _rule(form: Form) -> Any:
    return {
        "name": form.text("name"),
        "team_id": form.number("team_id"),
        "type_id": form.number("type_id"),
        "status_id": _needed(form, "status_id"),
        "inactive_days": _needed(form, "inactive_days"),
        "warning_days": form.number("warning_days"),
        "target_status_id": _needed(form, "target_status_id"),
        "active": "on" in form.texts("active"),
    }


def _reply(form: Form) -> Any:
    return {
        "reopening": "on" in form.texts("reopening"),
        "cutoff_hours": form.number("cutoff_hours"),
        "reopen_status_id": form.number("reopen_status_id"),
        "reopens_an_hour": _needed(form, "reopens_an_hour"),
    }


def _needed(form: Form, name: str) -> int:
    number = form.number(name)
    if number is None:
        raise Invalid(FieldError(name, "must be given"))
    return number


def _lists(session: Session) -> dict[str, Any]:
    offered = choices(session)
    states = [(i, name, state) for i, name, state in offered.statuses]
    return {
        "team": offered.teams,
        "type": offered.types,
        "status": [(i, name) for i, name, _ in states],
        "done": [(i, name) for i, name, state in states if state == "done"],
        "unsolved": [(i, name) for i, name, state in states if state != "done"],
    }


def _rule_form(visit: Visit, rule_id: int | None, errors: dict[str, str] | None = None, form: Form = EMPTY) -> Response:
    with visit.db.read() as session:
        row = None if rule_id is None else store.rule(session, visit.viewer, rule_id)
        lists = _lists(session)
    return _page(visit, "by_itself/auto_close_form.html", errors, form, row=row, lists=lists)


def _reply_form(
    visit: Visit, team_id: int | None, errors: dict[str, str] | None = None, form: Form = EMPTY
) -> Response:
    with visit.db.read() as session:
        rows = {row.team_id: row for row in reply_store.settings(session, visit.viewer)}
        name = "Every team without its own setting" if team_id is None else get(session, Team, team_id).name
        lists = _lists(session)
    return _page(visit, "by_itself/replies_form.html", errors, form, row=rows.get(team_id), name=name, lists=lists)


def _page(visit: Visit, template: str, errors: dict[str, str] | None, form: Form, **facts: Any) -> Response:
    return page(visit, template, status=422 if errors else 200, errors=errors or {}, form=form, **facts)
