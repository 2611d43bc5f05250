"""Agreements over the API: what is covered, from when to when, and under which SLA policy and calendar."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import Field
from sqlalchemy.orm import Session

from core_psa.agreements import store
from core_psa.agreements.tables import Agreement
from core_psa.db.fields import MAX_KEY
from core_psa.sla import agreement_actions as actions
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
    listed,
)
from server.api.router import api_router

router = api_router("agreements")

Day = Annotated[date, Field(ge=date(1900, 1, 1), lt=date(2200, 1, 1))]
Ids = Annotated[list[RecordId], Field(max_length=MAX_LISTED)]


class AgreementChange(Body):
    """Fields left out stay as they are. No sites are all sites, no types all types; `ends_on` is the last day in force."""

    name: Name = NOT_GIVEN
    note: Text = NOT_GIVEN
    starts_on: Day = NOT_GIVEN
    ends_on: Day | None = NOT_GIVEN
    sla_policy_id: RecordId | None = NOT_GIVEN
    calendar_id: RecordId | None = NOT_GIVEN
    raises_priority: bool = NOT_GIVEN
    site_ids: Ids = NOT_GIVEN
    type_ids: Ids = NOT_GIVEN


class NewAgreement(AgreementChange):
    customer_id: RecordId
    name: Name
    starts_on: Day


class AgreementOut(Record):
    """Without a policy or calendar the customer's, the team's or the desk's counts."""

    id: int
    customer_id: int
    name: str
    note: str
    starts_on: date
    ends_on: date | None
    sla_policy_id: int | None
    calendar_id: int | None
    raises_priority: bool
    site_ids: list[int]
    type_ids: list[int]


@router.get("/agreements")
def list_agreements(
    api: Api,
    cursor: Cursor = None,
    limit: Limit = DEFAULT,
    customer_id: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None,
    on: Annotated[date | None, Query(description="in force on this day")] = None,
) -> Listed[AgreementOut]:
    with api.db.read() as session:
        page = store.agreement_page(session, api.viewer, cursor, limit, customer_id=customer_id, on=on)
        shapes = _agreements(session, page.rows)
        return listed(page, lambda agreement: shapes[agreement.id])


@router.post("/agreements", status_code=201)
def create_agreement(api: Api, body: NewAgreement) -> AgreementOut:
    """Open tickets of the customer follow within a minute."""
    with api.db.work() as w:
        agreement = actions.create_agreement(w, api.viewer, **body.given())
        return _agreements(w.session, [agreement])[agreement.id]


@router.get("/agreements/{agreement_id}")
def get_agreement(api: Api, agreement_id: Key) -> AgreementOut:
    with api.db.read() as session:
        return _agreements(session, [store.agreement(session, api.viewer, agreement_id)])[agreement_id]


@router.patch("/agreements/{agreement_id}")
def change_agreement(api: Api, agreement_id: Key, body: AgreementChange) -> AgreementOut:
    """Open tickets of the customer follow within a minute. An agreement that is over has an end; none is deleted."""
    with api.db.work() as w:
        agreement = actions.update_agreement(w, api.viewer, agreement_id, **body.given())
        return _agreements(w.session, [agreement])[agreement_id]


def _agreements(session: Session, agreements: Sequence[Agreement]) -> dict[int, AgreementOut]:
    ids = [agreement.id for agreement in agreements]
    sites, types = store.sites_of(session, ids), store.types_of(session, ids)
    return {a.id: AgreementOut.of(a, site_ids=sites.get(a.id, []), type_ids=types.get(a.id, [])) for a in agreements}
