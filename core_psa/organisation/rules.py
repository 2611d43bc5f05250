"""Permissions, one word per area and verb, and the roles every desk starts with.

The same words are asked for by the pages, the API and the commands: `Viewer.require`. The matrix of roles is drawn from
them: the area stands before the dot, the verb (see, edit, approve, export, or one of the area's own) after it.
"""

from typing import NamedTuple

PERMISSIONS: dict[str, str] = {
    "tickets.see": "see tickets of the own teams, unassigned ones and those assigned to oneself",
    "tickets.see_department": "see tickets of every team in the departments of the own teams",
    "tickets.see_all": "see every ticket of the desk",
    "tickets.see_notes": "read internal notes",
    "tickets.edit": "open and change tickets",
    "tickets.approve": "decide approvals asked of one's role",
    "tickets.override_gates": "end work although its gates are not met, with a reason",
    "tickets.share_views": "keep views of the queue for a team or the desk",
    "tickets.export": "import and export tickets",
    "suggestions.decide": "accept and override suggestions",
    "suggestions.configure": "choose modes and thresholds",
    "knowledge.see": "read internal articles and call scripts",
    "knowledge.edit": "write articles for the desk",
    "knowledge.publish": "put articles before customers, keep call scripts and shared canned answers",
    "assets.see": "see assets, their history and remote-access links",
    "assets.edit": "change assets and documentation links",
    "customers.see": "see customers, sites and users",
    "customers.edit": "change customers, sites and users",
    "customers.export": "import and export customers, sites and users",
    "organisation.see": "see departments, teams, agents and their shifts",
    "organisation.edit": "change departments, teams, agents and their shifts",
    "calendars.see": "see business calendars and SLA policies",
    "calendars.edit": "change business calendars and SLA policies",
    "agreements.see": "see what was agreed with customers",
    "agreements.edit": "change what was agreed with customers",
    "settings.see": "see types, statuses, priorities, categories and routing rules",
    "settings.edit": "change types, statuses, priorities, categories and routing rules",
    "dispatch.see": "see the dispatch board, leave hand-over notes",
    "dispatch.edit": "plan appointments and give tickets to agents on the dispatch board",
    "notices.edit": "change the texts people are sent, and see and steer the outbox",
    "access.edit": "manage roles, API keys and sessions of others",
    "setup.edit": "follow the set-up guide, test the desk and sign it off",
    "audit.see": "read the audit log",
    "audit.export": "take the audit log away as a file",
}

_SEE = {
    "tickets.see",
    "tickets.see_all",
    "knowledge.see",
    "assets.see",
    "customers.see",
    "organisation.see",
    "calendars.see",
    "settings.see",
    "agreements.see",
}
_WORK = _SEE | {
    "dispatch.see",
    "tickets.edit",
    "tickets.see_notes",
    "suggestions.decide",
    "knowledge.edit",
    "assets.edit",
}
_LEAD = _WORK | {
    "knowledge.publish",
    "customers.edit",
    "suggestions.configure",
    "tickets.export",
    "tickets.approve",
    "tickets.override_gates",
    "tickets.share_views",
    "dispatch.edit",
}

BUILTIN_ROLES: dict[str, frozenset[str]] = {
    "agent": frozenset(_WORK),
    "dispatcher": frozenset(_WORK | {"customers.edit", "tickets.share_views", "dispatch.edit"}),
    "team lead": frozenset(_LEAD | {"organisation.edit"}),
    "manager": frozenset(
        _LEAD
        | {
            "organisation.edit",
            "calendars.edit",
            "agreements.edit",
            "customers.export",
            "setup.edit",
            "audit.see",
            "audit.export",
        }
    ),
    "finance": frozenset(_SEE | {"tickets.see_notes", "tickets.export", "customers.export"}),
    "sales": frozenset(_SEE | {"customers.edit"}),
    "administrator": frozenset(PERMISSIONS),
}


# What every area may be asked; some areas have words of their own beside these.
VERBS = ("see", "edit", "approve", "export")


class AreaOfPermissions(NamedTuple):
    """One line of the matrix: the permission of each of VERBS, or None where the area has none, and the others."""

    name: str
    usual: tuple[str | None, ...]
    own: tuple[str, ...]


def permissions_by_area() -> list[AreaOfPermissions]:
    """The matrix of area and verb that roles are put together in."""
    areas = dict.fromkeys(name.partition(".")[0] for name in PERMISSIONS)
    return [_area(area) for area in areas]


def _area(area: str) -> AreaOfPermissions:
    named = [name for name in PERMISSIONS if name.startswith(f"{area}.")]
    usual = tuple(name if (name := f"{area}.{verb}") in PERMISSIONS else None for verb in VERBS)
    return AreaOfPermissions(area, usual, tuple(name for name in named if name not in usual))


def unknown_permissions(names: list[str]) -> list[str]:
    return sorted(set(names) - PERMISSIONS.keys())
