"""Queries on customers, their domains, sites and users."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.customers.tables import Customer, CustomerDomain, Site, User
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.viewer import Viewer


def customer_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    beginning: str = "",
    inactive: bool = False,
) -> Page[Customer]:
    """Customers by name, those whose name begins so in any case; inactive ones only if asked for."""
    viewer.require("customers.see")
    query = select(Customer) if inactive else select(Customer).where(Customer.active)
    if beginning:
        query = query.where(func.lower(Customer.name).startswith(beginning.lower(), autoescape=True))
    return page(session, query, (Customer.name, Customer.id), cursor, limit)


def customer(session: Session, viewer: Viewer, customer_id: int) -> Customer:
    viewer.require("customers.see")
    return get(session, Customer, customer_id)


def domains_of(session: Session, customer_ids: Collection[int]) -> dict[int, list[str]]:
    """Mail domains by customer, of these customers."""
    query = select(CustomerDomain.customer_id, CustomerDomain.domain).order_by(CustomerDomain.domain)
    found: dict[int, list[str]] = {}
    for customer_id, domain in session.execute(query.where(CustomerDomain.customer_id.in_(customer_ids))):
        found.setdefault(customer_id, []).append(domain)
    return found


def owners_of(session: Session, domains: Collection[str]) -> dict[str, int]:
    """Customer ids by mail domain, of these domains."""
    query = select(CustomerDomain.domain, CustomerDomain.customer_id).where(CustomerDomain.domain.in_(domains))
    return {domain: customer_id for domain, customer_id in session.execute(query)}


def site_page(
    session: Session, viewer: Viewer, customer_id: int, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Site]:
    """The sites of one customer, by name."""
    customer(session, viewer, customer_id)
    return page(session, select(Site).where(Site.customer_id == customer_id), (Site.name, Site.id), cursor, limit)


def user_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    customer_id: int | None = None,
    email: str | None = None,
    inactive: bool = False,
) -> Page[User]:
    """Users by name, of one customer or with one address if asked; inactive ones only if asked for."""
    viewer.require("customers.see")
    query = select(User) if inactive else select(User).where(User.active)
    if customer_id is not None:
        query = query.where(User.customer_id == get(session, Customer, customer_id).id)
    if email is not None:
        query = query.where(User.email == email.strip().lower())
    return page(session, query, (User.name, User.id), cursor, limit)
