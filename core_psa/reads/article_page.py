"""What the pages of the knowledge show beside the articles themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.knowledge import canned_store, store
from core_psa.knowledge.rules import PLACEHOLDERS
from core_psa.knowledge.tables import CannedAnswer
from core_psa.organisation.tables import Organisation
from core_psa.placeholders import fill
from core_psa.reads.ticket_page import ticket
from core_psa.tickets.store import visible
from core_psa.tickets.tables import Ticket
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class LinkedTicket:
    id: int
    number: str
    subject: str
    state: str
    kind: str


@dataclass(frozen=True)
class ReadyAnswer:
    """A canned answer as it would read on a ticket."""

    id: int
    name: str
    scope: str
    text: str


def tickets_of_article(session: Session, viewer: Viewer, article_id: int) -> Sequence[LinkedTicket]:
    """The tickets an article was used in or solved, of those the viewer may see, newest first."""
    kinds = dict(store.tickets_of_article(session, viewer, article_id))
    query = select(Ticket).where(Ticket.id.in_(kinds), visible(viewer)).order_by(Ticket.id.desc())
    return [LinkedTicket(t.id, t.number, t.subject, t.state, kinds[t.id]) for t in session.scalars(query)]


def ready_answers(session: Session, viewer: Viewer, ticket_id: int) -> Sequence[ReadyAnswer]:
    """The canned answers this viewer may use, filled with the facts of the ticket."""
    facts = facts_of(session, viewer, ticket_id)
    return [_ready(row, facts) for row in canned_store.offered(session, viewer)]


def _ready(row: CannedAnswer, facts: dict[str, str]) -> ReadyAnswer:
    return ReadyAnswer(row.id, row.name, row.scope, fill(row.body, facts))


def facts_of(session: Session, viewer: Viewer, ticket_id: int) -> dict[str, str]:
    """By placeholder, what the ticket says; what it does not say is left out. Raises NotFound beyond the viewer's wall."""
    view = ticket(session, viewer, ticket_id)
    named = {field: str(held["name"]) for field, held in view.references.items() if held and held["name"]}
    requester = named.get("requester", "")
    facts = {
        "agent": viewer.name,
        "agent.first": _first(viewer.name),
        "customer": named.get("customer", ""),
        "desk": session.scalar(select(Organisation.name)) or "",
        "number": view.number,
        "requester": requester,
        "requester.first": _first(requester),
        "subject": view.subject,
        "team": named.get("team", ""),
    }
    return {name: value for name, value in facts.items() if value and name in PLACEHOLDERS}


def _first(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.strip() else ""
