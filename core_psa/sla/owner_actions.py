"""Saving a customer or a team, with the clocks of their open tickets, which follow another calendar."""

from typing import Any, Unpack

from core_psa.customers import actions as customers
from core_psa.customers.actions import CustomerFields
from core_psa.customers.tables import Customer
from core_psa.db import Work
from core_psa.db.records import get
from core_psa.errors import FieldError, Invalid
from core_psa.organisation import actions as organisation
from core_psa.organisation.actions import TeamFields
from core_psa.organisation.tables import Team
from core_psa.sla import ledger_store
from core_psa.sla.tables import CustomerPolicy, SlaPolicy, TeamPolicy
from core_psa.viewer import Viewer


def update_customer(w: Work, viewer: Viewer, customer_id: int, **given: Unpack[CustomerFields]) -> Customer:
    """Which agreement was in force on a ticket's day goes by the customer's own clock, so another time zone counts too."""
    standing = get(w.session, Customer, customer_id)
    before, rested = _counted(standing), not standing.active
    row = customers.update_customer(w, viewer, customer_id, **given)
    _must_have_policy_on_offer(w, row, CustomerPolicy, rested)
    if _counted(row) != before:
        ledger_store.recount_customer(w.session, customer_id)
    return row


def update_team(w: Work, viewer: Viewer, team_id: int, **given: Unpack[TeamFields]) -> Team:
    standing = get(w.session, Team, team_id)
    before, rested = standing.calendar_id, not standing.active
    row = organisation.update_team(w, viewer, team_id, **given)
    _must_have_policy_on_offer(w, row, TeamPolicy, rested)
    if row.calendar_id != before:
        ledger_store.recount_team(w.session, team_id)
    return row


def _counted(customer: Customer) -> tuple[int | None, str]:
    return customer.calendar_id, customer.timezone


def _must_have_policy_on_offer(w: Work, row: Customer | Team, given: Any, rested: bool) -> None:
    """Whoever comes back comes without a policy that was retired meanwhile."""
    if not (row.active and rested):
        return
    own = w.session.get(given, row.id)
    policy = w.session.get_one(SlaPolicy, own.policy_id) if own else None
    if policy is not None and not policy.active:
        raise Invalid(FieldError("active", f"the sla policy {policy.name} is retired: give {row.name} another first"))
