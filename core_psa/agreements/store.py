"""Queries on agreements."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.agreements import rules
from core_psa.agreements.rules import Cover
from core_psa.agreements.tables import Agreement, AgreementSite, AgreementType
from core_psa.customers.tables import Customer
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get
from core_psa.viewer import Viewer


def agreement_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    customer_id: int | None = None,
    on: date | None = None,
) -> Page[Agreement]:
    """Agreements by name, of one customer or in force on one day if asked."""
    viewer.require("agreements.see")
    query = select(Agreement)
    if customer_id is not None:
        query = query.where(Agreement.customer_id == get(session, Customer, customer_id).id)
    if on is not None:
        query = query.where(Agreement.starts_on <= on, (Agreement.ends_on.is_(None)) | (Agreement.ends_on >= on))
    return page(session, query, (Agreement.name, Agreement.id), cursor, limit)


def agreement(session: Session, viewer: Viewer, agreement_id: int) -> Agreement:
    viewer.require("agreements.see")
    return get(session, Agreement, agreement_id)


def sites_of(session: Session, agreement_ids: Collection[int]) -> dict[int, list[int]]:
    """Ids of the sites named, by agreement."""
    query = select(AgreementSite.agreement_id, AgreementSite.site_id).order_by(AgreementSite.site_id)
    return _grouped(session.execute(query.where(AgreementSite.agreement_id.in_(agreement_ids))))


def types_of(session: Session, agreement_ids: Collection[int]) -> dict[int, list[int]]:
    """Ids of the ticket types named, by agreement."""
    query = select(AgreementType.agreement_id, AgreementType.type_id).order_by(AgreementType.type_id)
    return _grouped(session.execute(query.where(AgreementType.agreement_id.in_(agreement_ids))))


def covering(
    session: Session, customer_id: int | None, day: date, site_id: int | None, type_id: int
) -> Sequence[Cover]:
    """The agreements that cover such a ticket, the one that counts first."""
    rows = session.scalars(select(Agreement).where(Agreement.customer_id == customer_id)).all() if customer_id else ()
    if not rows:
        return ()
    ids = [row.id for row in rows]
    sites, types = sites_of(session, ids), types_of(session, ids)
    covers = (
        Cover(
            row.id,
            row.starts_on,
            row.ends_on,
            frozenset(sites.get(row.id, ())),
            frozenset(types.get(row.id, ())),
            row.sla_policy_id,
            row.calendar_id,
            row.raises_priority,
        )
        for row in rows
    )
    return rules.covering(covers, day, site_id, type_id)


def _grouped(pairs: Iterable[Any]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
