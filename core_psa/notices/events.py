"""What can be told of, and which facts each may speak of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Audience = Literal["agent", "user"]

# What every event may speak of: the first four are known here, the others are facts the caller gives.
COMMON: Mapping[str, str] = {
    "number": "the ticket's number",
    "actor": "who did it",
    "recipient": "who reads this",
    "desk": "the name of your organisation",
    "link": "the address of the ticket; for agents alone",
    "subject": "the ticket's subject",
    "customer": "the customer",
    "requester": "whose ticket it is",
    "status": "the ticket's status",
    "priority": "the ticket's priority",
    "team": "the team",
    "assignee": "the agent it is assigned to",
}


@dataclass(frozen=True)
class Event:
    """`line` is what the page says. `in_app` and `mail` are what an agent gets who has chosen nothing."""

    title: str
    line: str
    facts: Mapping[str, str]
    in_app: bool = True
    mail: bool = False

    @property
    def placeholders(self) -> tuple[str, ...]:
        return (*COMMON, *self.facts)


_BODY = {"body": "what was written"}

EVENTS: Mapping[str, Event] = {
    "created": Event("A ticket was opened", "{{actor}} opened this ticket", _BODY, in_app=False),
    "replied": Event("Somebody replied", "{{actor}} replied", _BODY),
    "noted": Event("Somebody wrote an internal note", "{{actor}} wrote a note", _BODY),
    "assigned": Event("A ticket was assigned to me", "{{actor}} assigned this to you", {}, mail=True),
    "mentioned": Event("Somebody mentioned me", "{{actor}} mentioned you", _BODY, mail=True),
    "escalated": Event(
        "A ticket was escalated",
        "Escalated by {{actor}}: {{reason}}",
        {"reason": "why", "tier": "the tier it goes to"},
        mail=True,
    ),
    "approval_asked": Event(
        "My approval is asked for",
        "{{actor}} asks for your approval: {{question}}",
        {"question": "what is to be approved", "due_at": "until when", "answer_link": "where a customer answers"},
        mail=True,
    ),
    "approval_decided": Event(
        "An approval was decided",
        "{{actor}} {{decision}}: {{question}}",
        {"question": "what was to be approved", "decision": "approved or rejected", "comment": "why"},
    ),
    "approval_expired": Event(
        "An approval ran out",
        "Nobody decided in time: {{question}}",
        {"question": "what was to be approved", "due_at": "until when"},
    ),
    "sla_warning": Event(
        "An SLA target is at risk",
        "{{share}} % of the time to {{clock}} has passed",
        {"clock": "which promise", "share": "per cent of the time that have passed", "due_at": "until when"},
    ),
    "sla_breached": Event(
        "An SLA target was missed",
        "The time to {{clock}} has passed",
        {"clock": "which promise", "due_at": "until when"},
        mail=True,
    ),
    "resolved": Event("A ticket was resolved", "{{actor}} resolved this", {"resolution": "what was done"}),
    "closed": Event("A ticket was closed", "{{actor}} closed this", {}, in_app=False),
    "reopened": Event("A ticket was reopened", "{{actor}} reopened this", {"reason": "why"}, mail=True),
    "merged": Event(
        "Tickets were merged", "{{actor}} merged this into {{other}}", {"other": "the ticket it went into"}
    ),
    "snooze_ended": Event("A ticket put aside is back", "This was put aside and is back", {"reason": "why it is back"}),
    "recurring_opened": Event(
        "A recurring ticket was opened", "Opened by a schedule: {{schedule}}", {"schedule": "its name"}
    ),
    "auto_close_warning": Event(
        "A ticket is about to be closed",
        "This is closed by itself on {{closes_at}}",
        {"closes_at": "when it will be closed"},
    ),
    "watched": Event(
        "A ticket I watch has changed", "{{actor}} changed this: {{change}}", {"change": "what has changed"}
    ),
}
