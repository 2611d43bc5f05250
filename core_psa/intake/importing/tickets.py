"""Tickets in bulk, written as the desk writes them.

This is the one place besides `core_psa.desk` that writes tickets and their timeline: the desk's own door, one ticket at a
time, lets through a few hundred a second. What is written here is what `desk.actions.open_ticket` and `resolve` would have
written at the times the file tells, and a test holds both side by side. What follows *from* a change has been done where
the tickets come from: nobody is notified. The cleaned text follows in the background (`core_psa.intake.preparing`), the
vector after it, and with the vector the word to the indexes.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.db import Work
from core_psa.db.base import escape_text
from core_psa.intake.importing import store
from core_psa.intake.importing.composing import COLUMNS, Composer, Lists
from core_psa.intake.importing.names import Names
from core_psa.intake.importing.options import Options, Written
from core_psa.intake.importing.references import References, Resolver
from core_psa.intake.importing.ticket_rows import TicketRow
from core_psa.tickets import store as tickets
from core_psa.tickets.search import write_texts
from core_psa.tickets.tables import Priority, Ticket
from core_psa.viewer import Viewer


class TicketWriter:
    """Writes batches of rows. `created_at`, in microseconds since 1970, is for rows that tell no time."""

    def __init__(self, session: Session, viewer: Viewer, options: Options, created_at: int) -> None:
        self.names = Names(session, viewer, options)
        self._resolver = Resolver(self.names, blank=options.unknown == "blank")
        self._options, self._created_at = options, created_at
        self._importer = (viewer.kind, viewer.id, escape_text(viewer.name))
        self._lists: Lists | None = None
        self._lists_size = (0, 0)

    def write(self, w: Work, rows: Sequence[TicketRow]) -> Written:
        known = store.ids_of(w.session, self._options.source, [row.external_id for row in rows])
        new = [row for row in _first_of_each(rows) if row.external_id not in known]
        self.names.learn(w, new)
        accepted, references, rejections = self._resolver.resolve(new)
        if accepted and not self._options.rehearse:
            self._insert(w.session, accepted, references)
        return Written(len(accepted), len(rows) - len(new), rejections)

    def settle(self) -> None:
        self.names.settle()

    def forget(self) -> None:
        self.names.forget()

    def reload(self, session: Session) -> None:
        self.names.reload(session)

    def made(self) -> dict[str, int]:
        return {kind: directory.made for kind, directory in self.names.directories.items() if directory.made}

    def _insert(self, session: Session, rows: Sequence[TicketRow], references: Sequence[References]) -> None:
        composer = Composer(self._lists_of(session), self._options, self._created_at)
        composer.add(store.next_ids(session, Ticket, len(rows)), rows, references)
        for table, tuples in composer.rows.items():
            store.insert_rows(session, table, COLUMNS[table], tuples)
        write_texts(session, composer.texts)

    def _lists_of(self, session: Session) -> Lists:
        """Read again only when statuses or priorities have been added, or taken back."""
        size = len(self.names.statuses), len(self.names.priorities)
        if self._lists is None or size != self._lists_size:
            self._lists, self._lists_size = self._read_lists(session), size
        return self._lists

    def _read_lists(self, session: Session) -> Lists:
        return Lists(
            importer=self._importer,
            statuses={status.id: status for status in tickets.statuses(session)},
            ranks={record_id: rank for record_id, rank in session.execute(select(Priority.id, Priority.rank))},
            default_type=tickets.types(session)[0].id,
            user_names=self.names.requesters.user_names,
        )


def _first_of_each(rows: Iterable[TicketRow]) -> Iterator[TicketRow]:
    seen = set()
    for row in rows:
        if row.external_id not in seen:
            seen.add(row.external_id)
            yield row
