"""What stands beside a ticket's messages: its files, what is to be ticked off, the devices concerned, what helped before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core_psa.attachments.tables import Attachment
from core_psa.knowledge import store as knowledge
from core_psa.knowledge.tables import Article
from core_psa.reads import attachments
from core_psa.reads.ticket_page import TicketView
from core_psa.viewer import Viewer
from server.console.forms import Form


@dataclass(frozen=True)
class Beside:
    """`files_of` maps timeline entries to their files, `staged` waits for the message that is being written."""

    files_of: Mapping[int, Sequence[Attachment]]
    staged: Sequence[Attachment]
    articles: Sequence[tuple[Article, str]]
    may_draft: bool


def beside(session: Session, viewer: Viewer, ticket: TicketView, form: Form) -> Beside:
    articles = knowledge.articles_of_ticket(session, viewer, ticket.id) if viewer.may("knowledge.see") else ()
    waiting = form.numbers("attachment")
    return Beside(
        files_of=_by_entry(attachments.of_ticket(session, viewer, ticket.id)),
        staged=attachments.staged(session, viewer, ticket.id, waiting) if waiting else (),
        articles=articles,
        may_draft=viewer.may("knowledge.edit") and viewer.may("tickets.edit") and ticket.resolved_at is not None,
    )


def _by_entry(rows: Sequence[Attachment]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = {}
    for row in rows:
        found.setdefault(row.action_id or 0, []).append(row)
    return found
