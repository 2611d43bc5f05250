"""An action that begins: its ticket is locked, and its type, stage and the viewer allow it. `taking` takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core_psa.db import Work
from core_psa.desk.changes import held
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
        others = tuple(allowed for allowed in self.book.allowed(self.who, self.at) if allowed != name)
        return ActionRefused(self.ticket.id, name, reasons, others)


def begin(
    w: Work, viewer: Viewer, ticket_id: int, kind: str, expected_version: int | None = None, extra: Extra = PLAIN
) -> Step:
    """Locks the ticket. Raises Forbidden, VersionConflict, or ActionRefused with every reason and what is allowed."""
    ticket = held(w, viewer, ticket_id, expected_version)
    book = store.book_of(w.session, ticket.type_id)
    at, who = store.stage_of(w.session, ticket.status_id), store.who(w.session, viewer, book)
    name = extra.action or kind
    if reasons := book.refusals(name, at):
        raise ActionRefused(ticket_id, name, reasons, book.allowed(who, at))
    rule = book.actions[name]
    if rule.kind != kind:
        raise Invalid(FieldError("action", f"{rule.label} is not a way to {kind.replace('_', ' ')}"))
    if viewer.kind != "user":
        viewer.require(rule.permission)
    if not who.may(rule):
        raise ActionRefused(ticket_id, name, [f"{rule.label} is for others to do"], book.allowed(who, at))
    return Step(w, viewer, ticket, book, rule, at, who, extra)
