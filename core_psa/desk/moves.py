"""Where an action takes a ticket: the status asked for, or the one it leads to."""

from collections.abc import Mapping
from typing import Any

from core_psa.desk.gates import in_the_way
from core_psa.desk.steps import Step
from core_psa.errors import FieldError, Invalid
from core_psa.tickets.workflow import store


def with_status(step: Step, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the status the ticket will have, where it changes. Raises Invalid for one it cannot have."""
    if values.get("type", step.ticket.type_id) != step.ticket.type_id:
        return _into_other_type(step, values)
    asked = values.get("status")
    if asked is None:
        return _led(step, values)
    if asked != step.at.id and not step.book.leads(step.rule.name, step.at, asked):
        raise _leads_nowhere(step, asked)
    return dict(values)


def _into_other_type(step: Step, values: Mapping[str, Any]) -> dict[str, Any]:
    """A ticket of another type needs a status that type knows, which leaves the work as finished as it is."""
    book = store.book_of(step.w.session, values["type"])
    same = [s for s in book.stages.values() if s.active and (s.state == "done") == (step.at.state == "done")]
    if values.get("status", step.at.id) not in {stage.id for stage in same}:
        message = f"a ticket of type {book.type_name} cannot be so: say which status it is to have"
        raise Invalid(FieldError("status", message, tuple(stage.name for stage in same)))
    return dict(values)


def _led(step: Step, values: Mapping[str, Any]) -> dict[str, Any]:
    to = step.rule.status_id
    if to is None or to == step.at.id:
        return dict(values)
    moved = {**values, "status": to}
    if step.rule.must_move:
        if not step.book.leads(step.rule.name, step.at, to):
            raise step.refused([_why_not(step, to)])
        return moved
    return moved if _as_a_courtesy(step, moved, to) else dict(values)


def _as_a_courtesy(step: Step, moved: Mapping[str, Any], to: int) -> bool:
    """An agent's first answer takes a ticket on by itself, unless anything stands against it."""
    wanted = step.viewer.kind == "agent" and step.at.id in step.rule.from_status_ids
    return (
        wanted and step.book.leads(step.rule.name, step.at, to) and not in_the_way(step.w.session, step.ticket, moved)
    )


def _leads_nowhere(step: Step, asked: int) -> Invalid:
    targets = step.book.targets(step.rule.name, step.at)
    return Invalid(FieldError("status", _why_not(step, asked), tuple(s.name for s in targets)))


def _why_not(step: Step, to: int) -> str:
    return step.book.move_refusal(step.rule.name, step.at, store.stage_of(step.w.session, to))
