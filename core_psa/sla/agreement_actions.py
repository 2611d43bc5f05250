"""Saving an agreement, with the clocks of the customer's open tickets that follow it."""

from collections.abc import Collection
from typing import Unpack

from core_psa.agreements import actions
from core_psa.agreements.actions import AgreementFields
from core_psa.agreements.tables import Agreement
from core_psa.db import Work
from core_psa.sla import ledger_store
from core_psa.viewer import Viewer


def create_agreement(
    w: Work,
    viewer: Viewer,
    customer_id: int,
    *,
    site_ids: Collection[int] = (),
    type_ids: Collection[int] = (),
    **given: Unpack[AgreementFields],
) -> Agreement:
    """Needs a name and the day it starts. No sites are all sites, no types all types."""
    agreement = actions.create_agreement(w, viewer, customer_id, **given)
    return _covering(w, viewer, agreement, site_ids, type_ids)


def update_agreement(
    w: Work,
    viewer: Viewer,
    agreement_id: int,
    *,
    site_ids: Collection[int] | None = None,
    type_ids: Collection[int] | None = None,
    **given: Unpack[AgreementFields],
) -> Agreement:
    """Sites or types that are not given stay as they are."""
    return _covering(w, viewer, actions.update_agreement(w, viewer, agreement_id, **given), site_ids, type_ids)


def _covering(
    w: Work, viewer: Viewer, agreement: Agreement, site_ids: Collection[int] | None, type_ids: Collection[int] | None
) -> Agreement:
    if site_ids is not None:
        actions.set_sites(w, viewer, agreement.id, site_ids)
    if type_ids is not None:
        actions.set_types(w, viewer, agreement.id, type_ids)
    ledger_store.recount_customer(w.session, agreement.customer_id)
    return agreement
