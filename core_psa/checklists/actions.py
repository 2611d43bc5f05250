"""Keeping templates, copying one onto a ticket, ticking its items."""

from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

from sqlalchemy import select

from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.checklists import rules, store
from core_psa.checklists.tables import Checklist, ChecklistItem, ChecklistTemplate
from core_psa.db import Work
from core_psa.db.forms import Form
from core_psa.db.records import get, save
from core_psa.errors import Conflict
from core_psa.viewer import Viewer


class TemplateFields(TypedDict, total=False):
    name: str
    description: str
    type_id: int | None
    items: Sequence[dict[str, Any]]
    active: bool


def create_template(w: Work, viewer: Viewer, **given: Unpack[TemplateFields]) -> ChecklistTemplate:
    """Needs a name and items."""
    viewer.require("settings.edit")
    return create(w, viewer, ChecklistTemplate(**_accepted(w, Form(given, rules.TEMPLATE, ["name", "items"]), None)))


def update_template(w: Work, viewer: Viewer, template_id: int, **given: Unpack[TemplateFields]) -> ChecklistTemplate:
    """Tickets that have a copy keep it as it is."""
    viewer.require("settings.edit")
    row = get(w.session, ChecklistTemplate, template_id, lock=True)
    return update(w, viewer, row, _accepted(w, Form(given, rules.TEMPLATE), template_id))


def _accepted(w: Work, form: Form, template_id: int | None) -> dict[str, Any]:
    form.unique(w.session, ChecklistTemplate.name, but=template_id)
    form.refers(w.session, ChecklistTemplate.type_id)
    return form.accepted()


def copy_onto(w: Work, viewer: Viewer, ticket_id: int, template_id: int) -> Checklist | None:
    """The copy, or None where the ticket has one already. Raises Conflict for a template no longer offered."""
    template = get(w.session, ChecklistTemplate, template_id)
    there = select(Checklist.id).where(Checklist.ticket_id == ticket_id, Checklist.template_id == template_id)
    if w.session.scalar(there) is not None:
        return None
    if not template.active:
        raise Conflict(f"the checklist {template.name} is not offered any more")
    row = Checklist(ticket_id=ticket_id, template_id=template_id, name=template.name, by=viewer.name, at=w.now)
    save(w.session, row)
    items = (
        ChecklistItem(checklist_id=row.id, position=position, text=item["text"], required=item["required"])
        for position, item in enumerate(template.items)
    )
    save(w.session, *items)
    return row


def tick(w: Work, viewer: Viewer, item_id: int) -> ChecklistItem | None:
    """Signs the item off; None where somebody has done so already."""
    item, _ = store.item(w.session, item_id)
    if item.done_at is not None:
        return None
    item.done_at, item.done_by, item.done_by_id = w.now, viewer.name, viewer.agent_id
    save(w.session, item)
    return item


def untick(w: Work, viewer: Viewer, item_id: int) -> tuple[ChecklistItem, dict[str, str]] | None:
    """Takes the sign-off back; the audit log keeps who had given it and when. None where there was none."""
    item, checklist = store.item(w.session, item_id)
    if item.done_at is None:
        return None
    former = {"by": item.done_by or "", "at": item.done_at.isoformat()}
    item.done_at = item.done_by = item.done_by_id = None
    save(w.session, item)
    changes = {"done": [former, None], "item": [item.text, item.text], "ticket": [checklist.ticket_id] * 2}
    audit.record(w, viewer, "unticked", "checklist item", item.id, changes)
    return item, former
