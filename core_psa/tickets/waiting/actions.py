"""Changing the rules of silence."""

from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

from sqlalchemy import update as update_rows
from sqlalchemy.orm import Session

from core_psa.audit.changes import create, update
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.records import get
from core_psa.tickets.tables import Status
from core_psa.tickets.waiting.tables import AutoCloseRule, PlannedClose
from core_psa.viewer import Viewer

MOST_DAYS = 365


class RuleFields(TypedDict, total=False):
    """Days are whole; `warning_days` before the end the requester is told. Without team or type the rule is for all."""

    name: str
    team_id: int | None
    type_id: int | None
    status_id: int
    inactive_days: int
    warning_days: int | None
    target_status_id: int
    active: bool


_RULE: Mapping[str, fields.Parser] = {
    "name": fields.name,
    "team_id": fields.optional(fields.record_id),
    "type_id": fields.optional(fields.record_id),
    "status_id": fields.record_id,
    "inactive_days": fields.whole_number(1, MOST_DAYS),
    "warning_days": fields.optional(fields.whole_number(1, MOST_DAYS)),
    "target_status_id": fields.record_id,
    "active": fields.flag,
}
_REQUIRED = ("name", "status_id", "inactive_days", "target_status_id")


def create_rule(w: Work, viewer: Viewer, **given: Unpack[RuleFields]) -> AutoCloseRule:
    viewer.require("settings.edit")
    values = _accepted(w.session, Form(given, _RULE, _REQUIRED), {}, None)
    rule = create(w, viewer, AutoCloseRule(**values))
    _plan_anew(w)
    return rule


def update_rule(w: Work, viewer: Viewer, rule_id: int, **given: Unpack[RuleFields]) -> AutoCloseRule:
    viewer.require("settings.edit")
    rule = get(w.session, AutoCloseRule, rule_id, lock=True)
    now = {name: getattr(rule, name) for name in _RULE}
    update(w, viewer, rule, _accepted(w.session, Form(given, _RULE), now, rule_id))
    _plan_anew(w)
    return rule


def _accepted(session: Session, form: Form, now: Mapping[str, Any], rule_id: int | None) -> dict[str, Any]:
    form.unique(session, AutoCloseRule.name, but=rule_id)
    for column in (
        AutoCloseRule.team_id,
        AutoCloseRule.type_id,
        AutoCloseRule.status_id,
        AutoCloseRule.target_status_id,
    ):
        form.refers(session, column)
    values = {**now, **form.values}
    warning, inactive = values.get("warning_days"), values.get("inactive_days")
    if warning is not None and inactive is not None and warning > inactive:
        form.refuse("warning_days", f"{warning} days of warning do not fit into {inactive} days of silence")
    _must_lead_on(session, form, values)
    return form.accepted()


def _must_lead_on(session: Session, form: Form, values: Mapping[str, Any]) -> None:
    target = session.get(Status, values.get("target_status_id") or 0)
    if target is not None and target.state != "done":
        form.refuse("target_status_id", f"{target.name} does not end the work")
    elif target is not None and target.id == values.get("status_id"):
        form.refuse("target_status_id", f"the tickets are {target.name} already")


def _plan_anew(w: Work) -> None:
    """The next scan looks at every planned ticket again; who has been warned stays warned."""
    w.session.execute(update_rows(PlannedClose).values(version=0))
