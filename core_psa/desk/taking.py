"""An action that has begun is taken: all it needs is there, nothing stands in its way, and the timeline tells of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from core_psa.desk.changes import apply
from core_psa.desk.endings import put_aside_for
from core_psa.desk.gate_facts import empty_fields
from core_psa.desk.gates import pass_gates
from core_psa.desk.moves import with_status
from core_psa.desk.steps import Step
from core_psa.errors import FieldError, Invalid
from core_psa.tickets.own_fields import store as own_fields
from core_psa.tickets.own_fields.rules import missing as unfilled
from core_psa.tickets.tables import Action, TicketDetail
from core_psa.tickets.workflow.store import stage_of
from core_psa.time_tracking.actions import record_time


def take(
    step: Step,
    *,
    values: Mapping[str, Any] | None = None,
    body: str | None = None,
    public: bool = False,
    facts: Mapping[str, Any] | None = None,
    lacking: Sequence[FieldError] = (),
) -> Action:
    """Takes the action. Raises Invalid for what is missing or cannot be, ActionRefused for gates in the way, with what is
    missing beside them. `lacking` is what the caller found missing in the action's own words."""
    wanted = with_status(step, _with_own_fields(step, values or {}))
    _must_not_be_put_aside(step, wanted)
    missing = [*lacking, *_lacking(step, wanted, body)]
    told = {**(facts or {}), **_its_name(step), **_time(step, body)}
    told.update(pass_gates(step, wanted, missing))
    if missing:
        raise Invalid(*missing)
    return apply(
        step.w,
        step.viewer,
        step.ticket,
        step.rule.kind,
        values=wanted,
        body=body,
        public=public,
        facts=told,
        rule=step.rule,
    )


def _must_not_be_put_aside(step: Step, values: Mapping[str, Any]) -> None:
    """Spam and merged tickets would be worked on where nobody hears of it."""
    to = values.get("status", step.at.id)
    restarts = step.at.state == "done" and stage_of(step.w.session, to).state != "done"
    if restarts and (why := put_aside_for(step.w.session, step.ticket)):
        raise step.refused([why])


def _with_own_fields(step: Step, values: Mapping[str, Any]) -> dict[str, Any]:
    if not step.extra.fields:
        return dict(values)
    fields = own_fields.fields_of(step.w.session, values.get("type", step.ticket.type_id))
    customer_id = values.get("customer", step.ticket.customer_id)
    read, errors = own_fields.read_values(step.w.session, fields, step.extra.fields, customer_id)
    if errors:
        raise Invalid(*errors)
    return {**values, "own": read}


def _lacking(step: Step, values: Mapping[str, Any], body: str | None) -> list[FieldError]:
    """What the action or the type's own fields require and has no value by now, nor gets one with it."""
    if step.viewer.kind == "system":
        return []
    session, rule = step.w.session, step.rule
    detail = session.get(TicketDetail, step.ticket.id)
    own = {**(detail.own if detail else {}), **values.get("own", {})}
    fields = own_fields.fields_of(session, values.get("type", step.ticket.type_id))
    names = [name for name in rule.required if name != "body"]
    absent = [*empty_fields(session, step.ticket, names, values), *(f.name for f in unfilled(fields, own, rule.name))]
    if "body" in rule.required and not (body or "").strip():
        absent.append("body")
    if rule.time == "required" and not step.extra.minutes:
        absent.append("minutes")
    return [FieldError(name, f"must be filled in to {rule.label}") for name in dict.fromkeys(absent)]


def _its_name(step: Step) -> dict[str, Any]:
    """The desk's own name for an action, where it is not simply its kind."""
    return {} if step.rule.name == step.rule.kind else {"action": [None, step.rule.label]}


def _time(step: Step, body: str | None) -> dict[str, Any]:
    if step.extra.minutes is None:
        return {}
    record_time(step.w, step.viewer, step.ticket.id, step.extra.minutes, note=(body or "")[:200])
    return {"minutes": [None, step.extra.minutes]}
