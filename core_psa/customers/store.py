"""Queries on customers, their domains, sites and users."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core_psa.customers.tables import Customer, CustomerDomain, PhoneNumber, Site, User
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.db.spelling import begins, holds
from core_psa.viewer import Viewer


def customer_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    beginning: str = "",
    words: str = "",
    inactive: bool = False,
) -> Page[Customer]:
    """Customers by name, those whose name begins so or that hold the words, in name or mail domain and in any case; inactive
    ones only if asked for."""
    viewer.require("customers.see")
    query = select(Customer) if inactive else select(Customer).where(Customer.active)
    if beginning:
        query = query.where(begins(Customer.name, beginning))
    if words:
        domains = select(CustomerDomain.customer_id).where(holds(CustomerDomain.domain, words))
        query = query.where(or_(holds(Customer.name, words), Customer.id.in_(domains)))
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
    words: str = "",
    inactive: bool = False,
) -> Page[User]:
    """Users by name: of one customer, with one address, or with these words in name, address or number if asked; inactive
    ones only if asked for."""
    viewer.require("customers.see")
    query = select(User) if inactive else select(User).where(User.active)
    if customer_id is not None:
        query = query.where(User.customer_id == get(session, Customer, customer_id).id)
    if email is not None:
        query = query.where(User.email == email.strip().lower())
    if words:
        query = query.where(or_(*(holds(column, words) for column in (User.name, User.email, User.phone))))
    return page(session, query, (User.name, User.id), cursor, limit)


def site(session: Session, viewer: Viewer, site_id: int) -> Site:
    viewer.require("customers.see")
    return get(session, Site, site_id)


def user(session: Session, viewer: Viewer, user_id: int) -> User:
    viewer.require("customers.see")
    return get(session, User, user_id)


Known = tuple[Customer, Site | None, User | None]


def callers(session: Session, viewer: Viewer, number: str, most: int = 20) -> list[Known]:
    """Whose number this is, in E.164: people before places, the newest person first, every one of them shown."""
    viewer.require("customers.see")
    people = select(Customer, User).join(User, User.customer_id == Customer.id)
    first = people.where(User.phone == number, User.active).order_by(User.id.desc()).limit(most)
    further = (
        select(Customer, Site, User)
        .select_from(PhoneNumber)
        .join(Customer, Customer.id == PhoneNumber.customer_id)
        .outerjoin(Site, Site.id == PhoneNumber.site_id)
        .outerjoin(User, User.id == PhoneNumber.user_id)
        .where(PhoneNumber.number == number, or_(PhoneNumber.user_id.is_(None), User.active))
        .order_by(PhoneNumber.user_id.is_(None), PhoneNumber.id.desc())
        .limit(most)
    )
    known: list[Known] = [(customer, None, user) for customer, user in session.execute(first)]
    known += [(customer, site, user) for customer, site, user in session.execute(further)]
    return list({_identity(entry): entry for entry in reversed(known)}.values())[::-1][:most]


def _identity(known: Known) -> tuple[int | None, ...]:
    return tuple(record.id if record else None for record in known)


def customer_of_domain(session: Session, viewer: Viewer, domain: str) -> Customer | None:
    viewer.require("customers.see")
    own = select(Customer).join(CustomerDomain, CustomerDomain.customer_id == Customer.id)
    return session.scalar(own.where(CustomerDomain.domain == domain))
