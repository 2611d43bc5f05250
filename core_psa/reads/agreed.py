"""What was agreed with a customer, as its page tells it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.agreements import store
from core_psa.agreements.tables import Agreement
from core_psa.sla.tables import CustomerPolicy, SlaPolicy
from core_psa.viewer import Viewer

_SHOWN = 10


@dataclass(frozen=True)
class Agreed:
    """The first agreements by name, and the policy given to the customer itself; `policies` names them by id."""

    customer_id: int
    agreements: Sequence[Agreement]
    more: bool
    policy_id: int | None
    policies: dict[int, str]


def agreed(session: Session, viewer: Viewer, customer_id: int) -> Agreed:
    page = store.agreement_page(session, viewer, customer_id=customer_id, limit=_SHOWN)
    policy_id = session.scalar(select(CustomerPolicy.policy_id).where(CustomerPolicy.customer_id == customer_id))
    ids = {policy_id, *(row.sla_policy_id for row in page.rows)} - {None}
    names = session.execute(select(SlaPolicy.id, SlaPolicy.name).where(SlaPolicy.id.in_(ids)))
    policies = {i: name for i, name in names}
    return Agreed(customer_id, page.rows, page.next_cursor is not None, policy_id, policies)
