"""Finding a customer or a customer's user while somebody types."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core_psa.assets import store as assets
from core_psa.assets.store import AssetFilter
from core_psa.customers.tables import Customer, Site, User
from core_psa.db.spelling import begins, holds
from core_psa.organisation.tables import Department
from core_psa.reads.choices import Choices, choices
from core_psa.reads.queue_filter import QueueFilter
from core_psa.sla.tables import Calendar, SlaPolicy
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class CustomerFound:
    id: int
    name: str
    vip: bool


@dataclass(frozen=True)
class UserFound:
    id: int
    name: str
    email: str | None
    phone: str | None
    vip: bool
    customer_id: int
    customer: str
    site_id: int | None
    site: str | None


def customers_like(session: Session, viewer: Viewer, words: str, limit: int = 8) -> Sequence[CustomerFound]:
    """Active customers whose name holds these words; names that begin so first."""
    viewer.require("customers.see")
    query = select(Customer.id, Customer.name, Customer.vip).where(Customer.active, _holds(words, Customer.name))
    order = (_begins(Customer.name, words).desc(), Customer.name)
    return [CustomerFound(*row) for row in session.execute(query.order_by(*order).limit(limit))]


def users_like(
    session: Session, viewer: Viewer, words: str, customer_id: int | None = None, limit: int = 8
) -> Sequence[UserFound]:
    """Active users whose name, address or phone number holds these words, of one customer if given."""
    viewer.require("customers.see")
    query = (
        select(User.id, User.name, User.email, User.phone, User.vip, Customer.id, Customer.name, Site.id, Site.name)
        .join(Customer, Customer.id == User.customer_id)
        .outerjoin(Site, Site.id == User.site_id)
        .where(User.active, _holds(words, User.name, User.email, User.phone))
    )
    if customer_id is not None:
        query = query.where(User.customer_id == customer_id)
    order = (_begins(User.name, words).desc(), User.name, User.id)
    return [UserFound(*row) for row in session.execute(query.order_by(*order).limit(limit))]


def users_named(session: Session, viewer: Viewer, words: str, customer_id: int) -> Sequence[tuple[int, str, str]]:
    """Ids, names and what tells them apart."""
    return [(user.id, user.name, user.email or "") for user in users_like(session, viewer, words, customer_id)]


def assets_named(session: Session, viewer: Viewer, words: str, customer_id: int) -> Sequence[tuple[int, str, str]]:
    found = assets.asset_page(session, viewer, AssetFilter(customer=customer_id, words=words), limit=8)
    return [(asset.id, asset.name, asset.serial or "") for asset in found.rows]


def sites_of(session: Session, viewer: Viewer, customer_id: int) -> Sequence[tuple[int, str]]:
    viewer.require("customers.see")
    query = select(Site.id, Site.name).where(Site.customer_id == customer_id).order_by(Site.name)
    return [(i, name) for i, name in session.execute(query)]


def of_the_queue(session: Session, viewer: Viewer, wanted: QueueFilter) -> Choices:
    """What the queue's filters offer; sites once a customer is chosen, or one of their sites."""
    if not viewer.may("customers.see"):
        return choices(session)
    site = session.get(Site, wanted.site) if wanted.site and wanted.customer is None else None
    whose = site.customer_id if site else None if wanted.customer == "none" else wanted.customer
    return replace(choices(session, customers=True), sites=sites_of(session, viewer, whose) if whose else ())


def named(session: Session, viewer: Viewer, customer_id: int | None, user_id: int | None) -> dict[str, str]:
    """A customer or user that a form begins with: names and ids, as it carries them; nothing for one that is not there."""
    viewer.require("customers.see")
    user = session.get(User, user_id) if user_id else None
    customer = session.get(Customer, user.customer_id if user else customer_id or 0)
    found = {"requester": user.name, "requester_id": str(user.id)} if user else {}
    return found | ({"customer": customer.name, "customer_id": str(customer.id)} if customer else {})


def calendars(session: Session, held: int | None = None) -> Sequence[tuple[int, str]]:
    """Those on offer, and the one that is held already."""
    return _offered(session, Calendar, held)


def sla_policies(session: Session, held: int | None = None) -> Sequence[tuple[int, str]]:
    return _offered(session, SlaPolicy, held)


def departments(session: Session, held: int | None = None) -> Sequence[tuple[int, str]]:
    return _offered(session, Department, held)


def _offered(
    session: Session, model: type[Calendar | SlaPolicy | Department], held: int | None
) -> Sequence[tuple[int, str]]:
    query = select(model.id, model.name, model.active).where(or_(model.active, model.id == held)).order_by(model.name)
    return [(i, name if active else f"{name} (retired)") for i, name, active in session.execute(query)]


def _holds(words: str, *columns: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
    return or_(*(holds(column, words.strip()) for column in columns))


def _begins(column: InstrumentedAttribute[str], words: str) -> ColumnElement[bool]:
    return begins(column, words.strip())
