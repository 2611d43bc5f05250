"""The actions every desk starts with, and how a type behaves that has no workflow of its own.

In such a workflow messages and updates move a ticket among the statuses that leave its work as finished as it is;
resolve, close and reopen end and restart it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

from core_psa.tickets.workflow.rules import ActionRule, Book, Stage

_ALWAYS, _UNFINISHED, _DONE = ["open", "paused", "done"], ["open", "paused"], ["done"]

# name, label, states, what else differs; a status stands by its name.
_ACTIONS: tuple[tuple[str, str, list[str], dict[str, Any]], ...] = (
    ("reply", "Reply", _ALWAYS, {"customers_may": True, "tells_customer": True, "time": "asked"}),
    ("note", "Internal note", _ALWAYS, {"time": "asked"}),
    ("assign", "Assign", _UNFINISHED, {}),
    ("update", "Update", _UNFINISHED, {}),
    ("time", "Log time", _ALWAYS, {}),
    ("escalate", "Escalate", _UNFINISHED, {}),
    ("request_approval", "Request approval", _UNFINISHED, {}),
    ("resolve", "Resolve", _UNFINISHED, {"status": "Resolved", "tells_customer": True, "time": "asked"}),
    ("close", "Close", _ALWAYS, {"status": "Closed", "customers_may": True, "tells_customer": True}),
    (
        "reopen",
        "Reopen",
        _DONE,
        {"status": "In Progress", "customers_may": True, "tells_customer": True, "time": "asked"},
    ),
)
# An agent's first answer takes a new ticket into progress.
_FIRST_REPLY = {"reply": ("In Progress", "New")}

# (kind, type, status): what every desk asks for before a ticket's work ends, or before it enters that status.
GATES: tuple[tuple[str, str | None, str | None], ...] = (
    ("resolution", None, None),
    ("children", None, "Closed"),
    ("approval", "Change", None),
)


def action_rows(status_ids: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """The built-in actions as rows of `action_definition`, given the ids of statuses by name."""
    for position, (name, label, states, more) in enumerate(_ACTIONS, 1):
        to, from_ = _FIRST_REPLY.get(name, (more.get("status"), None))
        yield {
            "name": name,
            "label": label,
            "kind": name,
            "position": position,
            "states": states,
            "required": [],
            "status_id": status_ids[to] if to else None,
            "from_status_ids": [status_ids[from_]] if from_ else [],
            "permission": "tickets.edit",
            "role_ids": [],
            "customers_may": more.get("customers_may", False),
            "tells_customer": more.get("tells_customer", False),
            "time": more.get("time", "no"),
            "settings": {},
            "active": True,
            "builtin": True,
        }


def gate_rows(type_ids: Mapping[str, int], status_ids: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """The built-in gates as rows of `gate`, given the ids of types and statuses by name."""
    for kind, type_name, status in GATES:
        type_id = type_ids[type_name] if type_name else None
        yield {"kind": kind, "type_id": type_id, "status_id": status_ids[status] if status else None, "fields": []}


def book(type_name: str, stages: Sequence[Stage], actions: Mapping[str, ActionRule]) -> Book:
    """The workflow of a type that has none of its own; every status of the desk is allowed."""
    known = {stage.id: stage for stage in stages if stage.active}
    first = next(stage.id for stage in known.values() if stage.name == "New")
    ways = {name: frozenset(_ways(action, list(known.values()))) for name, action in actions.items()}
    return Book(type_name, first, known, actions, ways)


def _ways(action: ActionRule, stages: Sequence[Stage]) -> Iterator[tuple[int, int]]:
    for before, after in permutations(stages, 2):
        if before.state in action.states and _leads(action, before, after):
            yield before.id, after.id


def _leads(action: ActionRule, before: Stage, after: Stage) -> bool:
    if action.kind == "resolve":
        return after.state == "done"
    if action.must_move:
        return after.id == action.status_id
    return (before.state == "done") == (after.state == "done")
