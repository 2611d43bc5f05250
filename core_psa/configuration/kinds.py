"""Which tables are configuration, by what their rows are known, and where ids hide in their JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core_psa import tables as t
from core_psa.db import Base

Name = Callable[[str, int], Any]
"""From a table's name and an id to the name that record is known by."""


@dataclass(frozen=True)
class Kind:
    """One table. `key` are the columns that tell its rows apart; `left_out` those that are not configuration.

    `inside` rewrites a JSON column that holds ids. `only` says which rows count.
    """

    model: type[Base]
    key: tuple[str, ...] = ("name",)
    left_out: tuple[str, ...] = ()
    inside: Mapping[str, Callable[[Any, Name], Any]] = field(default_factory=dict)
    only: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.model.__tablename__)


# What is counted up or stamped by the desk itself.
NEVER = frozenset({"id", "version", "created_at", "updated_at"})
# By what other records are called that configuration points to.
CALLED: Mapping[type[Base], str] = {
    t.organisation.Agent: "email",
    t.customers.Customer: "name",
    t.customers.Site: "name",
}


def _ids_of(table: str) -> Callable[[Any, Name], Any]:
    return lambda ids, name: [name(table, i) for i in ids]


def _transitions(rows: Any, name: Name) -> Any:
    return [[action, name("status", before), name("status", after)] for action, before, after in rows]


def _settings(settings: Any, name: Name) -> Any:
    return {key: name("team", value) if key == "team_id" and value else value for key, value in settings.items()}


_ASKED = {
    "customer": "customer",
    "site": "site",
    "type": "ticket_type",
    "category": "category",
    "priority": "priority",
    "skill": "skill",
    "hours": "calendar",
}


def _conditions(conditions: Any, name: Name) -> Any:
    return [
        {**c, "values": [name(_ASKED[c["field"]], v) if c["field"] in _ASKED else v for v in c["values"]]}
        for c in conditions
    ]


KINDS = (
    Kind(t.organisation.Organisation),
    Kind(t.organisation.Department),
    Kind(t.organisation.Skill),
    Kind(t.organisation.Role),
    Kind(t.access.SecondFactorRule, ("role_id",)),
    Kind(t.access.IdentityProvider, left_out=("client_secret",)),
    Kind(t.sla.Calendar),
    Kind(t.sla.CalendarWindow, ("calendar_id", "weekday", "opens")),
    Kind(t.sla.CalendarHoliday, ("calendar_id", "day")),
    Kind(t.organisation.Team),
    Kind(t.tickets.TicketType),
    Kind(t.tickets.Status),
    Kind(t.tickets.Priority),
    Kind(t.tickets.Category, ("path",)),
    Kind(t.urgency.PriorityCell, ("impact", "urgency")),
    Kind(t.own_fields.TypeField, ("type_id", "name")),
    Kind(
        t.workflow.ActionDefinition,
        inside={"from_status_ids": _ids_of("status"), "role_ids": _ids_of("role"), "settings": _settings},
    ),
    Kind(t.workflow.Workflow, ("type_id",), inside={"status_ids": _ids_of("status"), "transitions": _transitions}),
    Kind(t.workflow.Gate, ("kind", "type_id", "team_id", "status_id", "fields")),
    Kind(t.sla.SlaPolicy),
    Kind(t.sla.SlaTarget, ("policy_id", "priority_id", "kind")),
    Kind(t.sla.SlaWarning, ("policy_id", "percent"), inside={"agent_ids": _ids_of("agent")}),
    Kind(t.sla.TeamPolicy, ("team_id",)),
    Kind(t.routing.RoutingRule, inside={"conditions": _conditions}),
    Kind(t.suggestions.FieldMode, ("field",)),
    Kind(t.knowledge.CannedAnswer, ("scope", "team_id", "name"), only={"scope": ("team", "desk")}),
    Kind(t.knowledge.CallScript),
    Kind(t.checklists.ChecklistTemplate),
    Kind(t.assets.AssetType),
    Kind(t.waiting.AutoCloseRule),
    Kind(t.replies.FollowUpSetting, ("team_id",)),
    Kind(t.notices.MailPolicy, ("id",)),
    Kind(t.notices.NoticeTemplate, ("event", "audience", "language")),
    Kind(t.notices.SilentEvent, ("event",)),
)
