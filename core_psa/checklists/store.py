"""Reading templates, and the checklists of a ticket. The caller has asked whether the viewer may see the ticket."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core_psa.checklists.tables import Checklist, ChecklistItem, ChecklistTemplate
from core_psa.db.fields import MAX_KEY
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.errors import NotFound
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class OnTicket:
    """A checklist with its items in their order."""

    checklist: Checklist
    items: Sequence[ChecklistItem]

    @property
    def done(self) -> int:
        return sum(item.done_at is not None for item in self.items)


def template_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    inactive: bool = False,
) -> Page[ChecklistTemplate]:
    viewer.require("settings.see")
    query = select(ChecklistTemplate) if inactive else select(ChecklistTemplate).where(ChecklistTemplate.active)
    return page(session, query, (ChecklistTemplate.name, ChecklistTemplate.id), cursor, limit)


def template(session: Session, viewer: Viewer, template_id: int) -> ChecklistTemplate:
    viewer.require("settings.see")
    return get(session, ChecklistTemplate, template_id)


def offered(session: Session, ticket_id: int, type_id: int) -> Sequence[tuple[int, str]]:
    """(id, name) of the templates that could still be added to a ticket of this type."""
    there = select(Checklist.template_id).where(Checklist.ticket_id == ticket_id)
    fits = or_(ChecklistTemplate.type_id.is_(None), ChecklistTemplate.type_id == type_id)
    query = select(ChecklistTemplate.id, ChecklistTemplate.name).where(ChecklistTemplate.active, fits)
    rows = session.execute(query.where(ChecklistTemplate.id.not_in(there)).order_by(ChecklistTemplate.name))
    return [(template_id, name) for template_id, name in rows]


def of_ticket(session: Session, ticket_id: int) -> Sequence[OnTicket]:
    """The checklists of one ticket in the order in which they were added."""
    query = select(ChecklistItem).join(Checklist, Checklist.id == ChecklistItem.checklist_id)
    items = session.scalars(query.where(Checklist.ticket_id == ticket_id).order_by(ChecklistItem.position)).all()
    lists = session.scalars(select(Checklist).where(Checklist.ticket_id == ticket_id).order_by(Checklist.id))
    return [OnTicket(row, [item for item in items if item.checklist_id == row.id]) for row in lists]


def open_required(session: Session, ticket_id: int) -> list[str]:
    """What has to be done before this ticket may be closed, in words."""
    query = select(ChecklistItem.text).join(Checklist, Checklist.id == ChecklistItem.checklist_id)
    undone = (Checklist.ticket_id == ticket_id, ChecklistItem.required, ChecklistItem.done_at.is_(None))
    return list(session.scalars(query.where(*undone).order_by(Checklist.id, ChecklistItem.position)))


def item(session: Session, item_id: int) -> tuple[ChecklistItem, Checklist]:
    """An item with its checklist. Raises NotFound."""
    query = select(ChecklistItem, Checklist).join(Checklist, Checklist.id == ChecklistItem.checklist_id)
    found = session.execute(query.where(ChecklistItem.id == item_id)).first() if item_id <= MAX_KEY else None
    if found is None:
        raise NotFound("checklist item", item_id)
    return found[0], found[1]
