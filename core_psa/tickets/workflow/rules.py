"""Which actions a ticket accepts and where they lead. Refusals are in words; an empty list means yes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS: Mapping[str, str] = {
    "reply": "a message the customer sees",
    "note": "a message agents alone see",
    "assign": "another team or assignee",
    "update": "other values in its fields",
    "time": "work recorded",
    "escalate": "handed to a higher tier or a manager",
    "request_approval": "somebody is asked to approve",
    "resolve": "the work ends with a note of what was done",
    "close": "a resolved ticket is put away",
    "reopen": "finished work is taken up again",
}


@dataclass(frozen=True)
class Stage:
    """A status as rules see it: `state` is open, paused or done."""

    id: int
    name: str
    state: str
    active: bool = True


@dataclass(frozen=True)
class ActionRule:
    """One action. `status_id` is where it leads: always, or from `from_status_ids` alone where these are named."""

    name: str
    label: str
    kind: str
    states: frozenset[str]
    required: tuple[str, ...] = ()
    status_id: int | None = None
    from_status_ids: frozenset[int] = frozenset()
    permission: str = "tickets.edit"
    role_ids: frozenset[int] = frozenset()
    customers_may: bool = False
    tells_customer: bool = False
    time: str = "no"
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def must_move(self) -> bool:
        """Whether the ticket's status is the point of it, and not a courtesy beside something else."""
        return self.status_id is not None and not self.from_status_ids


@dataclass(frozen=True)
class Who:
    """Whoever acts, as rules see them: a customer's user, the desk itself, or somebody with permissions and roles."""

    kind: str
    permissions: frozenset[str] = frozenset()
    role_ids: frozenset[int] = frozenset()

    def may(self, action: ActionRule) -> bool:
        if self.kind == "system":
            return True
        if self.kind == "user":
            return action.customers_may
        in_role = not action.role_ids or bool(action.role_ids & self.role_ids)
        return in_role and {"tickets.edit", action.permission} <= self.permissions


@dataclass(frozen=True)
class Book:
    """All that decides what happens to tickets of one type. `transitions` are (before, after) by action name."""

    type_name: str
    default_status_id: int
    stages: Mapping[int, Stage]
    actions: Mapping[str, ActionRule]
    transitions: Mapping[str, frozenset[tuple[int, int]]]

    def targets(self, action: str, at: Stage) -> list[Stage]:
        """The other statuses to which this action may take a ticket that is `at` this one, in the desk's order.

        From a status that is no longer part of the workflow every way back into it is open.
        """
        ways = self.transitions.get(action, frozenset())
        into = {after for before, after in ways if before == at.id or at.id not in self.stages}
        return [stage for stage in self.stages.values() if stage.id in into and stage.id != at.id and stage.active]

    def leads(self, action: str, at: Stage, to: int) -> bool:
        return any(stage.id == to for stage in self.targets(action, at))

    def refusals(self, name: str, at: Stage) -> list[str]:
        """Why a ticket at this stage does not accept this action, whoever takes it."""
        action = self.actions.get(name)
        if action is None:
            return [f"a ticket of type {self.type_name} has no action '{name}'"]
        if at.state not in action.states or (action.must_move and not self.targets(name, at)):
            return [f"the ticket is {at.name} ({at.state})"]
        return []

    def allowed(self, who: Who, at: Stage) -> tuple[str, ...]:
        """The actions open to somebody at a ticket at this stage."""
        return tuple(a.name for a in self.actions.values() if who.may(a) and not self.refusals(a.name, at))

    def move_refusal(self, name: str, at: Stage, to: Stage) -> str:
        """Why this action does not take a ticket there, with the actions that do."""
        others = [a.label for a in self.actions.values() if self.leads(a.name, at, to.id)]
        ways = f"; {', '.join(others)} would" if others else ""
        return f"{self.actions[name].label} does not lead from {at.name} to {to.name}{ways}"
