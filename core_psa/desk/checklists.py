"""Checklists on tickets: added from a template, ticked and unticked, each of it told on the timeline."""

from core_psa.checklists import actions as checklists
from core_psa.checklists import store
from core_psa.checklists.tables import Checklist
from core_psa.db import Work
from core_psa.desk.remarks import remark, ticket_to_annotate
from core_psa.errors import NotFound
from core_psa.tickets.tables import Action
from core_psa.viewer import Viewer


def add_checklist(w: Work, viewer: Viewer, ticket_id: int, template_id: int) -> Checklist | None:
    """Copies a template onto the ticket; doing it again does nothing."""
    ticket = ticket_to_annotate(w, viewer, ticket_id)
    row = checklists.copy_onto(w, viewer, ticket_id, template_id)
    if row is not None:
        remark(w, viewer, ticket, "checklist", {"checklist": [None, row.name]})
    return row


def tick(w: Work, viewer: Viewer, ticket_id: int, item_id: int) -> Action | None:
    """Signs an item off; None where that is done."""
    ticket = ticket_to_annotate(w, viewer, ticket_id)
    _must_be_of(w, ticket_id, item_id)
    item = checklists.tick(w, viewer, item_id)
    return remark(w, viewer, ticket, "tick", {"item": [None, item.text]}) if item else None


def untick(w: Work, viewer: Viewer, ticket_id: int, item_id: int) -> Action | None:
    """Takes a sign-off back; who had given it stays in the audit log and on the timeline."""
    ticket = ticket_to_annotate(w, viewer, ticket_id)
    _must_be_of(w, ticket_id, item_id)
    undone = checklists.untick(w, viewer, item_id)
    if undone is None:
        return None
    item, former = undone
    return remark(w, viewer, ticket, "untick", {"item": [{"name": f"done by {former['by']}", **former}, item.text]})


def _must_be_of(w: Work, ticket_id: int, item_id: int) -> None:
    if store.item(w.session, item_id)[1].ticket_id != ticket_id:
        raise NotFound("checklist item", item_id)
