"""Routing rules: the ordered list, the form of one, and the dry run over past tickets."""

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.db.paging import MAX_LIMIT
from core_psa.desk.names import labels
from core_psa.organisation.store import skill_page
from core_psa.reads.choices import choices
from core_psa.routing import actions, store
from core_psa.routing.rules import PICKS
from core_psa.routing.tables import RoutingRule
from core_psa.routing.trial import MOST, USUAL, names_needed, try_rules
from server.console import routing_words
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.record_forms import given, lines
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

ADDRESS = "/administration/routing"
router = page_router(ADDRESS)

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]
_IDS = ("type_id", "category_id", "priority_id", "team_id", "assignee_id", "skill_id")


@router.get("")
def rules_page(visit: Console) -> Response:
    return _list(visit)


@router.post("/order")
def move(visit: Console, form: Posted) -> Response:
    """Moves one rule up or down by one place."""
    errors = attempt(visit.db, lambda w: _move(w, visit, form))
    return _list(visit, errors) if errors else RedirectResponse(ADDRESS, 303)


@router.get("/dry-run")
def dry_run(visit: Console, newest: int = USUAL) -> Response:
    with visit.db.read() as session:
        trial = try_rules(session, visit.viewer, min(max(newest, 1), MOST))
        names = {field: labels(session, field, ids) for field, ids in names_needed(trial).items()}
    return page(visit, "routing/trial.html", trial=trial, names=names, newest=newest, most=MOST)


@router.get("/new")
def new_page(visit: Console) -> Response:
    visit.viewer.require("settings.edit")
    return _form(visit, None)


@router.post("/new")
def create(visit: Console, form: Posted) -> Response:
    errors = attempt(visit.db, lambda w: actions.create_rule(w, visit.viewer, **_given(w, form)))
    return _form(visit, None, errors, form) if errors else _saved()


@router.get("/{rule_id}")
def rule_page(visit: Console, rule_id: Key) -> Response:
    return _form(visit, rule_id)


@router.post("/{rule_id}")
def change(visit: Console, rule_id: Key, form: Posted) -> Response:
    errors = attempt(visit.db, lambda w: actions.update_rule(w, visit.viewer, rule_id, **_given(w, form)))
    return _form(visit, rule_id, errors, form) if errors else _saved()


@router.post("/{rule_id}/remove")
def remove(visit: Console, rule_id: Key) -> Response:
    errors = attempt(visit.db, lambda w: actions.remove_rule(w, visit.viewer, rule_id))
    return _form(visit, rule_id, errors) if errors else _saved()


def _saved() -> Response:
    return RedirectResponse(f"{ADDRESS}?saved=1", 303)


def _move(w: Work, visit: Visit, form: Form) -> None:
    visit.viewer.require("settings.edit")
    ids = [rule.id for rule in store.all_rules(w.session)]
    rule_id, up = form.number("rule"), form.text("to") == "up"
    if rule_id in ids:
        at = ids.index(rule_id)
        ids.insert(max(0, at + (-1 if up else 1)), ids.pop(at))
        actions.order_rules(w, visit.viewer, ids)


def _given(w: Work, form: Form) -> Any:
    values = given(form, texts=("name", "pick"), flags=("active", "go_on"), ids=_IDS)
    conditions = routing_words.read(w.session, form)
    tags = lines(form, "tags")
    return {**values, "match_all": form.text("match") != "any", "conditions": conditions, "tags": tags}


def _list(visit: Visit, errors: dict[str, str] | None = None) -> Response:
    visit.viewer.require("settings.see")
    with visit.db.read() as session:
        rules = store.all_rules(session)
        return page(
            visit,
            "routing/list.html",
            status=422 if errors else 200,
            rules=rules[:MAX_LIMIT],
            conditions=routing_words.in_words(session, rules[:MAX_LIMIT]),
            effects={rule.id: _effects(session, rule) for rule in rules[:MAX_LIMIT]},
            errors=errors or {},
        )


def _effects(session: Any, rule: RoutingRule) -> list[str]:
    sets = ("type", "category", "priority", "team", "assignee")
    said = [
        f"{name} {label}"
        for name in sets
        if (i := getattr(rule, f"{name}_id")) and (label := labels(session, name, [i]).get(i))
    ]
    return said + ([PICKS[rule.pick]] if rule.pick else []) + [f"tag {tag}" for tag in rule.tags]


def _form(visit: Visit, rule_id: int | None, errors: dict[str, str] | None = None, form: Form = EMPTY) -> Response:
    with visit.db.read() as session:
        rule = store.rule(session, visit.viewer, rule_id) if rule_id else None
        stored = routing_words.written(session, rule) if rule else []
        return page(
            visit,
            "routing/rule.html",
            status=422 if errors else 200,
            rule=rule,
            lines=(routing_words.lines_of(form) if form.given("asked") else stored)
            + [{"field": "customer", "negated": False, "text": ""}] * routing_words.EMPTY_LINES,
            asked=routing_words.ASKED,
            offered=choices(session),
            skills_offered=[
                (skill.id, skill.name)
                for skill in skill_page(session, visit.viewer, limit=MAX_LIMIT, inactive=True).rows
                if skill.active or (rule is not None and skill.id == rule.skill_id)
            ],
            picks=PICKS,
            errors=errors or {},
            form=form,
        )
