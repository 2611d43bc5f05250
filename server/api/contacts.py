"""How customers are reached and found over the API: telephone numbers, who calls, pop-up notes, and suppliers."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from sqlalchemy.orm import Session

from core_psa.customers import phones, pop_ups, store, suppliers
from core_psa.db import Work
from core_psa.db.fields import MAX_NAME, Refused
from core_psa.errors import FieldError, Invalid
from core_psa.viewer import Viewer
from server.api.deps import Api
from server.api.models import (
    MAX_LISTED,
    NOT_GIVEN,
    Body,
    Email,
    Key,
    Listed,
    Moment,
    Name,
    Record,
    RecordId,
    Text,
    Wanted,
)
from server.api.router import api_router

router = api_router("contacts")

Country = Annotated[str, Field(max_length=2, description="ISO 3166, two letters", examples=["GB", "DE"])]
Language = Annotated[str, Field(max_length=35, examples=["en", "pt-BR"])]


class PhoneEntry(Body):
    """`number` is read as written in the country of the site or customer, and answered in E.164."""

    number: Annotated[str, Field(max_length=60, examples=["+49 30 1234567"])]
    label: Annotated[str, Field(max_length=MAX_NAME, examples=["mobile"])] = ""


Phones = Annotated[list[PhoneEntry], Field(max_length=phones.MOST_NUMBERS)]


def parted(body: Body, *names: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The record's own fields, and what stands in tables of its own."""
    given = body.given()
    parts = {name: given.pop(name) for name in names if name in given}
    return given, parts


def set_phones(w: Work, viewer: Viewer, owner: phones.Owner, parts: dict[str, Any]) -> None:
    if parts.get("phones") is not None:
        phones.set_numbers(w, viewer, owner, [(entry["number"], entry["label"]) for entry in parts["phones"]])


def phones_of(session: Session, owner: phones.Owner) -> list[PhoneEntry]:
    return [PhoneEntry(number=row.number, label=row.label) for row in phones.numbers_of(session, owner)]


class Caller(Record):
    """Whose number it is: a user, or a site, or a customer as a whole."""

    customer_id: int
    customer: str
    site_id: int | None
    user_id: int | None
    name: str
    vip: bool


@router.get("/callers")
def list_callers(
    api: Api,
    number: Annotated[str, Query(max_length=60, description="as it was signalled")],
    country: Annotated[
        str | None, Query(max_length=2, description="how a number without a country code is meant")
    ] = None,
) -> list[Caller]:
    """Everybody known by this telephone number, people before places."""
    try:
        wanted = phones.e164(phones.country(country) if country else None)(number)
    except Refused as refused:
        raise Invalid(FieldError("number", str(refused))) from refused
    with api.db.read() as session:
        return [
            Caller(
                customer_id=customer.id,
                customer=customer.name,
                site_id=site.id if site else None,
                user_id=user.id if user else None,
                name=(user or site or customer).name,
                vip=user.vip if user else customer.vip,
            )
            for customer, site, user in store.callers(session, api.viewer, wanted)
        ]


class NoteChange(Body):
    """Without a site or user the note is about the whole customer."""

    site_id: RecordId | None = NOT_GIVEN
    user_id: RecordId | None = NOT_GIVEN
    text: Text = NOT_GIVEN
    until: Moment | None = NOT_GIVEN
    active: bool = NOT_GIVEN


class NewNote(NoteChange):
    text: Text


class NoteOut(Record):
    id: int
    customer_id: int
    site_id: int | None
    user_id: int | None
    text: str
    until: datetime | None
    active: bool


@router.get("/customers/{customer_id}/pop-up-notes")
def list_notes(api: Api, customer_id: Key) -> list[NoteOut]:
    """What agents have to confirm before they work on a ticket of this customer."""
    with api.db.read() as session:
        return [NoteOut.of(note) for note in pop_ups.notes_of(session, api.viewer, customer_id)]


@router.post("/customers/{customer_id}/pop-up-notes", status_code=201)
def create_note(api: Api, customer_id: Key, body: NewNote) -> NoteOut:
    with api.db.work() as w:
        return NoteOut.of(pop_ups.add_note(w, api.viewer, customer_id, **body.given()))


@router.patch("/pop-up-notes/{note_id}")
def change_note(api: Api, note_id: Key, body: NoteChange) -> NoteOut:
    """Whoever confirmed the note before sees it again if its words change."""
    with api.db.work() as w:
        return NoteOut.of(pop_ups.change_note(w, api.viewer, note_id, **body.given()))


class SupplierChange(Body):
    """Fields left out stay as they are."""

    name: Name = NOT_GIVEN
    email: Email | None = NOT_GIVEN
    phone: Annotated[str, Field(max_length=60)] | None = NOT_GIVEN
    website: Text = NOT_GIVEN
    our_number: Text = NOT_GIVEN
    domains: Annotated[list[str], Field(max_length=MAX_LISTED)] = NOT_GIVEN
    note: Text = NOT_GIVEN
    active: bool = NOT_GIVEN


class NewSupplier(SupplierChange):
    name: Name


class SupplierOut(Record):
    """`our_number` is the customer number they know the desk by."""

    id: int
    name: str
    email: str | None
    phone: str | None
    website: str
    our_number: str
    domains: list[str]
    note: str
    active: bool


@router.get("/suppliers")
def list_suppliers(api: Api, wanted: Wanted) -> Listed[SupplierOut]:
    return wanted.page(api, suppliers.supplier_page, SupplierOut.of)


@router.post("/suppliers", status_code=201)
def create_supplier(api: Api, body: NewSupplier) -> SupplierOut:
    with api.db.work() as w:
        return SupplierOut.of(suppliers.create_supplier(w, api.viewer, **body.given()))


@router.get("/suppliers/{supplier_id}")
def get_supplier(api: Api, supplier_id: Key) -> SupplierOut:
    with api.db.read() as session:
        return SupplierOut.of(suppliers.supplier(session, api.viewer, supplier_id))


@router.patch("/suppliers/{supplier_id}")
def change_supplier(api: Api, supplier_id: Key, body: SupplierChange) -> SupplierOut:
    with api.db.work() as w:
        return SupplierOut.of(suppliers.update_supplier(w, api.viewer, supplier_id, **body.given()))
