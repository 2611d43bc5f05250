"""Which tables are configuration, by what their rows are known, and where ids hide in their JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from core_psa import tables as t
from core_psa.db import Base

Name = Callable[[str, Any], Any]
"""From a table's name and an id to the name that record is known by, or the other way round."""


@dataclass(frozen=True)
class Kind:
    """One table. `key` are the columns that tell its rows apart; `left_out` those that are not configuration.

    `inside` rewrites a JSON column that holds ids, or names, with what it is given. `only` says which rows count. `ranked` is a
    column of which only the order matters, and `more` what stands in another table, by the row's id.
    """

    model: type[Base]
    key: tuple[str, ...] = ("name",)
    left_out: tuple[str, ...] = ()
    inside: Mapping[str, Callable[[Any, Name], Any]] = field(default_factory=dict)
    only: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    ranked: str = ""
    more: Mapping[str, Callable[[Session], Mapping[int, Any]]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.model.__tablename__)

    @property
    def called(self) -> str:
        """The column by which other rows of a document name such a row."""
        return "name" if self.name == "priority" else self.key[0]

    @cached_property
    def points_to(self) -> Mapping[str, str]:
        """By column, the table of the record it names."""
        columns = inspect(self.model).columns
        return {c.name: next(iter(c.foreign_keys)).column.table.name for c in columns if c.foreign_keys}

    @property
    def is_part(self) -> bool:
        """Whether its rows are parts of another record, replaced together and with no id of their own."""
        return len(self.key) > 1 and self.key[0] in self.points_to and not hasattr(self.model, "id")

    @property
    def hidden(self) -> frozenset[str]:
        return NEVER | set(self.left_out)


# What is counted up or stamped by the desk itself.
NEVER = frozenset({"id", "version", "created_at", "updated_at"})
# The one row of its table.
SINGLE = ("id",)


def _ids_of(table: str) -> Callable[[Any, Name], Any]:
    return lambda ids, name: [name(table, i) for i in ids]


def _transitions(rows: Any, name: Name) -> Any:
    return [[action, name("status", before), name("status", after)] for action, before, after in rows]


_SET = {"team_id": "team", "agent_id": "agent", "role_id": "role"}


def _settings(settings: Any, name: Name) -> Any:
    return {key: name(_SET[key], value) if key in _SET and value else value for key, value in settings.items()}


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


# The queue's words for no record or whoever looks; all else of these parameters is a record's id, as text.
_WORDS = ("none", "me", "mine")
_SHOWN = {
    "customer": "customer",
    "site": "site",
    "requester": "customer_user",
    "team": "team",
    "assignee": "agent",
    "type": "ticket_type",
    "status": "status",
    "priority": "priority",
    "category": "category",
}


def _parameters(parameters: Any, name: Name) -> Any:
    return {
        key: value if key not in _SHOWN or value in _WORDS else str(name(_SHOWN[key], value))
        for key, value in parameters.items()
    }


def _questions(session: Session) -> Mapping[int, Any]:
    """Those that each script asks now."""
    script, version = t.knowledge.CallScript, t.knowledge.CallScriptVersion
    now = select(version.script_id, version.questions).join(script, script.id == version.script_id)
    return {i: questions for i, questions in session.execute(now.where(version.version == script.version))}


