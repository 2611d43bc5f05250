"""A customer with everything its page shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.customers import phones, store
from core_psa.customers.tables import Customer, PhoneNumber, Site, User
from core_psa.db import Base
from core_psa.reads.queue import QueueRow, count, queue
from core_psa.reads.queue_filter import QueueFilter
from core_psa.viewer import Viewer

_RECENT = 8


@dataclass(frozen=True)
class CustomerPage:
    """`unsolved` is how many of its tickets are open or paused, and whether that is only the least."""

    customer: Customer
    domains: Sequence[str]
    phones: Sequence[PhoneNumber]
    sites: int
    users: int
    unsolved: tuple[int, bool]
    recent: Sequence[QueueRow]


@dataclass(frozen=True)
class PersonPage:
    """A customer's user, or a site: whose it is, its numbers, and its recent tickets."""

    customer: Customer
    site: Site | None
    user: User | None
    phones: Sequence[PhoneNumber]
    recent: Sequence[QueueRow]


def customer_page(session: Session, viewer: Viewer, customer_id: int) -> CustomerPage:
    """Raises NotFound, and Forbidden without `customers.see`."""
    customer = store.customer(session, viewer, customer_id)
    return CustomerPage(
        customer=customer,
        domains=store.domains_of(session, [customer_id]).get(customer_id, []),
        phones=phones.numbers_of(session, customer),
        sites=_count(session, Site, customer_id),
        users=_count(session, User, customer_id),
        unsolved=count(session, viewer, QueueFilter(customer=customer_id, state="unsolved")),
        recent=queue(session, viewer, QueueFilter(customer=customer_id), limit=_RECENT).items,
    )


def user_page(session: Session, viewer: Viewer, user_id: int) -> PersonPage:
    user = store.user(session, viewer, user_id)
    return PersonPage(
        customer=store.customer(session, viewer, user.customer_id),
        site=store.site(session, viewer, user.site_id) if user.site_id else None,
        user=user,
        phones=phones.numbers_of(session, user),
        recent=queue(session, viewer, QueueFilter(requester=user_id), limit=_RECENT).items,
    )


def site_page(session: Session, viewer: Viewer, site_id: int) -> PersonPage:
    site = store.site(session, viewer, site_id)
    return PersonPage(
        customer=store.customer(session, viewer, site.customer_id),
        site=site,
        user=None,
        phones=phones.numbers_of(session, site),
        recent=queue(session, viewer, QueueFilter(site=site_id), limit=_RECENT).items,
    )


def _count(session: Session, model: type[Base], customer_id: int) -> int:
    mine = model.customer_id == customer_id, model.active  # type: ignore[attr-defined]
    return session.scalar(select(func.count()).select_from(model).where(*mine)) or 0
