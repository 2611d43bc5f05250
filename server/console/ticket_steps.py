"""From what was posted on the ticket page to the action it means, told as other programs tell it."""

from typing import Any

from core_psa.db import Work
from core_psa.errors import FieldError, Invalid
from core_psa.tickets.workflow.store import kinds_by_name
from server.api.ticket_actions import act
from server.console.forms import Form
from server.console.session import Visit

# A page has one text box, whatever an action calls what is written in it.
_WORDS = {
    "reply": "body",
    "note": "body",
    "update": "body",
    "resolve": "resolution",
    "reopen": "reason",
    "escalate": "reason",
    "request_approval": "question",
    "time": "note",
}
_NUMBERS = {
    "reply": ("status",),
    "update": ("category", "priority"),
    "assign": ("team", "assignee"),
    "escalate": ("tier", "team", "assignee"),
    "request_approval": ("hours",),
}
_APPROVERS = ("agent", "role", "user")


def take(w: Work, visit: Visit, ticket_id: int, name: str, form: Form) -> None:
    """Takes the action of this name. Raises Invalid with the names of the page's own fields."""
    kind = kinds_by_name(w.session).get(name)
    if kind is None:
        raise Invalid(FieldError("kind", "is not something that can be done here"))
    try:
        act(w, visit.viewer, ticket_id, _told(form, name, kind), None)
    except Invalid as invalid:
        words = _WORDS.get(kind)
        raise Invalid(
            *(FieldError("body" if e.field == words else e.field, e.message, e.allowed) for e in invalid.errors)
        ) from invalid


def _told(form: Form, name: str, kind: str) -> dict[str, Any]:
    numbers = {field: form.number(field) for field in (*_NUMBERS.get(kind, ()), "minutes")}
    told: dict[str, Any] = {"action": name, **{field: n for field, n in numbers.items() if n}}
    if kind in _WORDS:
        told[_WORDS[kind]] = form.text("body")
    if kind == "reply":
        told["cc"] = list(form.words("cc"))
    if kind == "escalate" and form.text("to") == "manager":
        told["to_manager"] = True
    if kind == "request_approval":
        told.update(_approver(form.text("approver")))
    own = {field: value for field, value in form.starting("own_").items() if value.strip()}
    return {**told, **({"fields": own} if own else {}), **_override(form)}


def _override(form: Form) -> dict[str, str]:
    return {"override": form.text("override")} if form.text("override").strip() else {}


def _approver(chosen: str) -> dict[str, int]:
    """Such as `role:3`."""
    kind, _, record_id = chosen.partition(":")
    number = record_id.isascii() and record_id.isdecimal() and len(record_id) <= 18
    return {kind: int(record_id)} if kind in _APPROVERS and number else {}
