"""Changing assets and their types. Nothing is deleted: an asset that is gone is retired or lost."""

from datetime import date
from typing import Any, TypedDict, Unpack

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core_psa.assets import rules
from core_psa.assets.tables import Asset, AssetRelation, AssetTicket, AssetType
from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.customers.tables import Site, User
from core_psa.db import Work, fields
from core_psa.db.fields import Refused
from core_psa.db.forms import Form
from core_psa.db.records import get, save
from core_psa.errors import Conflict, FieldError, Invalid
from core_psa.viewer import Viewer


class AssetFields(TypedDict, total=False):
    """`values` are those of the type's own fields by key; `warranty_until` is the last day."""

    customer_id: int
    site_id: int | None
    user_id: int | None
    type_id: int
    name: str
    serial: str
    status: str
    supported: bool
    warranty_until: date | str | None
    remote_id: str
    note: str
    values: dict[str, Any]
    source: str | None
    external_id: str | None


class TypeFields(TypedDict, total=False):
    name: str
    fields: list[dict[str, Any]]
    active: bool


class AssetChanged(Conflict):
    """Somebody saved the asset in between."""

    def __init__(self, asset_id: int, expected: int, actual: int) -> None:
        super().__init__(f"asset {asset_id} is at version {actual}, not {expected}: look at what was changed")
        self.asset_id, self.expected, self.actual = asset_id, expected, actual


def create_type(w: Work, viewer: Viewer, **given: Unpack[TypeFields]) -> AssetType:
    """Needs a name."""
    viewer.require("settings.edit")
    form = Form({"fields": [], **given}, rules.TYPE, ["name"])
    form.unique(w.session, AssetType.name)
    return create(w, viewer, AssetType(**form.accepted()))


def update_type(w: Work, viewer: Viewer, type_id: int, **given: Unpack[TypeFields]) -> AssetType:
    """A retired type is given to no further asset. Values of a field that is taken away stay stored and are no longer shown."""
    viewer.require("settings.edit")
    form = Form(given, rules.TYPE)
    form.unique(w.session, AssetType.name, but=type_id)
    return update(w, viewer, get(w.session, AssetType, type_id, lock=True), form.accepted())


def create_asset(w: Work, viewer: Viewer, **given: Unpack[AssetFields]) -> Asset:
    """Needs a customer, a type and a name."""
    viewer.require("assets.edit")
    form = Form(given, rules.ASSET, ["customer_id", "type_id", "name"])
    values = _accepted(w.session, form, {"values": {}, "site_id": None, "user_id": None})
    return create(w, viewer, Asset(**{"values": {}, **values}, created_at=w.now, updated_at=w.now))


def update_asset(
    w: Work, viewer: Viewer, asset_id: int, *, expected_version: int | None = None, **given: Unpack[AssetFields]
) -> Asset:
    """Fields left out stay as they are; of `values`, every field of the type that is left out is emptied. Raises AssetChanged."""
    viewer.require("assets.edit")
    row = get(w.session, Asset, asset_id, lock=True)
    if expected_version is not None and row.version != expected_version:
        raise AssetChanged(asset_id, expected_version, row.version)
    present = {name: getattr(row, name) for name in ("customer_id", "site_id", "user_id", "type_id", "values")}
    values = _accepted(w.session, Form(given, rules.ASSET), present)
    if any(getattr(row, name) != value for name, value in values.items()):
        row.version, row.updated_at = row.version + 1, w.now
        update(w, viewer, row, values)
    return row


def _accepted(session: Session, form: Form, present: dict[str, Any]) -> dict[str, Any]:
    form.refers(session, Asset.customer_id)
    form.offers(session, Asset.type_id, present.get("type_id"))
    after = {**present, **form.values}
    _of_its_customer(session, form, after)
    kind = session.get(AssetType, after.get("type_id") or 0)
    if kind is not None and {"values", "type_id"} & form.values.keys():
        known = {item["key"] for item in kind.fields}
        # Another type takes over what it knows too; whoever writes values says all of them.
        given = form.values.get("values", {k: v for k, v in (present["values"] or {}).items() if k in known})
        try:
            form.values["values"] = rules.own_values(kind.fields, given)
        except Refused as refused:
            form.refuse("values", str(refused), refused.allowed)
    return form.accepted()


def _of_its_customer(session: Session, form: Form, after: dict[str, Any]) -> None:
    for field, model in (("site_id", Site), ("user_id", User)):
        held = after.get(field)
        if held is None or not {field, "customer_id"} & form.values.keys():
            continue
        theirs = session.scalar(select(model.customer_id).where(model.id == held))
        if theirs is None or theirs != after.get("customer_id"):
            form.refuse(field, f"customer {after.get('customer_id')} has no {field.removesuffix('_id')} {held}")


def relate(w: Work, viewer: Viewer, asset_id: int, kind: str, other_id: int) -> bool:
    """Says that one asset runs on another or is connected to it; returns whether that is new. Raises Invalid for a ring."""
    viewer.require("assets.edit")
    kind = Form({"kind": kind}, {"kind": fields.one_of(*rules.RELATIONS)}).accepted()["kind"]
    row, other = get(w.session, Asset, asset_id), get(w.session, Asset, other_id)
    if row.customer_id != other.customer_id:
        raise Invalid(FieldError("other_id", "belongs to another customer"))
    if row.id == other.id or (kind == "runs on" and _runs_on(w.session, other.id, row.id)):
        raise Invalid(FieldError("other_id", "would make it hang on itself"))
    if kind == "connected to":
        row, other = (row, other) if row.id < other.id else (other, row)
    if w.session.get(AssetRelation, (row.id, other.id, kind)):
        return False
    save(w.session, AssetRelation(asset_id=row.id, other_id=other.id, kind=kind))
    audit.record(w, viewer, "updated", "asset", asset_id, {kind: [None, get(w.session, Asset, other_id).name]})
    return True


def _runs_on(session: Session, asset_id: int, wanted: int) -> bool:
    """Whether one asset runs on another, however many lie between."""
    reached, seen = {asset_id}, set[int]()
    while reached:
        seen |= reached
        query = select(AssetRelation.other_id).where(
            AssetRelation.asset_id.in_(reached), AssetRelation.kind == "runs on"
        )
        reached = set(session.scalars(query)) - seen
    return wanted in seen


def unrelate(w: Work, viewer: Viewer, asset_id: int, other_id: int) -> None:
    """Forgets whatever ties these two."""
    viewer.require("assets.edit")
    other = get(w.session, Asset, other_id)
    for one, two in ((asset_id, other_id), (other_id, asset_id)):
        w.session.execute(delete(AssetRelation).where(AssetRelation.asset_id == one, AssetRelation.other_id == two))
    audit.record(w, viewer, "updated", "asset", get(w.session, Asset, asset_id).id, {"related": [other.name, None]})


def link_ticket(w: Work, asset_id: int, ticket_id: int) -> Asset | None:
    """Ties an asset to a ticket; None where that is so already. Who may change the ticket is the caller's to ask."""
    row = get(w.session, Asset, asset_id)
    if w.session.get(AssetTicket, (ticket_id, asset_id)):
        return None
    save(w.session, AssetTicket(ticket_id=ticket_id, asset_id=asset_id, at=w.now))
    return row


def unlink_ticket(w: Work, asset_id: int, ticket_id: int) -> Asset | None:
    link = w.session.get(AssetTicket, (ticket_id, asset_id))
    if link is None:
        return None
    w.session.delete(link)
    w.session.flush()
    return get(w.session, Asset, asset_id)
