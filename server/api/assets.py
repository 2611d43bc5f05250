"""Assets over the API: with their types, relations and history, and the tickets that are about them."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from core_psa.assets import actions, store
from core_psa.assets.rules import KINDS, MAX_FIELDS, RELATIONS, STATUSES, warnings
from core_psa.assets.store import AssetFilter
from core_psa.assets.tables import Asset
from core_psa.db.fields import MAX_KEY, MAX_NAME
from core_psa.desk import assets as desk
from core_psa.tickets import store as tickets
from core_psa.viewer import Viewer
from server.api.deps import Api
from server.api.models import (
    DEFAULT,
    NOT_GIVEN,
    Body,
    Cursor,
    Key,
    Limit,
    Listed,
    Name,
    Record,
    RecordId,
    Text,
    WithInactive,
    listed,
)
from server.api.router import api_router
from server.api.tickets import IfMatch, TicketKey, ticket_id, version_of

router = api_router("assets")

Status = Annotated[str, Field(json_schema_extra={"enum": list(STATUSES)})]
Line = Annotated[str, Field(max_length=MAX_NAME)]
Own = Annotated[dict[str, Any], Field(description="the type's own fields by key")]
OwnFields = Annotated[
    list[dict[str, Any]],
    Field(
        max_length=MAX_FIELDS, description="each {label, kind, options?, required?, key?}; kind: " + ", ".join(KINDS)
    ),
]


class AssetChange(Body):
    """Fields left out stay as they are. A note or value that looks like a secret is refused."""

    customer_id: RecordId = NOT_GIVEN
    site_id: RecordId | None = NOT_GIVEN
    user_id: RecordId | None = NOT_GIVEN
    type_id: RecordId = NOT_GIVEN
    name: Name = NOT_GIVEN
    serial: Line = NOT_GIVEN
    status: Status = NOT_GIVEN
    supported: bool = NOT_GIVEN
    warranty_until: date | None = NOT_GIVEN
    remote_id: Line = NOT_GIVEN
    note: Text = NOT_GIVEN
    values: Own = NOT_GIVEN


class NewAsset(AssetChange):
    customer_id: RecordId
    type_id: RecordId
    name: Name


class AssetOut(Record):
    id: int
    customer_id: int
    site_id: int | None
    user_id: int | None
    type_id: int
    name: str
    serial: str
    status: str
    supported: bool
    warranty_until: date | None
    remote_id: str
    note: str
    values: dict[str, Any]
    version: int
    updated_at: AwareDatetime


class AssetOfTicket(AssetOut):
    """`warnings` are what somebody should know before they work on it."""

    warnings: list[str]


class TypeChange(Body):
    """Fields left out stay as they are."""

    name: Name = NOT_GIVEN
    fields: OwnFields = NOT_GIVEN
    active: bool = NOT_GIVEN


class NewType(TypeChange):
    name: Name


class TypeOut(Record):
    id: int
    name: str
    fields: list[dict[str, Any]]
    active: bool


class NewRelation(Body):
    kind: Annotated[str, Field(json_schema_extra={"enum": list(RELATIONS)})]
    other_id: RecordId


class RelationOut(Record):
    """`kind` "runs" is the other side of "runs on"."""

    kind: str
    asset_id: int
    name: str


class ChangeOut(Record):
    """`changes` maps each field to [before, after]."""

    id: int
    at: AwareDatetime
    actor_name: str
    action: str
    changes: dict[str, Any]


class WhichAsset(Body):
    asset_id: RecordId


@router.get("/assets")
def list_assets(
    api: Api,
    customer: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None,
    user: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None,
    type: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None,
    status: Annotated[str | None, Query(max_length=20, description="retired and lost ones only by this")] = None,
    q: Annotated[str, Query(max_length=200, description="part of the name, serial number or remote id")] = "",
    cursor: Cursor = None,
    limit: Limit = DEFAULT,
) -> Listed[AssetOut]:
    with api.db.read() as session:
        given = AssetFilter(customer, user, type, status, q)
        return listed(store.asset_page(session, api.viewer, given, cursor, limit), AssetOut.of)


@router.post("/assets", status_code=201)
def create_asset(api: Api, body: NewAsset) -> AssetOut:
    with api.db.work() as w:
        return AssetOut.of(actions.create_asset(w, api.viewer, **body.given()))


@router.get("/assets/{asset_id}")
def get_asset(api: Api, asset_id: Key) -> AssetOut:
    with api.db.read() as session:
        return AssetOut.of(store.asset(session, api.viewer, asset_id))


@router.patch("/assets/{asset_id}")
def change_asset(api: Api, asset_id: Key, body: AssetChange, if_match: IfMatch = None) -> AssetOut:
    """`values` replaces the type's own fields, all of them."""
    with api.db.work() as w:
        expected = version_of(if_match)
        return AssetOut.of(actions.update_asset(w, api.viewer, asset_id, expected_version=expected, **body.given()))