# In the order in which they can be arranged on an empty desk: whatever a row points to comes before it.
KINDS = (
    Kind(t.organisation.Organisation, SINGLE, left_out=("sandbox",)),
    Kind(t.organisation.Department),
    Kind(t.organisation.Skill),
    # Those every desk has are the program's, and the same everywhere.
    Kind(t.organisation.Role, left_out=("builtin",), only={"builtin": (False,)}),
    Kind(t.access.SecondFactorRule, ("role_id",)),
    Kind(t.access.IdentityProvider, left_out=("client_secret",)),
    Kind(t.sla.Calendar),
    Kind(t.sla.CalendarWindow, ("calendar_id", "weekday", "opens")),
    Kind(t.sla.CalendarHoliday, ("calendar_id", "day")),
    Kind(t.organisation.Team),
    Kind(t.tickets.TicketType),
    Kind(t.tickets.Status),
    # Known by its rank, which it keeps when it gets another name.
    Kind(t.tickets.Priority, ("rank",)),
    Kind(t.tickets.Category, ("path",)),
    Kind(t.urgency.PriorityCell, ("impact", "urgency")),
    Kind(
        t.workflow.ActionDefinition,
        left_out=("builtin",),
        inside={"from_status_ids": _ids_of("status"), "role_ids": _ids_of("role"), "settings": _settings},
    ),
    Kind(t.own_fields.TypeField, ("type_id", "name")),
    Kind(t.workflow.Workflow, ("type_id",), inside={"status_ids": _ids_of("status"), "transitions": _transitions}),
    Kind(t.workflow.Gate, ("kind", "type_id", "team_id", "status_id", "fields")),
    Kind(t.sla.SlaPolicy),
    Kind(t.sla.SlaTarget, ("policy_id", "priority_id", "kind")),
    Kind(t.sla.SlaWarning, ("policy_id", "percent"), inside={"agent_ids": _ids_of("agent")}),
    Kind(t.sla.TeamPolicy, ("team_id",)),
    Kind(t.sla.CustomerPolicy, ("customer_id",)),
    Kind(t.routing.RoutingRule, inside={"conditions": _conditions}, ranked="position"),
    Kind(t.suggestions.FieldMode, ("field",)),
    Kind(
        t.knowledge.CannedAnswer,
        ("scope", "team_id", "name"),
        left_out=("agent_id",),
        only={"scope": ("team", "desk")},
    ),
    Kind(t.knowledge.CallScript, more={"questions": _questions}),
    Kind(t.checklists.ChecklistTemplate),
    Kind(t.assets.AssetType),
    Kind(t.assets.RemoteTool, inside={"type_ids": _ids_of("asset_type")}),
    Kind(t.waiting.AutoCloseRule),
    Kind(t.replies.FollowUpSetting, ("team_id",)),
    Kind(t.recurring.RecurringTicket, left_out=("next_at", "trouble")),
    Kind(t.senders.BlockedSender, ("sender",), left_out=("hits", "last_hit_at")),
    # Whether mail is held, and where the desk is found, is this desk's own: a sandbox says otherwise.
    Kind(t.notices.MailPolicy, SINGLE, left_out=("held", "site")),
    Kind(t.notices.NoticeTemplate, ("event", "audience", "language")),
    Kind(t.notices.SilentEvent, ("event",)),
    Kind(
        t.views.SavedView,
        ("scope", "team_id", "name"),
        left_out=("agent_id",),
        inside={"parameters": _parameters},
        only={"scope": ("team", "desk")},
    ),
)

# What is nobody's arrangement but somebody's own or the desk's work: people and how they like it, whom the desk works for and with,
# tickets and what hangs on them, and what the program keeps for itself. A table belongs here or above: a test asks.
_DATA = """
    absence agent agent_role agent_skill notice_preference open_folds quiet_hours default_view shift team_member
    api_key credential identity_attempt identity_link recovery_code second_factor sign_in_session
    agreement agreement_site agreement_type customer customer_domain customer_user phone_number pop_up_note pop_up_seen site
    supplier article article_customer article_feedback article_tag article_ticket article_version
    asset asset_relation asset_ticket document_link remote_session
    action appointment approval approval_link attachment checklist checklist_item decision favourite hand_over merged_copy notification
    outgoing_mail planned_close presence proposal recurring_run sla_clock sla_interval sla_ticket snooze stored_file ticket
    ticket_detail ticket_link ticket_merge ticket_split ticket_tag ticket_text ticket_vector time_entry triage watcher
    audit_entry call_script_version configuration_version idempotent_answer import_rejection import_run neighbour_change
    past_calendar routing_turn set_up_step sign_off
"""
DATA = frozenset(_DATA.split())
