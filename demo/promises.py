"""What the made-up desk has promised to whom: two policies beside the standard one, and agreements."""

from sqlalchemy import select

from core_psa.customers.tables import Customer
from core_psa.db import Work
from core_psa.sla import policy_actions as policies
from core_psa.sla.agreement_actions import create_agreement
from core_psa.sla.clocks import KINDS
from core_psa.sla.policy_rules import Target, Threshold
from core_psa.sla.tables import SlaPolicy
from core_psa.tickets.tables import Priority
from core_psa.viewer import SYSTEM

# Policy -> for whom it is, and by rank of the priority the minutes to response, update and resolution.
POLICIES = {
    "Always on": ("for those who never close", ((10, 30, 120), (30, 120, 360), (120, 480, 1_200), (240, 960, 2_400))),
    "Business care": (
        "what most customers have",
        ((30, 120, 360), (60, 240, 600), (240, 720, 2_400), (480, 1_440, 4_800)),
    ),
}
WARNED = (Threshold(75, ("assignee",)), Threshold(90, ("team lead",), level=2), Threshold(100, ("assignee", "manager")))
# One customer in so many has asked for nothing to be promised.
_WITHOUT = 9


def promise(w: Work) -> None:
    """Makes the policies, and an agreement for each customer that has one; begun at the start of last year."""
    ids = {name: _policy(w, name, about, rows) for name, (about, rows) in POLICIES.items()}
    none = w.session.scalars(select(SlaPolicy.id).where(SlaPolicy.name == "No SLA")).one()
    starts = w.now.date().replace(year=w.now.year - 1, month=1, day=1)
    for number, customer in enumerate(w.session.scalars(select(Customer).order_by(Customer.id)), 1):
        if number % _WITHOUT == 0:
            policies.set_policy_of_customer(w, SYSTEM, customer.id, none)
        else:
            name = "Always on" if customer.vip else "Business care"
            create_agreement(
                w, SYSTEM, customer.id, name=f"{name} agreement", starts_on=starts, sla_policy_id=ids[name]
            )


def _policy(w: Work, name: str, about: str, minutes: tuple[tuple[int, ...], ...]) -> int:
    priorities = w.session.scalars(select(Priority.id).order_by(Priority.rank)).all()
    policy_id = policies.create_policy(w, SYSTEM, name=name, description=about, presumed_priority_id=priorities[2]).id
    targets = [
        Target(priority_id, kind, budget, always_open=name == "Always on")
        for priority_id, budgets in zip(priorities, minutes, strict=True)
        for kind, budget in zip(KINDS, budgets, strict=True)
    ]
    policies.set_targets(w, SYSTEM, policy_id, targets)
    policies.set_warnings(w, SYSTEM, policy_id, WARNED)
    return policy_id
