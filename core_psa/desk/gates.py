"""Conditions between a ticket and its next status: checked, passed over with a reason, or noted where they do not bind."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from core_psa.audit import actions as audit
from core_psa.desk.gate_facts import facts_for
from core_psa.desk.steps import Step
from core_psa.errors import FieldError
from core_psa.tickets.tables import Ticket
from core_psa.tickets.workflow import store
from core_psa.tickets.workflow.gates import unmet

OVERRIDE = "tickets.override_gates"
# A customer who closes in the portal and the desk's own rules are not held up, but what was missing is noted.
_EXEMPT = ("user", "system")


def in_the_way(session: Session, ticket: Ticket, values: Mapping[str, Any], *, resolving: bool = False) -> list[str]:
    """Every unmet condition on the status these values lead to; `resolving` that a resolution is written with them."""
    to = values.get("status", ticket.status_id)
    if to == ticket.status_id:
        return []
    ends = store.stage_of(session, to).state == "done" and ticket.state != "done"
    gates = store.gates_for(session, values.get("type", ticket.type_id), values.get("team", ticket.team_id))
    there = [gate for gate in gates if gate.status_id == to or (gate.status_id is None and ends)]
    if not there:
        return []
    facts = facts_for(session, ticket, there, values, resolving=resolving)
    return unmet([gate.kind for gate in there], facts)


def pass_gates(step: Step, values: Mapping[str, Any], missing: Sequence[FieldError] = ()) -> dict[str, Any]:
    """What the timeline tells of conditions passed over. Raises ActionRefused with all of them where they bind, and with
    what else is missing, so that nobody is sent back twice."""
    reasons = in_the_way(step.w.session, step.ticket, values, resolving=step.rule.kind == "resolve")
    if not reasons:
        return {}
    if step.viewer.kind in _EXEMPT:
        return {"unmet": [None, reasons]}
    if not step.extra.override.strip():
        raise step.refused([*(f"{e.field.replace('_', ' ')} {e.message}" for e in missing), *reasons])
    step.viewer.require(OVERRIDE)
    said = {"unmet": [None, reasons], "override": [None, step.extra.override.strip()]}
    audit.record(step.w, step.viewer, "overrode gates", "ticket", step.ticket.id, said)
    return said
