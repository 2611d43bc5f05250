"""What is left of taking the made-up desk into service: who sees to which step, and the configuration it began with."""

from datetime import timedelta

from core_psa.configuration.versions import keep
from core_psa.db import Work
from core_psa.going_live.actions import arrange_step
from demo.arrangements import person

# Step, whose it is by role, days until it is due, remark.
_STEPS = (
    ("routing", "team lead", 5, "a rule for everything that no other fits"),
    ("mail", "administrator", -2, "waits for the address of the new mail server"),
    ("knowledge", "dispatcher", 12, ""),
)


def take_into_service(w: Work) -> None:
    """Called once everything is arranged."""
    administrator = person(w, "administrator")
    for step, role, days, note in _STEPS:
        due_on = (w.now + timedelta(days=days)).date()
        arrange_step(w, administrator, step, owner_id=person(w, role).id, due_on=due_on, note=note)
    keep(w, administrator, "as the desk went live")
