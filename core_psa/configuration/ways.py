"""How each kind is arranged: by the actions of its own area, so that every rule of that area holds and the audit log tells of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from core_psa import tables as t
from core_psa.access import providers, roles, second_factor
from core_psa.assets import actions as assets
from core_psa.assets import remote_actions
from core_psa.audit import actions as audit
from core_psa.checklists import actions as checklists
from core_psa.db import Base, Work
from core_psa.db.records import kind_of
from core_psa.db.weeks import Hours
from core_psa.intake.recurring import actions as recurring
from core_psa.intake.replies import actions as replies
from core_psa.intake.senders import actions as senders
from core_psa.knowledge import canned_actions, script_actions
from core_psa.notices import administration as notices
from core_psa.notices import templates
from core_psa.organisation import actions as organisation
from core_psa.retiring import actions as retiring
from core_psa.routing import actions as routing
from core_psa.sla import actions as calendars
from core_psa.sla import owner_actions as owners
from core_psa.sla import policy_actions as policies
from core_psa.sla.holidays import OwnHoliday
from core_psa.sla.policy_rules import Target, Threshold
from core_psa.suggestions import actions as suggestions
from core_psa.tickets import category_actions, settings_actions
from core_psa.tickets.own_fields import actions as own_fields
from core_psa.tickets.urgency import actions as urgency
from core_psa.tickets.views import actions as views
from core_psa.tickets.waiting import actions as waiting
from core_psa.tickets.workflow import actions as workflow
from core_psa.tickets.workflow import definition_actions
from core_psa.viewer import Viewer

Values = dict[str, Any]
Create = Callable[[Work, Viewer, Values], Any]
Change = Callable[[Work, Viewer, Any, Values], Any]
Remove = Callable[[Work, Viewer, Any], Any]


@dataclass(frozen=True)
class Way:
    """Rows come and go one by one.

    `for_good` are columns that never change; `off` is the column and the value by which a row is retired, where it can be;
    `parts` are the tables of what goes with a row that is deleted, with the column that points to it. What `lingers` stays where a
    document does not name it and customers, agents or agreements use it.
    """

    create: Create
    change: Change
    for_good: tuple[str, ...] = ()
    off: tuple[str, Any] | None = ("active", False)
    remove: Remove | None = None
    parts: tuple[tuple[type[Base], str], ...] = ()
    lingers: bool = False


@dataclass(frozen=True)
class Whole:
    """Rows are replaced together: those of one owner, which `owner` points to, or all of the desk."""

    replace: Callable[[Work, Viewer, int, Sequence[Values]], Any]
    owner: str = ""


def _usual(create: Any, update: Any, first: Sequence[str] = (), **more: Any) -> Way:
    """Actions that take the columns by name; `first` are those that can be given from the beginning, all unless said."""

    def made(w: Work, viewer: Viewer, values: Values) -> Any:
        given = {name: values.pop(name) for name in [*values] if not first or name in first}
        row = create(w, viewer, **given)
        return update(w, viewer, row.id, **values) if values else row

    return Way(made, lambda w, viewer, row, values: update(w, viewer, row.id, **values), **more)


def _forget(w: Work, viewer: Viewer, row: Base) -> None:
    """Deletes what nothing points to."""
    name = getattr(row, "name", None) or getattr(row, "field", "")
    audit.record(w, viewer, "removed", kind_of(row), getattr(row, "id", None), {"name": [name, None]})
    w.session.delete(row)
    w.session.flush()


def _forget_by_id(action: Callable[[Work, Viewer, int], Any]) -> Remove:
    return lambda w, viewer, row: action(w, viewer, row.id)


def _no_second(_w: Work, _viewer: Viewer, _values: Values) -> Any:
    raise TypeError("a desk has one row of this kind, and has it already")


def _retiring(model: Any, create: Create, change: Change, parts: tuple[tuple[type[Base], str], ...] = ()) -> Way:
    """What is retired by a door of its own: whatever else there is goes by the other two."""

    def made(w: Work, viewer: Viewer, values: Values) -> Any:
        active = values.pop("active", True)
        row = create(w, viewer, values)
        return retiring.set_active(w, viewer, model, row.id, active)

    def changed(w: Work, viewer: Viewer, row: Any, values: Values) -> None:
        rest = {name: value for name, value in values.items() if name != "active"}
        # Brought back before, retired after: a default is never a retired one.
        if values.get("active"):
            retiring.set_active(w, viewer, model, row.id, True)
        if rest:
            change(w, viewer, row, rest)
        if values.get("active") is False:
            retiring.set_active(w, viewer, model, row.id, False)

    return Way(made, changed, parts=parts, lingers=True)


def _department(w: Work, viewer: Viewer, values: Values) -> Any:
    row = organisation.create_department(w, viewer, values["name"])
    return organisation.lead_department(w, viewer, row.id, values.get("lead_id"))


def _change_department(w: Work, viewer: Viewer, row: Any, values: Values) -> None:
    if "name" in values:
        organisation.rename_department(w, viewer, row.id, values["name"])
    if "lead_id" in values:
        organisation.lead_department(w, viewer, row.id, values["lead_id"])


def _change_role(w: Work, viewer: Viewer, row: Any, values: Values) -> None:
    roles.update_role(w, viewer, row.id, values.get("name", row.name), values.get("permissions", row.permissions))


def _category(w: Work, viewer: Viewer, values: Values) -> Any:
    return category_actions.create_category(
        w, viewer, values["name"], parent_id=values.get("parent_id"), description=values.get("description", "")
    )


def _change_category(w: Work, viewer: Viewer, row: Any, values: Values) -> None:
    """The path follows from the name and what stands above."""
    given = {name: value for name, value in values.items() if name != "path"}
    category_actions.update_category(w, viewer, row.id, **given)


def _type_field(w: Work, viewer: Viewer, values: Values) -> Any:
    type_id, name, kind = (values.pop(column) for column in ("type_id", "name", "kind"))
    return own_fields.create_field(w, viewer, type_id, name, kind, **values)


def _change_type_field(w: Work, viewer: Viewer, row: Any, values: Values) -> None:
    own_fields.update_field(w, viewer, row.type_id, row.id, **values)


def _workflow(w: Work, viewer: Viewer, values: Values) -> Any:
    return workflow.save_workflow(w, viewer, values.pop("type_id"), **values)


_WORKFLOW = ("default_status_id", "status_ids", "actions", "transitions")


def _change_workflow(w: Work, viewer: Viewer, row: Any, values: Values) -> None:
    workflow.save_workflow(w, viewer, row.type_id, **({name: getattr(row, name) for name in _WORKFLOW} | values))


def _script(w: Work, viewer: Viewer, values: Values) -> Any:
    return script_actions.create_script(w, viewer, values.pop("questions"), **values)


def _mode(w: Work, viewer: Viewer, values: Values) -> Any:
    return suggestions.set_mode(w, viewer, **values)


def _change_mode(w: Work, viewer: Viewer, row: Any, values: Values) -> None:
    now = {name: getattr(row, name) for name in ("field", "mode", "suggest_from", "auto_from")}
    suggestions.set_mode(w, viewer, **(now | values))


def _template(w: Work, viewer: Viewer, values: Values) -> Any:
    return templates.write(w, viewer, **values)


_TEMPLATE = ("event", "audience", "language", "subject", "text")


def _change_template(w: Work, viewer: Viewer, row: Any, values: Values) -> None:
    templates.write(w, viewer, **({name: getattr(row, name) for name in _TEMPLATE} | values))


def _follow_up(w: Work, viewer: Viewer, values: Values) -> Any:
    return replies.set_follow_up(w, viewer, values.pop("team_id"), **values)


def _change_follow_up(w: Work, viewer: Viewer, row: Any, values: Values) -> None:
    replies.set_follow_up(w, viewer, row.team_id, **values)


def _change_sender(w: Work, viewer: Viewer, row: Any, values: Values) -> None:
    sender, note = values.get("sender", row.sender), values.get("note", row.note)
    senders.unblock(w, viewer, row.id)
    w.session.flush()
    senders.block(w, viewer, sender=sender, note=note)


def _given_policy(give: Callable[[Work, Viewer, int, int | None], None], owner: str) -> Way:
    """An SLA policy given to somebody; `owner` is the column that says to whom."""
    return Way(
        lambda w, viewer, values: give(w, viewer, values[owner], values["policy_id"]),
        lambda w, viewer, row, values: give(w, viewer, getattr(row, owner), values["policy_id"]),
        off=None,
        remove=lambda w, viewer, row: give(w, viewer, getattr(row, owner), None),
    )


def _windows(w: Work, viewer: Viewer, calendar_id: int, rows: Sequence[Values]) -> None:
    week = [Hours(row["weekday"], row["opens"], row["closes"]) for row in rows]
    calendars.set_windows(w, viewer, calendar_id, week)


def _holidays(w: Work, viewer: Viewer, calendar_id: int, rows: Sequence[Values]) -> None:
    calendars.set_holidays(w, viewer, calendar_id, [OwnHoliday(row["day"], row["name"]) for row in rows])


def _targets(w: Work, viewer: Viewer, policy_id: int, rows: Sequence[Values]) -> None:
    targets = [Target(row["priority_id"], row["kind"], row["minutes"], row.get("always_open", False)) for row in rows]
    policies.set_targets(w, viewer, policy_id, targets)


def _warnings(w: Work, viewer: Viewer, policy_id: int, rows: Sequence[Values]) -> None:
    warnings = [
        Threshold(row["percent"], tuple(row["recipients"]), tuple(row["agent_ids"]), row.get("level")) for row in rows
    ]
    policies.set_warnings(w, viewer, policy_id, warnings)


def _matrix(w: Work, viewer: Viewer, _desk: int, rows: Sequence[Values]) -> None:
    """Cells that nobody has set follow the desk's priorities."""
    cells = {(row["impact"], row["urgency"]): row["priority_id"] for row in rows}
    for cell in w.session.scalars(select(t.urgency.PriorityCell)).all():
        if (cell.impact, cell.urgency) not in cells:
            _forget(w, viewer, cell)
    urgency.set_matrix(w, viewer, cells)


