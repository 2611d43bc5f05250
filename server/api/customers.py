"""Customers over the API, with their mail domains and sites."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from sqlalchemy.orm import Session

from core_psa.customers import actions, store
from core_psa.customers.tables import Customer, Site
from core_psa.db import Work
from core_psa.db.fields import MAX_NAME
from core_psa.sla.owner_actions import update_customer
from core_psa.viewer import Viewer
from server.api.contacts import Country, Language, PhoneEntry, Phones, parted, phones_of, set_phones
from server.api.deps import Api
from server.api.models import (
    DEFAULT,
    MAX_LISTED,
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
    Zone,
    listed,
)
from server.api.router import api_router

router = api_router("customers")

Domain = Annotated[str, Field(max_length=253, examples=["example.com"])]


class CustomerChange(Body):
    """Fields left out stay as they are; `domains` and `phones` replace the customer's mail domains and numbers."""

    name: Name = NOT_GIVEN
    timezone: Zone = NOT_GIVEN
    language: Language = NOT_GIVEN
    country: Country | None = NOT_GIVEN
    vip: bool = NOT_GIVEN
    note: Text = NOT_GIVEN
    calendar_id: RecordId | None = NOT_GIVEN
    active: bool = NOT_GIVEN
    domains: Annotated[list[Domain], Field(max_length=MAX_LISTED)] = NOT_GIVEN
    phones: Phones = NOT_GIVEN


class NewCustomer(CustomerChange):
    name: Name


class CustomerOut(Record):
    id: int
    name: str
    timezone: str
    language: str
    country: str | None
    vip: bool
    note: str
    calendar_id: int | None
    active: bool
    domains: list[str]
    phones: list[PhoneEntry]


class SiteChange(Body):
    """Fields left out stay as they are."""

    name: Name = NOT_GIVEN
    address: Text = NOT_GIVEN
    timezone: Zone | None = NOT_GIVEN
    country: Country | None = NOT_GIVEN
    note: Text = NOT_GIVEN
    active: bool = NOT_GIVEN
    phones: Phones = NOT_GIVEN


class NewSite(SiteChange):
    name: Name


class SiteOut(Record):
    """Without a time zone or country the customer's counts."""

    id: int
    customer_id: int
    name: str
    address: str
    timezone: str | None
    country: str | None
    note: str
    active: bool
    phones: list[PhoneEntry]


@router.get("/customers")
def list_customers(
    api: Api,
    cursor: Cursor = None,
    limit: Limit = DEFAULT,
    name: Annotated[str, Query(max_length=MAX_NAME, description="how the name begins")] = "",
    inactive: WithInactive = False,
) -> Listed[CustomerOut]:
    with api.db.read() as session:
        page = store.customer_page(session, api.viewer, cursor, limit, beginning=name, inactive=inactive)
        shapes = _customers(session, page.rows)
        return listed(page, lambda customer: shapes[customer.id])


@router.post("/customers", status_code=201)
def create_customer(api: Api, body: NewCustomer) -> CustomerOut:
    with api.db.work() as w:
        own, parts = parted(body, "domains", "phones")
        return _with_parts(w, api.viewer, actions.create_customer(w, api.viewer, **own), parts)


@router.get("/customers/{customer_id}")
def get_customer(api: Api, customer_id: Key) -> CustomerOut:
    with api.db.read() as session:
        return _customers(session, [store.customer(session, api.viewer, customer_id)])[customer_id]


@router.patch("/customers/{customer_id}")
def change_customer(api: Api, customer_id: Key, body: CustomerChange) -> CustomerOut:
    """A customer who is no longer active is not offered for tickets; those they have keep them."""
    with api.db.work() as w:
        own, parts = parted(body, "domains", "phones")
        return _with_parts(w, api.viewer, update_customer(w, api.viewer, customer_id, **own), parts)


@router.get("/customers/{customer_id}/sites")
def list_sites(api: Api, customer_id: Key, cursor: Cursor = None, limit: Limit = DEFAULT) -> Listed[SiteOut]:
    with api.db.read() as session:
        page = store.site_page(session, api.viewer, customer_id, cursor, limit)
        return listed(page, lambda site: _site(session, site))


@router.post("/customers/{customer_id}/sites", status_code=201)
def create_site(api: Api, customer_id: Key, body: NewSite) -> SiteOut:
    with api.db.work() as w:
        own, parts = parted(body, "phones")
        return _site_with(w, api.viewer, actions.create_site(w, api.viewer, customer_id, **own), parts)


@router.patch("/sites/{site_id}")
def change_site(api: Api, site_id: Key, body: SiteChange) -> SiteOut:
    with api.db.work() as w:
        own, parts = parted(body, "phones")
        return _site_with(w, api.viewer, actions.update_site(w, api.viewer, site_id, **own), parts)


@router.get("/sites/{site_id}")
def get_site(api: Api, site_id: Key) -> SiteOut:
    with api.db.read() as session:
        return _site(session, store.site(session, api.viewer, site_id))


def _site_with(w: Work, viewer: Viewer, site: Site, parts: dict[str, Any]) -> SiteOut:
    set_phones(w, viewer, site, parts)
    return _site(w.session, site)


def _site(session: Session, site: Site) -> SiteOut:
    return SiteOut.of(site, phones=phones_of(session, site))


def _with_parts(w: Work, viewer: Viewer, customer: Customer, parts: dict[str, Any]) -> CustomerOut:
    if parts.get("domains") is not None:
        actions.set_domains(w, viewer, customer.id, parts["domains"])
    set_phones(w, viewer, customer, parts)
    return _customers(w.session, [customer])[customer.id]


def _customers(session: Session, customers: Sequence[Customer]) -> dict[int, CustomerOut]:
    domains = store.domains_of(session, [customer.id for customer in customers])
    return {c.id: CustomerOut.of(c, domains=domains.get(c.id, []), phones=phones_of(session, c)) for c in customers}
