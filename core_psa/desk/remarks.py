"""Entries on a ticket's timeline that change none of its fields: files, articles, ticked items, remote sessions."""

from collections.abc import Mapping
from typing import Any

from core_psa.db import Work
from core_psa.desk.changes import apply
from core_psa.desk.steps import begin
from core_psa.tickets.tables import Action, Ticket
from core_psa.viewer import Viewer


def ticket_to_annotate(w: Work, viewer: Viewer, ticket_id: int) -> Ticket:
    """The locked ticket, if the viewer may write on it; whoever may leave a note (a customer: a reply) may."""
    return begin(w, viewer, ticket_id, "reply" if viewer.kind == "user" else "note").ticket


def remark(
    w: Work,
    viewer: Viewer,
    ticket: Ticket,
    kind: str,
    facts: Mapping[str, Any],
    *,
    public: bool = False,
    body: str | None = None,
) -> Action:
    """`facts` map what it is about to [before, after]."""
    return apply(w, viewer, ticket, kind, public=public, body=body, facts=facts)