def _silent(w: Work, viewer: Viewer, _desk: int, rows: Sequence[Values]) -> None:
    notices.set_silent(w, viewer, [row["event"] for row in rows])


def _second_factors(w: Work, viewer: Viewer, _desk: int, rows: Sequence[Values]) -> None:
    second_factor.require_of(w, viewer, [row["role_id"] for row in rows])


def _of_every_team(w: Work, viewer: Viewer) -> Viewer:
    """Only members arrange what their team looks at, but a document speaks for every team."""
    return replace(viewer, team_ids=frozenset(w.session.scalars(select(t.organisation.Team.id))))


def in_order(w: Work, viewer: Viewer, rule_ids: Sequence[int]) -> None:
    """Puts the routing rules into the document's order, those it does not name after them."""
    every = w.session.scalars(select(t.routing.RoutingRule.id).order_by(t.routing.RoutingRule.position)).all()
    routing.order_rules(w, viewer, [*rule_ids, *(i for i in every if i not in rule_ids)])


WAYS: Mapping[str, Way | Whole] = {
    "organisation": Way(
        _no_second, lambda w, viewer, _row, values: organisation.update_organisation(w, viewer, **values), off=None
    ),
    "department": _retiring(t.organisation.Department, _department, _change_department),
    "skill": _retiring(
        t.organisation.Skill,
        lambda w, viewer, values: organisation.create_skill(w, viewer, **values),
        lambda w, viewer, row, values: organisation.rename_skill(w, viewer, row.id, **values),
    ),
    "role": _retiring(
        t.organisation.Role, lambda w, viewer, values: roles.create_role(w, viewer, **values), _change_role
    ),
    "second_factor_rule": Whole(_second_factors),
    "identity_provider": _usual(providers.create_provider, providers.update_provider),
    "calendar": _retiring(
        t.sla.Calendar,
        lambda w, viewer, values: calendars.create_calendar(w, viewer, **values),
        lambda w, viewer, row, values: calendars.update_calendar(w, viewer, row.id, **values),
        parts=(
            (t.sla.CalendarWindow, "calendar_id"),
            (t.sla.CalendarHoliday, "calendar_id"),
            (t.sla.PastCalendar, "calendar_id"),
        ),
    ),
    "calendar_window": Whole(_windows, "calendar_id"),
    "calendar_holiday": Whole(_holidays, "calendar_id"),
    "team": _usual(organisation.create_team, owners.update_team),
    "ticket_type": _usual(settings_actions.create_type, settings_actions.update_type, ("name", "description")),
    "status": _usual(
        settings_actions.create_status, settings_actions.update_status, ("name", "state"), for_good=("state",)
    ),
    "priority": _usual(
        settings_actions.create_priority, settings_actions.update_priority, ("name", "rank", "description")
    ),
    "category": Way(_category, _change_category, for_good=("parent_id",), off=("retired", True)),
    "priority_cell": Whole(_matrix),
    "action_definition": _usual(
        definition_actions.create_definition, definition_actions.update_definition, for_good=("name", "kind")
    ),
    "type_field": Way(_type_field, _change_type_field, for_good=("name", "kind")),
    "workflow": Way(
        _workflow,
        _change_workflow,
        off=None,
        remove=lambda w, viewer, row: workflow.reset_workflow(w, viewer, row.type_id),
    ),
    "gate": Way(
        lambda w, viewer, values: workflow.create_gate(w, viewer, **values),
        lambda w, viewer, row, values: workflow.update_gate(w, viewer, row.id, **values),
        off=None,
        remove=_forget_by_id(workflow.delete_gate),
    ),
    "sla_policy": _retiring(
        t.sla.SlaPolicy,
        lambda w, viewer, values: policies.create_policy(w, viewer, **values),
        lambda w, viewer, row, values: policies.update_policy(w, viewer, row.id, **values),
        parts=((t.sla.SlaTarget, "policy_id"), (t.sla.SlaWarning, "policy_id")),
    ),
    "sla_target": Whole(_targets, "policy_id"),
    "sla_warning": Whole(_warnings, "policy_id"),
    "team_policy": _given_policy(policies.set_policy_of_team, "team_id"),
    "customer_policy": _given_policy(policies.set_policy_of_customer, "customer_id"),
    "routing_rule": _usual(
        routing.create_rule, routing.update_rule, off=None, remove=_forget_by_id(routing.remove_rule)
    ),
    "field_mode": Way(_mode, _change_mode, off=None, remove=_forget),
    "canned_answer": _usual(canned_actions.create_canned, canned_actions.update_canned),
    "call_script": Way(
        _script,
        lambda w, viewer, row, values: script_actions.update_script(w, viewer, row.id, **values),
        parts=((t.knowledge.CallScriptVersion, "script_id"),),
    ),
    "checklist_template": _usual(checklists.create_template, checklists.update_template),
    "asset_type": _usual(assets.create_type, assets.update_type),
    "remote_tool": _usual(remote_actions.create_tool, remote_actions.update_tool),
    "auto_close_rule": _usual(waiting.create_rule, waiting.update_rule),
    "follow_up_setting": Way(_follow_up, _change_follow_up, off=None, remove=_forget),
    "recurring_ticket": _usual(recurring.create_recurring, recurring.update_recurring),
    "blocked_sender": Way(
        lambda w, viewer, values: senders.block(w, viewer, **values),
        _change_sender,
        off=None,
        remove=_forget_by_id(senders.unblock),
    ),
    "mail_policy": Way(
        lambda w, viewer, values: notices.set_policy(w, viewer, **values),
        lambda w, viewer, _row, values: notices.set_policy(w, viewer, **values),
        off=None,
    ),
    "notice_template": Way(_template, _change_template, off=None, remove=_forget_by_id(templates.reset)),
    "silent_event": Whole(_silent),
    "saved_view": Way(
        lambda w, viewer, values: views.create_view(w, _of_every_team(w, viewer), **values),
        lambda w, viewer, row, values: views.update_view(w, _of_every_team(w, viewer), row.id, **values),
        off=None,
        remove=lambda w, viewer, row: views.delete_view(w, _of_every_team(w, viewer), row.id),
    ),
}
