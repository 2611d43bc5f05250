"""Checklist templates, and the checklists of tickets, over the API."""

from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from core_psa.checklists import actions, store
from core_psa.checklists.rules import MAX_ITEMS
from core_psa.checklists.store import OnTicket
from core_psa.desk import checklists as desk
from core_psa.tickets import store as tickets
from server.api.deps import Api
from server.api.models import (
    NOT_GIVEN,
    Body,
    Key,
    Listed,
    Name,
    Record,
    RecordId,
    Text,
    Wanted,
)
from server.api.router import api_router
from server.api.tickets import TicketKey, ticket_id

router = api_router("checklists")


class ItemIn(Body):
    text: Name
    required: bool = True


Items = Annotated[list[ItemIn], Field(min_length=1, max_length=MAX_ITEMS)]


class TemplateChange(Body):
    """Fields left out stay as they are. Tickets that have a copy keep it."""

    name: Name = NOT_GIVEN
    description: Text = NOT_GIVEN
    type_id: RecordId | None = NOT_GIVEN
    items: Items = NOT_GIVEN
    active: bool = NOT_GIVEN


class NewTemplate(TemplateChange):
    name: Name
    items: Items


class TemplateOut(Record):
    id: int
    name: str
    description: str
    type_id: int | None
    items: list[dict[str, Any]]
    active: bool


class WhichTemplate(Body):
    template_id: RecordId


class ItemOut(Record):
    id: int
    text: str
    required: bool
    done_by: str | None
    done_at: AwareDatetime | None


class ChecklistOut(Record):
    id: int
    template_id: int
    name: str
    by: str
    at: AwareDatetime
    items: list[ItemOut]


@router.get("/checklist-templates")
def list_templates(api: Api, wanted: Wanted) -> Listed[TemplateOut]:
    return wanted.page(api, store.template_page, TemplateOut.of)


@router.post("/checklist-templates", status_code=201)
def create_template(api: Api, body: NewTemplate) -> TemplateOut:
    with api.db.work() as w:
        return TemplateOut.of(actions.create_template(w, api.viewer, **_with_all(body)))


@router.get("/checklist-templates/{template_id}")
def get_template(api: Api, template_id: Key) -> TemplateOut:
    with api.db.read() as session:
        return TemplateOut.of(store.template(session, api.viewer, template_id))


@router.patch("/checklist-templates/{template_id}")
def change_template(api: Api, template_id: Key, body: TemplateChange) -> TemplateOut:
    with api.db.work() as w:
        return TemplateOut.of(actions.update_template(w, api.viewer, template_id, **_with_all(body)))


@router.get("/tickets/{key}/checklists")
def list_checklists(api: Api, key: TicketKey) -> Listed[ChecklistOut]:
    with api.db.read() as session:
        tickets.get(session, api.viewer, ticket_id(key))
        return _checklists(session, ticket_id(key))


@router.post("/tickets/{key}/checklists")
def add_checklist(api: Api, key: TicketKey, body: WhichTemplate) -> Listed[ChecklistOut]:
    """Copies a template onto the ticket. Repeating it does nothing."""
    with api.db.work() as w:
        desk.add_checklist(w, api.viewer, ticket_id(key), body.template_id)
        w.after_commit(api.desk.live.look_now)
        return _checklists(w.session, ticket_id(key))


@router.post("/tickets/{key}/checklist-items/{item_id}/tick")
def tick(api: Api, key: TicketKey, item_id: Key) -> Listed[ChecklistOut]:
    """Signs an item off. Repeating it does nothing: the first who did so stands there."""
    with api.db.work() as w:
        desk.tick(w, api.viewer, ticket_id(key), item_id)
        w.after_commit(api.desk.live.look_now)
        return _checklists(w.session, ticket_id(key))


@router.post("/tickets/{key}/checklist-items/{item_id}/untick")
def untick(api: Api, key: TicketKey, item_id: Key) -> Listed[ChecklistOut]:
    """Takes a sign-off back. The audit log keeps who had given it."""
    with api.db.work() as w:
        desk.untick(w, api.viewer, ticket_id(key), item_id)
        w.after_commit(api.desk.live.look_now)
        return _checklists(w.session, ticket_id(key))


def _with_all(body: TemplateChange) -> Any:
    """What was given; an item that does not say whether it is required is."""
    given = body.given()
    return {**given, "items": [item.model_dump() for item in body.items]} if "items" in given else given


def _checklists(session: Session, number: int) -> Listed[ChecklistOut]:
    return Listed(items=[_shape(held) for held in store.of_ticket(session, number)], next_cursor=None)


def _shape(held: OnTicket) -> ChecklistOut:
    return ChecklistOut.of(held.checklist, items=[ItemOut.of(item) for item in held.items])
