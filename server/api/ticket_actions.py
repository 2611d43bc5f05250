"""From `{"action": …}` to the desk's action, one translator each. Pages post the same fields."""

from collections.abc import Callable, Mapping
from typing import Any

from core_psa.db import Work
from core_psa.desk import actions as desk
from core_psa.desk import names
from core_psa.errors import FieldError, Invalid
from core_psa.tickets.rules import ACTION_NAMES
from core_psa.viewer import Viewer
from server.api.bodies import Fields

_REFERENCES = ("category", "priority", "type", "status", "customer", "site", "requester", "team", "assignee")


def act(w: Work, viewer: Viewer, ticket_id: int, body: Mapping[str, Any], expected_version: int | None) -> None:
    """Takes the action named in the body. Raises what the desk raises, or Invalid for a body that does not fit it."""
    fields = Fields(dict(body))
    name = fields.text("action")
    take = _ACTIONS.get(name)
    if take is None:
        raise Invalid(FieldError("action", f"'{name[:100]}' is not an action", ACTION_NAMES))
    take(_Request(w, viewer, ticket_id, expected_version, fields))


class _Request:
    """One action being translated."""

    def __init__(self, w: Work, viewer: Viewer, ticket_id: int, version: int | None, fields: Fields) -> None:
        self.w, self.viewer, self.ticket_id, self.version, self.fields = w, viewer, ticket_id, version, fields

    @property
    def target(self) -> tuple[Work, Viewer, int]:
        return self.w, self.viewer, self.ticket_id

    def found(self, name: str) -> int | None:
        """The id meant by an id or a name; none where nothing is given."""
        given = self.fields.reference(name)
        return None if given in (None, "") else names.find(self.w.session, name, given)

    def references(self, *wanted: str) -> dict[str, int | None]:
        """The ids of those of these fields that were given; null empties a field."""
        return {name: self.found(name) for name in wanted if self.fields.given(name)}


def _reply(r: _Request) -> None:
    body, cc, status = r.fields.text("body"), r.fields.texts("cc"), r.found("status")
    r.fields.done(strict=True)
    desk.reply(*r.target, body=body, cc=cc, status_id=status, expected_version=r.version)


def _note(r: _Request) -> None:
    body = r.fields.text("body")
    r.fields.done(strict=True)
    desk.note(*r.target, body=body, expected_version=r.version)


def _assign(r: _Request) -> None:
    values = r.references("assignee", "team")
    if r.fields.given("group"):
        values["team"] = names.find(r.w.session, "team", r.fields.reference("group") or "")
    r.fields.done(strict=True)
    if not values:
        raise Invalid(FieldError("assignee", "give an assignee, a team, or both"))
    desk.assign(*r.target, values=values, expected_version=r.version)


def _update(r: _Request) -> None:
    values: dict[str, Any] = r.references(*_REFERENCES)
    if r.fields.given("subject"):
        values["subject"] = r.fields.text("subject")
    if r.fields.given("tags"):
        values["tags"] = r.fields.texts("tags")
    r.fields.done(strict=True)
    desk.update(*r.target, values=values, expected_version=r.version)


def _resolve(r: _Request) -> None:
    resolution, status = r.fields.text("resolution"), r.found("status")
    r.fields.done(strict=True)
    desk.resolve(*r.target, resolution=resolution, status_id=status, expected_version=r.version)


def _close(r: _Request) -> None:
    r.fields.done(strict=True)
    desk.close(*r.target, expected_version=r.version)


def _reopen(r: _Request) -> None:
    reason = r.fields.text("reason")
    r.fields.done(strict=True)
    desk.reopen(*r.target, reason=reason, expected_version=r.version)


def _time(r: _Request) -> None:
    minutes, start, end = r.fields.whole_number("minutes"), r.fields.instant("start"), r.fields.instant("end")
    charge_type, note = r.fields.text("charge_type", "billable"), r.fields.text("note")
    r.fields.done(strict=True)
    desk.log_time(
        *r.target,
        minutes=minutes,
        start=start,
        end=end,
        charge_type=charge_type,
        note=note,
        expected_version=r.version,
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
}
