"""One change to many tickets. Each goes through the desk in a short transaction of its own and has its own result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core_psa.db import Database, Work
from core_psa.desk import actions as desk
from core_psa.desk.merging import merge
from core_psa.desk.spam import mark_spam
from core_psa.errors import ActionRefused, DomainError, FieldError, Invalid
from core_psa.tickets import store
from core_psa.viewer import Viewer
from server.api.bodies import Fields
from server.api.ticket_actions import act

# In one request; whoever has more sends more requests, sees how far they are and may stop between them.
MOST = 200


@dataclass(frozen=True)
class Result:
    """`errors` is empty where the change was made; `field` of an error is empty where it concerns no single one."""

    ticket_id: int
    errors: Sequence[FieldError] = ()

    @property
    def done(self) -> bool:
        return not self.errors

    @property
    def number(self) -> str:
        return f"{self.ticket_id:07d}"


def change_all(db: Database, viewer: Viewer, ticket_ids: Sequence[int], body: Mapping[str, Any]) -> list[Result]:
    """Makes the change named in `body` to each ticket, once each, in the order given.

    `body` is that of a single action; beside those there are tag {add, remove}, merge {into} and spam {reason}.
    Raises Forbidden, and Invalid for too many tickets; everything else is a ticket's own result.
    """
    viewer.require("tickets.edit")
    if not 1 <= len(ticket_ids) <= MOST:
        raise Invalid(FieldError("tickets", f"must be 1 to {MOST} tickets"))
    change = _OWN.get(str(body.get("action")), _act)
    return [_attempt(db, viewer, ticket_id, change, body) for ticket_id in dict.fromkeys(ticket_ids)]


_Bulk = Callable[[Work, Viewer, int, Mapping[str, Any]], object]


def _attempt(db: Database, viewer: Viewer, ticket_id: int, change: _Bulk, body: Mapping[str, Any]) -> Result:
    try:
        with db.work() as w:
            change(w, viewer, ticket_id, body)
    except ActionRefused as refused:
        return Result(ticket_id, [FieldError("action", reason, refused.allowed) for reason in refused.reasons])
    except Invalid as invalid:
        return Result(ticket_id, invalid.errors)
    except DomainError as error:  # one that another program holds, too: those before it are changed already
        return Result(ticket_id, [FieldError("", str(error))])
    return Result(ticket_id)


def _act(w: Work, viewer: Viewer, ticket_id: int, body: Mapping[str, Any]) -> None:
    act(w, viewer, ticket_id, body, None)


def _tag(w: Work, viewer: Viewer, ticket_id: int, body: Mapping[str, Any]) -> None:
    fields = _fields(body)
    add, remove = fields.texts("add"), set(fields.texts("remove"))
    fields.done(strict=True)
    ticket = store.for_change(w.session, viewer, ticket_id)
    standing = store.tags_of(w.session, [ticket.id]).get(ticket.id, [])
    desk.update(w, viewer, ticket.id, values={"tags": [tag for tag in (*standing, *add) if tag not in remove]})


def _merge(w: Work, viewer: Viewer, ticket_id: int, body: Mapping[str, Any]) -> None:
    fields = _fields(body)
    into = fields.whole_number("into")
    fields.done(strict=True)
    if into is None:
        raise Invalid(FieldError("into", "must be the number of the ticket to merge into"))
    merge(w, viewer, ticket_id, into)


def _spam(w: Work, viewer: Viewer, ticket_id: int, body: Mapping[str, Any]) -> None:
    fields = _fields(body)
    reason = fields.text("reason", "spam")
    fields.done(strict=True)
    mark_spam(w, viewer, ticket_id, reason)


def _fields(body: Mapping[str, Any]) -> Fields:
    return Fields({name: value for name, value in body.items() if name != "action"})


_OWN: Mapping[str, _Bulk] = {"tag": _tag, "merge": _merge, "spam": _spam}
