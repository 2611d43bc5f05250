"""Who is looking or acting. Every read and every change takes one; there is no implicit current user."""

from dataclasses import dataclass, field
from typing import Literal

from core_psa.errors import Forbidden

ViewerKind = Literal["agent", "key", "user", "system"]


@dataclass(frozen=True)
class Viewer:
    """An agent, an API key, a customer's user, or the desk itself acting by a rule.

    `id` is the id within its kind. `customer_id` is set for users alone: it is the wall around what they may see.
    `department_team_ids` are the teams beside the own ones whose tickets may be seen.
    """

    kind: ViewerKind
    id: int | None
    name: str
    permissions: frozenset[str] = frozenset()
    team_ids: frozenset[int] = field(default_factory=frozenset)
    customer_id: int | None = None
    department_team_ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def agent_id(self) -> int | None:
        return self.id if self.kind == "agent" else None

    def may(self, permission: str) -> bool:
        return self.kind == "system" or permission in self.permissions

    def require(self, permission: str) -> None:
        if not self.may(permission):
            raise Forbidden(permission)


SYSTEM = Viewer("system", None, "Fifthcall")
