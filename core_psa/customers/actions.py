"""Changing customers, their domains, sites and users. Nothing is deleted that a ticket may point to."""

from collections.abc import Collection
from typing import Any, TypedDict, Unpack

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.customers import rules, store
from core_psa.customers.phones import country_of
from core_psa.customers.tables import Customer, CustomerDomain, Site, User
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.records import get, save
from core_psa.viewer import Viewer


class CustomerFields(TypedDict, total=False):
    """`timezone` is an IANA name, `language` a tag such as en or pt-BR, `country` two letters of ISO 3166; without a calendar
    the team's or the default counts."""

    name: str
    timezone: str
    language: str
    country: str | None
    vip: bool
    note: str
    calendar_id: int | None
    active: bool


class SiteFields(TypedDict, total=False):
    name: str
    address: str
    timezone: str | None
    country: str | None
    note: str
    active: bool


class UserFields(TypedDict, total=False):
    """`phone` is written internationally, or as in the country of the site or customer; `site_id` is one of the customer's own."""

    name: str
    email: str | None
    phone: str | None
    site_id: int | None
    language: str | None
    timezone: str | None
    note: str
    vip: bool
    supported: bool
    active: bool


def create_customer(w: Work, viewer: Viewer, **given: Unpack[CustomerFields]) -> Customer:
    """Needs a name."""
    viewer.require("customers.edit")
    values = _customer(w.session, Form(given, rules.CUSTOMER, ["name"]), None)
    return create(w, viewer, Customer(**values, created_at=w.now))


def update_customer(w: Work, viewer: Viewer, customer_id: int, **given: Unpack[CustomerFields]) -> Customer:
    viewer.require("customers.edit")
    customer = get(w.session, Customer, customer_id, lock=True)
    return update(w, viewer, customer, _customer(w.session, Form(given, rules.CUSTOMER), customer))


def _customer(session: Session, form: Form, customer: Customer | None) -> dict[str, Any]:
    form.unique(session, Customer.name, but=customer.id if customer else None)
    form.offers(session, Customer.calendar_id, customer.calendar_id if customer else None, form.use(customer))
    return form.accepted()


def set_domains(w: Work, viewer: Viewer, customer_id: int, domains: Collection[str]) -> None:
    """Leaves the customer with exactly these mail domains, by which unknown senders are told apart."""
    viewer.require("customers.edit")
    get(w.session, Customer, customer_id, lock=True)
    positions = {f"domains.{i}": domain for i, domain in enumerate(domains)}
    form = Form(positions, dict.fromkeys(positions, fields.domain))
    owners = store.owners_of(w.session, form.values.values())
    for position, domain in form.values.items():
        if owners.get(domain, customer_id) != customer_id:
            form.refuse(position, f"{domain} belongs to customer {owners[domain]}")
    before = store.domains_of(w.session, [customer_id]).get(customer_id, [])
    after = sorted(set(form.accepted().values()))
    if before == after:
        return
    w.session.execute(delete(CustomerDomain).where(CustomerDomain.customer_id == customer_id))
    save(w.session, *(CustomerDomain(domain=domain, customer_id=customer_id) for domain in after))
    audit.record(w, viewer, "updated", "customer", customer_id, {"domains": [before, after]})


def create_site(w: Work, viewer: Viewer, customer_id: int, **given: Unpack[SiteFields]) -> Site:
    """Needs a name. Without a time zone the customer's counts."""
    viewer.require("customers.edit")
    get(w.session, Customer, customer_id)
    form = Form(given, rules.SITE, ["name"])
    form.unique(w.session, Site.name, Site.customer_id == customer_id)
    return create(w, viewer, Site(customer_id=customer_id, **form.accepted()))


def update_site(w: Work, viewer: Viewer, site_id: int, **given: Unpack[SiteFields]) -> Site:
    viewer.require("customers.edit")
    site = get(w.session, Site, site_id, lock=True)
    form = Form(given, rules.SITE)
    form.unique(w.session, Site.name, Site.customer_id == site.customer_id, but=site_id)
    return update(w, viewer, site, form.accepted())


def create_user(w: Work, viewer: Viewer, customer_id: int, **given: Unpack[UserFields]) -> User:
    """Needs a name; an address may be unknown."""
    viewer.require("customers.edit")
    get(w.session, Customer, customer_id)
    country = country_of(w.session, customer_id, given.get("site_id"))
    values = _user(w.session, Form(given, rules.user(country), ["name"]), customer_id, None)
    return create(w, viewer, User(customer_id=customer_id, **values, created_at=w.now))


def update_user(w: Work, viewer: Viewer, user_id: int, **given: Unpack[UserFields]) -> User:
    viewer.require("customers.edit")
    user = get(w.session, User, user_id, lock=True)
    country = country_of(w.session, user.customer_id, given.get("site_id", user.site_id))
    return update(w, viewer, user, _user(w.session, Form(given, rules.user(country)), user.customer_id, user_id))


def _user(session: Session, form: Form, customer_id: int, user_id: int | None) -> dict[str, Any]:
    form.unique(session, User.email, but=user_id)
    site_id = form.values.get("site_id")
    own = select(Site.id).where(Site.id == site_id, Site.customer_id == customer_id)
    if site_id is not None and session.scalar(own) is None:
        form.refuse("site_id", f"customer {customer_id} has no site {site_id}")
    return form.accepted()
