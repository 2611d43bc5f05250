"""An action that begins: its ticket is locked, and its type, stage and the viewer allow it. `taking` takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from core_psa.db import Work
from core_psa.desk.changes import held
from core_psa.desk.endings import put_aside_for
from core_psa.errors import ActionRefused, FieldError, Invalid
from core_psa.tickets.tables import Ticket
from core_psa.tickets.workflow import store
from core_psa.tickets.workflow.rules import ActionRule, Book, Stage, Who
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class Extra:
    """What goes along with an action beyond its own words.

    `action` is the name of one of the desk's own actions of that kind; `fields` are values of the type's own fields by
    name; `minutes` were worked; `override` is why unmet gates are to be passed over.
    """

    action: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    minutes: int | None = None
    override: str = ""


PLAIN = Extra()


@dataclass(frozen=True)
class Step:
    """One action being taken by somebody on one ticket, which stands `at` a stage of its type's book."""

    w: Work
    viewer: Viewer
    ticket: Ticket
    book: Book
    rule: ActionRule
    at: Stage
    who: Who
    extra: Extra

    def refused(self, reasons: Sequence[str], action: str = "") -> ActionRefused:
        """The error that says why the action, or what goes by another name, is not possible, and what is."""
        name = action or self.rule.name
        now = offered(self.w.session, self.ticket, self.book, self.who, self.at)
        others = tuple(allowed for allowed in now if allowed != name)
        return ActionRefused(self.ticket.id, name, reasons, others)


def offered(session: Session, ticket: Ticket, book: Book, who: Who, at: Stage) -> tuple[str, ...]:
    """The actions open to somebody at this ticket now."""
    names = book.allowed(who, at)
    again = {name for name in names if book.actions[name].kind == "reopen"}
    return tuple(n for n in names if n not in again) if again and put_aside_for(session, ticket) else names


def begin(
    w: Work, viewer: Viewer, ticket_id: int, kind: str, expected_version: int | None = None, extra: Extra = PLAIN
) -> Step:
    """Locks the ticket. Raises Forbidden, VersionConflict, or ActionRefused with every reason and what is allowed."""
    ticket = held(w, viewer, ticket_id, expected_version)
    book = store.book_of(w.session, ticket.type_id)
    at, who = store.stage_of(w.session, ticket.status_id), store.who(w.session, viewer, book)
    name = extra.action or kind
    if reasons := book.refusals(name, at):
        raise ActionRefused(ticket_id, name, reasons, offered(w.session, ticket, book, who, at))
    rule = book.actions[name]
    if rule.kind != kind:
        raise Invalid(FieldError("action", f"{rule.label} is not a way to {kind.replace('_', ' ')}"))
    if viewer.kind != "user":
        viewer.require(rule.permission)
    if not who.may(rule):
        others = offered(w.session, ticket, book, who, at)
        raise ActionRefused(ticket_id, name, [f"{rule.label} is for others to do"], others)
    return Step(w, viewer, ticket, book, rule, at, who, extra)
