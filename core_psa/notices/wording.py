"""The texts a new desk starts with, by event, in English. An administrator's own take their place."""

from collections.abc import Mapping
from typing import NamedTuple

from core_psa.notices.events import Audience

LANGUAGE = "en"


class Wording(NamedTuple):
    subject: str
    text: str


def _agent(what: str, more: str = "") -> Wording:
    body = f"{what}\n\n{{{{subject}}}}\nTicket {{{{number}}}}, {{{{customer}}}}\n\n{more}\n\n{{{{link}}}}"
    return Wording("{{subject}}", body)


def _user(what: str, more: str = "") -> Wording:
    return Wording("{{subject}}", f"Hello {{{{recipient}}}},\n\n{what}\n\n{more}\n\n{{{{desk}}}}")


_QUOTED = "{{body}}"

WORDINGS: Mapping[tuple[str, Audience], Wording] = {
    ("created", "agent"): _agent("{{actor}} opened a ticket.", _QUOTED),
    ("replied", "agent"): _agent("{{actor}} replied:", _QUOTED),
    ("noted", "agent"): _agent("{{actor}} wrote an internal note:", _QUOTED),
    ("assigned", "agent"): _agent("{{actor}} assigned this ticket to you.", "Priority {{priority}}, status {{status}}"),
    ("mentioned", "agent"): _agent("{{actor}} mentioned you:", _QUOTED),
    ("escalated", "agent"): _agent("{{actor}} escalated this ticket to tier {{tier}}.", "{{reason}}"),
    ("approval_asked", "agent"): _agent("{{actor}} asks for your approval by {{due_at}}:", "{{question}}"),
    ("approval_decided", "agent"): _agent("{{actor}} {{decision}}: {{question}}", "{{comment}}"),
    ("approval_expired", "agent"): _agent("Nobody decided by {{due_at}}:", "{{question}}"),
    ("sla_warning", "agent"): _agent("{{share}} % of the time to {{clock}} has passed. It ends {{due_at}}."),
    ("sla_breached", "agent"): _agent("The time to {{clock}} has passed. It ended {{due_at}}."),
    ("resolved", "agent"): _agent("{{actor}} resolved this ticket:", "{{resolution}}"),
    ("closed", "agent"): _agent("{{actor}} closed this ticket."),
    ("reopened", "agent"): _agent("{{actor}} reopened this ticket:", "{{reason}}"),
    ("merged", "agent"): _agent("{{actor}} merged this ticket into {{other}}."),
    ("snooze_ended", "agent"): _agent("This ticket was put aside and is back.", "{{reason}}"),
    ("recurring_opened", "agent"): _agent("A schedule opened this ticket: {{schedule}}."),
    ("auto_close_warning", "agent"): _agent("This ticket is closed by itself on {{closes_at}}."),
    ("watched", "agent"): _agent("{{actor}} changed a ticket you watch:", "{{change}}"),
    ("created", "user"): _user(
        "we have received your request. Its number is {{number}}; please keep it in the subject when you write to us."
    ),
    ("replied", "user"): _user("{{actor}} wrote about your request {{number}}:", _QUOTED),
    ("approval_asked", "user"): _user(
        "your approval is needed by {{due_at}}:", "{{question}}\n\nPlease answer here: {{answer_link}}"
    ),
    ("approval_decided", "user"): _user("{{actor}} {{decision}}: {{question}}", "{{comment}}"),
    ("resolved", "user"): _user(
        "your request {{number}} has been resolved:", "{{resolution}}\n\nIf it is not, simply answer this mail."
    ),
    ("closed", "user"): _user("your request {{number}} has been closed."),
    ("reopened", "user"): _user("your request {{number}} has been taken up again."),
    ("merged", "user"): _user("your request {{number}} is dealt with together with {{other}} from now on."),
    ("watched", "user"): _user("your request {{number}} has moved on: {{change}}.", "Its status is {{status}} now."),
    ("auto_close_warning", "user"): _user(
        "we have not heard from you about your request {{number}}. It will be closed on {{closes_at}}.",
        "If you still need help, simply answer this mail.",
    ),
}
