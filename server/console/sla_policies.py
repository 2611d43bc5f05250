"""SLA policies: their list, and the page one of them is changed on."""

from typing import Annotated

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.errors import Conflict, Invalid
from core_psa.reads.choices import choices
from core_psa.retiring.actions import set_active
from core_psa.sla import policy_actions as actions
from core_psa.sla import policy_store as store
from core_psa.sla.clocks import KINDS
from core_psa.sla.policy_rules import LEVELS, RECIPIENTS, Target, Threshold
from core_psa.sla.tables import SlaPolicy
from server.console.forms import EMPTY, Form, Posted, problems
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

_MOST_WARNINGS = 100

router = page_router("/administration/sla")

PolicyKey = Annotated[int, Path(ge=1, le=2**62)]

KIND_NAMES = {"response": "First response", "update": "Next update", "resolution": "Resolution"}
_FREE_ROWS = 2


@router.get("")
def policies_page(visit: Console, cursor: str | None = None) -> Response:
    with visit.db.read() as session:
        found = store.policy_page(session, visit.viewer, cursor, inactive=True)
        targets = store.targets_of(session, [policy.id for policy in found.rows])
        priorities = choices(session).priorities
    return page(
        visit,
        "sla/policies.html",
        found=found,
        targets=targets,
        priorities=priorities,
        kinds=KIND_NAMES,
        first=cursor is None,
    )


@router.get("/new")
def new_policy(visit: Console) -> Response:
    visit.viewer.require("calendars.edit")
    return _form(visit, None)


@router.get("/{policy_id}")
def policy_page(policy_id: PolicyKey, visit: Console) -> Response:
    return _form(visit, policy_id)


@router.post("/new")
def create(visit: Console, form: Posted) -> Response:
    return _save(visit, None, form)


@router.post("/{policy_id}")
def change(policy_id: PolicyKey, visit: Console, form: Posted) -> Response:
    return _save(visit, policy_id, form)


def _save(visit: Visit, policy_id: int | None, form: Form) -> Response:
    visit.viewer.require("calendars.edit")
    try:
        with visit.db.work() as w:
            saved = _written(w, visit, policy_id, form)
    except (Invalid, Conflict) as error:
        return _form(visit, policy_id, form, problems(error))
    return RedirectResponse(f"/administration/sla/{saved}?saved=1", 303)


def _written(w: Work, visit: Visit, policy_id: int | None, form: Form) -> int:
    fields = actions.PolicyFields(
        name=form.text("name"),
        description=form.text("description"),
        pauses="on" in form.texts("pauses"),
        reopening=form.text("reopening"),
        updates=form.text("updates"),
        at_risk_from=form.number("at_risk_from") or 0,
        presumed_priority_id=form.number("presumed_priority_id"),
    )
    if "on" in form.texts("is_default"):
        fields["is_default"] = True
    if policy_id is None:
        policy_id = actions.create_policy(w, visit.viewer, **fields).id
    else:
        actions.update_policy(w, visit.viewer, policy_id, expected_version=form.number("version"), **fields)
        if form.given("active"):
            set_active(w, visit.viewer, SlaPolicy, policy_id, "on" in form.texts("active"))
    actions.set_targets(w, visit.viewer, policy_id, _targets(w, form))
    actions.set_warnings(w, visit.viewer, policy_id, _warnings(form))
    return policy_id


def _targets(w: Work, form: Form) -> list[Target]:
    return [
        Target(priority_id, kind, minutes, "on" in form.texts(f"open_{priority_id}_{kind}"))
        for priority_id, _ in choices(w.session).priorities
        for kind in KINDS
        if (minutes := form.number(f"target_{priority_id}_{kind}")) is not None
    ]


def _warnings(form: Form) -> list[Threshold]:
    """A row without a share is no warning."""
    rows = range(min(form.number("warnings") or 0, _MOST_WARNINGS))
    return [
        Threshold(
            percent=percent,
            recipients=tuple(who for who in RECIPIENTS if who in form.texts(f"who_{i}")),
            agent_ids=tuple(form.numbers(f"agents_{i}")),
            level=form.number(f"level_{i}"),
        )
        for i in rows
        if (percent := form.number(f"percent_{i}")) is not None
    ]


def _form(visit: Visit, policy_id: int | None, form: Form = EMPTY, errors: dict[str, str] | None = None) -> Response:
    with visit.db.read() as session:
        policy = store.policy(session, visit.viewer, policy_id) if policy_id else None
        targets = store.targets_of(session, [policy_id]).get(policy_id, []) if policy_id else []
        warnings = store.warnings_of(session, [policy_id]).get(policy_id, []) if policy_id else []
        offered = choices(session)
    # What was typed stands in the rows in which it was typed.
    rows = form.number_shown("warnings") if form.given("warnings") else len(warnings) + _FREE_ROWS
    return page(
        visit,
        "sla/policy.html",
        status=422 if errors else 200,
        policy=policy,
        targets={(target.priority_id, target.kind): target for target in targets},
        warnings=warnings,
        rows=min(rows or 0, 50),
        priorities=offered.priorities,
        agents=offered.agents,
        kinds=KIND_NAMES,
        recipients=RECIPIENTS,
        levels=LEVELS,
        may_edit=visit.viewer.may("calendars.edit"),
        form=form,
        errors=errors or {},
    )
