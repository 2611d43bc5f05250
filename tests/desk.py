"""Small words for tests that need a ticket on a desk."""

from typing import Any

from core_psa.db import Database
from core_psa.intake.receive import NewTicket, receive
from core_psa.organisation.rules import PERMISSIONS
from core_psa.tickets import store
from core_psa.viewer import Viewer

AGENT = Viewer("agent", None, "Ada", frozenset(PERMISSIONS))


def opened(db: Database, **fields: Any) -> int:
    """The id of a ticket received just now."""
    with db.work() as w:
        return receive(w, AGENT, NewTicket(**{"subject": "Printer jams", "body": "Again.", **fields})).id


def status_id(db: Database, name: str) -> int:
    with db.read() as session:
        return store.status_named(session, name).id
