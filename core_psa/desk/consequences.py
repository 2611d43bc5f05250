"""What follows from a change to a ticket, in its transaction: called once at the end of every change, whoever made it."""

from collections.abc import Mapping
from typing import Any

from core_psa.db import Work
from core_psa.desk import clocks, telling
from core_psa.tickets.tables import Action, Ticket
from core_psa.tickets.workflow.rules import ActionRule
from core_psa.viewer import Viewer


def follow(
    w: Work, viewer: Viewer, ticket: Ticket, action: Action, before: Mapping[str, Any], rule: ActionRule | None = None
) -> None:
    """`before` holds the changed fields as they were (ids for references); `action` is the entry that tells of the change."""
    clocks.move(w, ticket, action, before)
    telling.tell_of(w, viewer, ticket, action, rule)
