"""What a new ticket takes over from another, or from a template: as far as a ticket may get it today."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from core_psa.desk.names import REFERENCES, is_offered
from core_psa.tickets.own_fields.store import own_values
from core_psa.tickets.tables import Ticket


def no_longer_offered(session: Session, references: Mapping[str, int | None], names: Collection[str]) -> list[str]:
    """Which of these fields point to something that is not on offer any more."""
    given = {name: references[name] for name in names if references[name] is not None}
    return [name for name, record_id in given.items() if record_id and not is_offered(session, name, record_id)]


def inherited(session: Session, old: Ticket, *names: str) -> dict[str, Any]:
    """The old ticket's values of these fields, and of its type's own where the type itself is among them. What was retired
    since is left out: somebody's words are not lost because an agent has left."""
    references = {name: getattr(old, REFERENCES[name].column) for name in names}
    gone = no_longer_offered(session, references, names)
    kept = {name: record_id for name, record_id in references.items() if name not in gone}
    return {**kept, "fields": own_values(session, old)} if "type" in kept else kept
