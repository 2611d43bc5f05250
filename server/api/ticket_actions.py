"""From `{"action": …}` to the desk's action, one translator each. Pages post the same fields."""

from collections.abc import Callable, Mapping
from typing import Any

from core_psa.db import Work
from core_psa.desk import actions as desk
from core_psa.desk import names
from core_psa.desk.approvals import request_approval
from core_psa.desk.escalation import escalate
from core_psa.desk.steps import Extra
from core_psa.errors import FieldError, Invalid
from core_psa.intake.replies import actions as replies
from core_psa.tickets.workflow.store import kinds_by_name
from core_psa.viewer import Viewer
from server.api.bodies import Fields

_REFERENCES = ("category", "priority", "type", "status", "customer", "site", "requester", "team", "assignee")


def act(w: Work, viewer: Viewer, ticket_id: int, body: Mapping[str, Any], expected_version: int | None) -> int:
    """Takes the action named in the body; returns the ticket it came to, which may be a new one.

    Raises what the desk raises, or Invalid for a body that does not fit it.
    """
    fields = Fields(dict(body))
    name, kinds = fields.text("action"), kinds_by_name(w.session)
    if name not in kinds:
        raise Invalid(FieldError("action", f"'{name[:100]}' is not an action", tuple(kinds)))
    request = _Request(w, viewer, ticket_id, expected_version, fields, name)
    _ACTIONS[kinds[name]](request)
    return request.ticket_id


class _Request:
    """One action being translated."""

    def __init__(
        self, w: Work, viewer: Viewer, ticket_id: int, version: int | None, fields: Fields, action: str
    ) -> None:
        self.w, self.viewer, self.ticket_id, self.version, self.fields = w, viewer, ticket_id, version, fields
        self.action = action

    @property
    def target(self) -> tuple[Work, Viewer, int]:
        return self.w, self.viewer, self.ticket_id

    def found(self, name: str, as_field: str = "") -> int | None:
        """The id meant by an id or a name, found as that of a ticket's field; none where nothing is given."""
        given = self.fields.reference(name)
        return None if given in (None, "") else names.find(self.w.session, as_field or name, given)

    def last(self, *, minutes: bool = True) -> dict[str, Any]:
        """What every action takes besides its own fields. Raises Invalid for all that was wrong with the body."""
        extra = Extra(
            action=self.action,
            fields=self.fields.mapping("fields"),
            minutes=self.fields.whole_number("minutes") if minutes else None,
            override=self.fields.text("override"),
        )
        self.fields.done(strict=True)
        return {"expected_version": self.version, "extra": extra}

    def references(self, *wanted: str) -> dict[str, int | None]:
        """The ids of those of these fields that were given; null empties a field."""
        return {name: self.found(name) for name in wanted if self.fields.given(name)}


def _reply(r: _Request) -> None:
    body, cc, status = r.fields.text("body"), r.fields.texts("cc"), r.found("status")
    last = r.last()
    if r.viewer.kind == "user":
        # A customer's answer may reopen the ticket, or open another one.
        landed = replies.reply(*r.target, body=body, cc=cc)
        r.ticket_id = landed.ticket_id if landed.did == "new ticket" else r.ticket_id
    else:
        desk.reply(*r.target, body=body, cc=cc, status_id=status, **last)


def _note(r: _Request) -> None:
    body, status = r.fields.text("body"), r.found("status")
    desk.note(*r.target, body=body, status_id=status, **r.last())


def _assign(r: _Request) -> None:
    values = r.references("assignee", "team")
    if r.fields.given("group"):
        values["team"] = names.find(r.w.session, "team", r.fields.reference("group") or "")
    last = r.last()
    if not values:
        raise Invalid(FieldError("assignee", "give an assignee, a team, or both"))
    desk.assign(*r.target, values=values, **last)


def _update(r: _Request) -> None:
    values: dict[str, Any] = r.references(*_REFERENCES)
    if r.fields.given("subject"):
        values["subject"] = r.fields.text("subject")
    if r.fields.given("tags"):
        values["tags"] = r.fields.texts("tags")
    values.update({name: r.fields.text(name) or None for name in ("impact", "urgency") if r.fields.given(name)})
    if r.fields.given("severity_a"):
        values["severity_a"] = r.fields.flag("severity_a")
    body = r.fields.text("body")
    desk.update(*r.target, values=values, body=body, **r.last())


def _resolve(r: _Request) -> None:
    resolution, status = r.fields.text("resolution"), r.found("status")
    desk.resolve(*r.target, resolution=resolution, status_id=status, **r.last())


def _close(r: _Request) -> None:
    desk.close(*r.target, **r.last())


def _reopen(r: _Request) -> None:
    reason = r.fields.text("reason")
    desk.reopen(*r.target, reason=reason, **r.last())


def _escalate(r: _Request) -> None:
    escalate(
        *r.target,
        reason=r.fields.text("reason"),
        tier=r.fields.whole_number("tier"),
        team_id=r.found("team"),
        assignee_id=r.found("assignee"),
        to_manager=r.fields.flag("to_manager") if r.fields.given("to_manager") else None,
        **r.last(),
    )


def _request_approval(r: _Request) -> None:
    request_approval(
        *r.target,
        question=r.fields.text("question"),
        agent_id=r.found("agent", "assignee"),
        role_id=r.fields.whole_number("role"),
        user_id=r.found("user", "requester"),
        hours=r.fields.whole_number("hours"),
        **r.last(),
    )


def _time(r: _Request) -> None:
    minutes, start, end = r.fields.whole_number("minutes"), r.fields.instant("start"), r.fields.instant("end")
    charge_type, note = r.fields.text("charge_type", "billable"), r.fields.text("note")
    desk.log_time(
        *r.target,
        minutes=minutes,
        start=start,
        end=end,
        charge_type=charge_type,
        note=note,
        **r.last(minutes=False),
    )


_ACTIONS: Mapping[str, Callable[[_Request], None]] = {
    "reply": _reply,
    "note": _note,
    "assign": _assign,
    "update": _update,
    "resolve": _resolve,
    "close": _close,
    "reopen": _reopen,
    "time": _time,
    "escalate": _escalate,
    "request_approval": _request_approval,
}
