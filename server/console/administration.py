"""Everything that can be set up, in one list: what it is, where it is, and who may open it. A page missing here is found by nobody."""

from collections.abc import Sequence
from typing import NamedTuple

from core_psa.viewer import Viewer


class Setting(NamedTuple):
    """One page of the administration. `permission` is what opening it needs."""

    address: str
    name: str
    about: str
    permission: str


class Area(NamedTuple):
    name: str
    settings: tuple[Setting, ...]


AREAS: tuple[Area, ...] = (
    Area(
        "The desk",
        (
            Setting("/set-up", "Set-up guide", "What is set up, what still lacks, who sees to it", "setup.edit"),
            Setting("/go-live", "Go-live", "Acceptance tests on the real parts, and who signed off", "setup.edit"),
            Setting("/first-week", "First week", "What came in, what was missed, how suggestions fared", "setup.edit"),
            Setting(
                "/administration/configuration",
                "Configuration",
                "Everything arranged here as a file: export, import, versions to go back to",
                "access.edit",
            ),
        ),
    ),
    Area(
        "People and access",
        (
            Setting("/agents", "Agents", "Tier, skills, week, absences, roles and sign-in", "organisation.edit"),
            Setting("/teams", "Departments and teams", "Who works where, who leads", "organisation.edit"),
            Setting(
                "/administration/skills", "Skills", "What agents can be chosen by, and who has it", "organisation.edit"
            ),
            Setting("/administration/roles", "Roles", "Who may see, edit, approve and export what", "access.edit"),
            Setting(
                "/administration/keys", "API keys", "Other programs, how far they may go, until when", "access.edit"
            ),
            Setting(
                "/administration/identity-providers",
                "Single sign-on",
                "Identity providers, and which role a group there means",
                "access.edit",
            ),
            Setting("/administration/audit", "Audit log", "Who changed what, from what to what", "audit.see"),
        ),
    ),
    Area(
        "Service levels",
        (
            Setting(
                "/administration/sla", "SLA policies", "What is promised, and who is warned in time", "calendars.edit"
            ),
            Setting(
                "/administration/calendars", "Calendars", "When the desk is open, and its holidays", "calendars.edit"
            ),
            Setting(
                "/administration/sla/what-if",
                "What if",
                "How promises would be kept under another policy, calendar or priority",
                "calendars.edit",
            ),
            Setting("/agreements", "Agreements", "Which customer is covered for what, and how", "agreements.edit"),
        ),
    ),
    Area(
        "Mail",
        (
            Setting(
                "/notices", "Texts of mails", "What agents and users are told of, and in which words", "notices.edit"
            ),
            Setting("/outbox", "Outbox", "Mails that wait, went, or hang, and how this desk sends", "notices.edit"),
        ),
    ),
    Area(
        "Tickets",
        (
            Setting(
                "/administration/workflows",
                "Workflows",
                "Actions, ways, gates and fields of each type of ticket; priority from impact and urgency",
                "settings.edit",
            ),
            Setting(
                "/administration/ticket-values/types",
                "Types, statuses, priorities, categories",
                "What tickets are made of, and what is retired",
                "settings.edit",
            ),
            Setting(
                "/administration/routing",
                "Routing",
                "Which team or agent a new ticket goes to at once, and a dry run of it",
                "settings.edit",
            ),
            Setting(
                "/suggestions/modes",
                "Suggestions",
                "How far triage goes for each field, and how sure it must be",
                "suggestions.configure",
            ),
            Setting(
                "/administration/recurring-tickets",
                "Recurring tickets",
                "What is opened again and again, and when",
                "settings.edit",
            ),
            Setting(
                "/administration/auto-close",
                "Closing after silence",
                "Which tickets close when nobody answers, and who is warned before",
                "settings.edit",
            ),
            Setting(
                "/administration/replies",
                "Replies to finished tickets",
                "When an answer reopens a ticket, and when it opens a new one",
                "settings.edit",
            ),
            Setting(
                "/administration/blocked-senders",
                "Blocked senders",
                "Whose messages are filed as spam",
                "settings.edit",
            ),
            Setting(
                "/administration/checklists", "Checklists", "What must not be forgotten, item by item", "settings.edit"
            ),
            Setting("/call-scripts", "Call scripts", "What is asked on the phone", "knowledge.publish"),
            Setting("/canned-answers", "Canned answers", "Ready texts for replies", "knowledge.publish"),
        ),
    ),
    Area(
        "Assets",
        (
            Setting(
                "/administration/asset-types",
                "Asset types",
                "What customers have, and what is written down of each",
                "settings.edit",
            ),
            Setting(
                "/administration/remote-tools",
                "Remote access",
                "Programs that open an asset from its ticket",
                "settings.edit",
            ),
        ),
    ),
)


def offered(viewer: Viewer) -> Sequence[Area]:
    """What this viewer may open, area by area; areas of which they may open nothing are left out."""
    areas = (Area(area.name, tuple(s for s in area.settings if viewer.may(s.permission))) for area in AREAS)
    return [area for area in areas if area.settings]
