"""What may be done to a ticket in which state."""

from collections.abc import Mapping
from typing import Literal

State = Literal["open", "paused", "done"]

# Which actions a ticket in this state accepts. A reply or note is welcome at any time; work goes on only while it is not done.
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "open": ("reply", "note", "assign", "update", "time", "resolve", "close"),
    "paused": ("reply", "note", "assign", "update", "time", "resolve", "close"),
    "done": ("reply", "note", "time", "close", "reopen"),
}
ACTION_NAMES = ("reply", "note", "assign", "update", "time", "resolve", "close", "reopen")

TRIAGED_FIELDS = ("category", "priority", "team", "assignee")
CHANNELS = ("api", "email", "phone", "portal", "rmm", "import")


def allowed_actions(state: str, status: str) -> tuple[str, ...]:
    """The actions open to a ticket in this state; a closed one cannot be closed again."""
    return tuple(a for a in ACTIONS[state] if not (a == "close" and status == "Closed"))


def refusals(action: str, state: str, status: str) -> list[str]:
    """Every reason why this action cannot be taken now, in words; empty when it can."""
    if action in allowed_actions(state, status):
        return []
    return [f"the ticket is {status} ({state})"]