@router.get("/assets/{asset_id}/history")
def list_history(api: Api, asset_id: Key, cursor: Cursor = None, limit: Limit = DEFAULT) -> Listed[ChangeOut]:
    """Who changed what, before and after, newest first."""
    with api.db.read() as session:
        return listed(store.history(session, api.viewer, asset_id, cursor, limit), ChangeOut.of)


@router.get("/assets/{asset_id}/relations")
def list_relations(api: Api, asset_id: Key) -> Listed[RelationOut]:
    with api.db.read() as session:
        return _relations(session, api.viewer, asset_id)


@router.post("/assets/{asset_id}/relations")
def relate(api: Api, asset_id: Key, body: NewRelation) -> Listed[RelationOut]:
    """Repeating it does nothing."""
    with api.db.work() as w:
        actions.relate(w, api.viewer, asset_id, body.kind, body.other_id)
        return _relations(w.session, api.viewer, asset_id)


@router.delete("/assets/{asset_id}/relations/{other_id}")
def unrelate(api: Api, asset_id: Key, other_id: Key) -> Listed[RelationOut]:
    with api.db.work() as w:
        actions.unrelate(w, api.viewer, asset_id, other_id)
        return _relations(w.session, api.viewer, asset_id)


@router.get("/asset-types")
def list_types(api: Api, inactive: WithInactive = False) -> Listed[TypeOut]:
    with api.db.read() as session:
        rows = store.types(session, api.viewer, inactive=inactive)
        return Listed(items=[TypeOut.of(row) for row in rows], next_cursor=None)


@router.post("/asset-types", status_code=201)
def create_type(api: Api, body: NewType) -> TypeOut:
    with api.db.work() as w:
        return TypeOut.of(actions.create_type(w, api.viewer, **body.given()))


@router.patch("/asset-types/{type_id}")
def change_type(api: Api, type_id: Key, body: TypeChange) -> TypeOut:
    with api.db.work() as w:
        return TypeOut.of(actions.update_type(w, api.viewer, type_id, **body.given()))


@router.get("/tickets/{key}/assets")
def list_assets_of_ticket(api: Api, key: TicketKey) -> Listed[AssetOfTicket]:
    with api.db.read() as session:
        tickets.get(session, api.viewer, ticket_id(key))
        rows = store.of_ticket(session, api.viewer, ticket_id(key))
    return Listed(items=[_of_ticket(row, api.now.date()) for row in rows], next_cursor=None)


@router.post("/tickets/{key}/assets")
def link_asset(api: Api, key: TicketKey, body: WhichAsset) -> Listed[AssetOfTicket]:
    """Says that a ticket is about an asset of its customer. Repeating it does nothing."""
    with api.db.work() as w:
        desk.link_asset(w, api.viewer, ticket_id(key), body.asset_id)
        w.after_commit(api.desk.live.look_now)
    return list_assets_of_ticket(api, key)


@router.delete("/tickets/{key}/assets/{asset_id}")
def unlink_asset(api: Api, key: TicketKey, asset_id: Key) -> Listed[AssetOfTicket]:
    with api.db.work() as w:
        desk.unlink_asset(w, api.viewer, ticket_id(key), asset_id)
        w.after_commit(api.desk.live.look_now)
    return list_assets_of_ticket(api, key)


def _relations(session: Session, viewer: Viewer, asset_id: int) -> Listed[RelationOut]:
    found = store.relations(session, viewer, asset_id)
    items = [RelationOut(kind=kind, asset_id=other.id, name=other.name) for kind, other in found]
    return Listed(items=items, next_cursor=None)


def _of_ticket(row: Asset, today: date) -> AssetOfTicket:
    said = warnings(row.status, supported=row.supported, warranty_until=row.warranty_until, today=today)
    return AssetOfTicket.of(row, warnings=said)
