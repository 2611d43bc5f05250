"""What imported tickets still need before search and triage can read them: their cleaned text.

Cleaning takes longer than storing, so it follows in the background, newest tickets first: what is open today is asked for
before what was closed years ago. A ticket without a `TicketText` row is what is left to do; a crash leaves it so.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from core_psa.aside import Aside
from core_psa.db import Database
from core_psa.intake.cleaning import TEXT_VERSION, clean, text_hash
from core_psa.tickets.search import write_texts
from core_psa.tickets.tables import Action, Ticket, TicketText

Progress = Callable[[int, int], None]
Message = Row[int, str, str | None]

# Writing so many texts with their search index takes some 10 ms; they are cleaned outside of the transaction.
AT_ONCE = 50
_NICE = 10


def waiting(session: Session) -> int:
    """How many tickets have no cleaned text."""
    tickets = session.scalar(select(func.count()).select_from(Ticket)) or 0
    return max(0, tickets - (session.scalar(select(func.count()).select_from(TicketText)) or 0))


def prepare_all(db: Database, progress: Progress = lambda done, total: None) -> int:
    """Prepares every ticket that waits; returns how many there were. `progress` gets those done and all.

    Commits in short batches, so it can be stopped at any time and goes on where it was.
    """
    with db.read() as session:
        total = waiting(session)
    aside, done, below = Aside(_NICE), 0, None
    while messages := _next(db, below):
        done += _store(db, aside.run(_cleaned, messages))
        below = messages[-1].id
        progress(done, max(done, total))
    return done


def text_row(ticket_id: int, subject: str, body: str) -> dict[str, Any]:
    """A ticket's text as `write_texts` takes it."""
    text = clean(subject, body)
    return {"ticket_id": ticket_id, "text": text, "text_version": TEXT_VERSION, "text_hash": text_hash(text)}


def _next(db: Database, below: int | None) -> Sequence[Message]:
    """The next tickets under this id. Those above are not looked at again, which a million of them would make slow."""
    unread = select(Ticket.id, Ticket.subject).where(~exists().where(TicketText.ticket_id == Ticket.id))
    if below is not None:
        unread = unread.where(Ticket.id < below)
    # Chosen before their messages are joined: SQLite would begin with the messages, and read all of them each time.
    chosen = unread.order_by(Ticket.id.desc()).limit(AT_ONCE).subquery()
    first = (Action.ticket_id == chosen.c.id) & (Action.kind == "created")
    query = select(chosen.c.id, chosen.c.subject, Action.body).join(Action, first)
    with db.read() as session:
        return session.execute(query.order_by(chosen.c.id.desc())).all()


def _cleaned(messages: Sequence[Message]) -> list[dict[str, Any]]:
    return [text_row(message.id, message.subject, message.body or "") for message in messages]


def _store(db: Database, texts: Sequence[dict[str, Any]]) -> int:
    ids = [text["ticket_id"] for text in texts]
    with db.work(patient=True) as w:
        # Somebody else may have prepared the same ones meanwhile.
        done = set(w.session.scalars(select(TicketText.ticket_id).where(TicketText.ticket_id.in_(ids))))
        write_texts(w.session, [text for text in texts if text["ticket_id"] not in done])
    return len(texts)
