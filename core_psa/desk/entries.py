"""Writing a ticket's timeline."""

from collections.abc import Mapping
from typing import Any

from core_psa.db import Work
from core_psa.tickets.tables import Action, Ticket
from core_psa.viewer import SYSTEM, Viewer


def entry(
    w: Work,
    viewer: Viewer,
    ticket: Ticket,
    kind: str,
    changes: Mapping[str, Any],
    *,
    body: str | None = None,
    public: bool = False,
) -> Action:
    """One entry, at the version the ticket has now; written at once, so that it has its id."""
    action = _action(w, viewer, ticket, kind, changes, body, public=public)
    w.session.flush()
    return action


def remark(w: Work, ticket: Ticket, kind: str, changes: Mapping[str, Any]) -> None:
    """The desk's own word about something no field holds. The ticket stays at its version: nobody's save is refused for it."""
    _action(w, SYSTEM, ticket, kind, changes, None, public=False)


def _action(
    w: Work, viewer: Viewer, ticket: Ticket, kind: str, changes: Mapping[str, Any], body: str | None, *, public: bool
) -> Action:
    action = Action(
        ticket_id=ticket.id,
        kind=kind,
        at=w.now,
        actor_kind=viewer.kind,
        actor_id=viewer.id,
        actor_name=viewer.name,
        public=public,
        version=ticket.version,
        changes=dict(changes) or None,
        body=body,
    )
    w.session.add(action)
    return action
