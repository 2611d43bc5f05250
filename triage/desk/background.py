"""The long work behind triage, for child processes: embed history, build the index, learn from what was solved."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, and_, exists, func, select
from sqlalchemy.orm import Session

from core_psa.aside import Aside
from core_psa.db import Database
from core_psa.sla.choice import Calendars
from core_psa.sla.store import CompiledCalendars
from core_psa.tickets.tables import Ticket, TicketText
from core_psa.vectors import store as vectors
from core_psa.vectors.tables import TicketVector
from embeddings.base_build import build_base
from embeddings.encoder import Encoder
from embeddings.exact_index import ExactIndex
from triage.desk import learned
from triage.desk.feed import SharedIndex, as_array
from triage.desk.history import TRUSTED, StoredHistory, solved_count, solved_rows
from triage.engine import FIELDS, Settings
from triage.learning import Solved, teach

Progress = Callable[[int, int], None]

ENCODED_AT_ONCE = 128
_READ_AT_ONCE = 4_000
# More than this adds hours of history to a four-number map, not knowledge.
LEARNED_FROM = 20_000
WATCHED = 2_000


def missing_vectors(session: Session, encoder_id: str) -> int:
    """How many cleaned tickets this encoder has not seen."""
    texts = session.scalar(select(func.count()).select_from(TicketText)) or 0
    known = select(func.count()).select_from(TicketVector).where(TicketVector.encoder_id == encoder_id)
    return max(0, texts - (session.scalar(known) or 0))


def embed_missing(db: Database, encoder: Encoder, progress: Progress, aside: Aside) -> int:
    """Embeds every cleaned ticket that has no vector of this encoder, newest first; returns how many.

    Commits in short batches, so it can be stopped at any time and goes on where it was.
    """
    with db.read() as session:
        total = missing_vectors(session, encoder.id)
    done, below = 0, None
    while True:
        with db.read() as session:
            rows = _without_vector(session, encoder.id, below)
        if not rows:
            return done
        below = rows[-1].ticket_id
        encoded = aside.run(encoder.encode, [row.text for row in rows])
        with db.work(patient=True) as w:
            vectors.save(w.session, [_stored(row, encoder.id, v) for row, v in zip(rows, encoded, strict=True)], w.now)
        done += len(rows)
        progress(done, total)


def _stored(row: Row[int, str, str], encoder_id: str, vector: NDArray[np.float32]) -> vectors.Row:
    return {
        "ticket_id": row.ticket_id,
        "encoder_id": encoder_id,
        "text_hash": row.text_hash,
        "vector": vector.astype("<f4").tobytes(),
    }


def _without_vector(session: Session, encoder_id: str, below: int | None) -> list[Row[int, str, str]]:
    seen = exists().where(TicketVector.ticket_id == TicketText.ticket_id, TicketVector.encoder_id == encoder_id)
    query = select(TicketText.ticket_id, TicketText.text, TicketText.text_hash).where(~seen)
    if below is not None:
        query = query.where(TicketText.ticket_id < below)
    return list(session.execute(query.order_by(TicketText.ticket_id.desc()).limit(ENCODED_AT_ONCE)).all())


def build_index(db: Database, folder: Path, encoder_id: str, dim: int, progress: Progress) -> int:
    """Builds a new base of the solved index from the store; returns how many vectors it holds."""
    with db.read() as session:
        position = vectors.last_change(session)
        total = _solved_vector_count(session, encoder_id)
        batches = _solved_vectors(session, encoder_id, dim)
        build_base(folder, encoder_id, dim, batches, position, lambda done: progress(done, total))
    return total


def fill_index(db: Database, index: SharedIndex, encoder_id: str, dim: int, progress: Progress) -> int:
    """The same for an index that is filled in place; returns how many vectors it holds, 0 where another process fills it."""
    with index.alone() as alone, db.read() as session:
        if not alone:
            return 0
        position, total = vectors.last_change(session), _solved_vector_count(session, encoder_id)
        index.clear()
        done = 0
        for ids, rows in _solved_vectors(session, encoder_id, dim):
            index.add(ids, rows)
            done += len(ids)
            progress(done, total)
        index.advance(position)
    return done


def _solved_vector_count(session: Session, encoder_id: str) -> int:
    belongs = and_(TRUSTED, TicketVector.encoder_id == encoder_id)
    join = TicketVector.ticket_id == Ticket.id
    return session.scalar(select(func.count()).select_from(Ticket).join(TicketVector, join).where(belongs)) or 0


def _solved_vectors(
    session: Session, encoder_id: str, dim: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    query = (
        select(TicketVector.ticket_id, TicketVector.vector)
        .join(Ticket, Ticket.id == TicketVector.ticket_id)
        .where(TicketVector.encoder_id == encoder_id, TRUSTED)
        .order_by(TicketVector.ticket_id)
        .execution_options(yield_per=_READ_AT_ONCE)
    )
    for rows in session.execute(query).partitions(_READ_AT_ONCE):
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        yield ids, as_array([row[1] for row in rows], dim)


def learn(db: Database, file: Path, encoder_id: str, dim: int, progress: Progress) -> str:
    """Learns how far votes can be trusted and how long things take, from the newest solved tickets.

    Writes `file` and returns its version.
    """
    with db.read() as session:
        solved = _solved(session, encoder_id, dim)
        watched = _watched_hours(session, db)
        all_solved = solved_count(session)
    taught = teach(solved, watched, _exact, FIELDS, Settings(), progress)
    return learned.save(file, taught, encoder_id, len(solved.tickets), all_solved)


def _solved(session: Session, encoder_id: str, dim: int) -> Solved:
    history = StoredHistory(session, Calendars(session, CompiledCalendars()))
    outcomes = dict(history.read(solved_rows(session, LEARNED_FROM)))
    blobs: dict[int, bytes] = {}
    ids = list(outcomes)
    for start in range(0, len(ids), _READ_AT_ONCE):
        blobs.update(vectors.of_tickets(session, encoder_id, ids[start : start + _READ_AT_ONCE]))
    known = [i for i in ids if i in blobs]
    return Solved([outcomes[i] for i in known], as_array([blobs[i] for i in known], dim))


def _watched_hours(session: Session, db: Database) -> NDArray[np.float64]:
    """Wall-clock hours since each of the newest tickets came in, solved or not."""
    newest = select(Ticket.created_at).order_by(Ticket.created_at.desc()).limit(LEARNED_FROM)
    now = db.clock.now()
    hours = np.sort([(now - at).total_seconds() / 3600 for at in session.scalars(newest)])
    points = np.linspace(0, len(hours) - 1, min(WATCHED, len(hours))).astype(np.int64)
    return hours[points] if len(hours) else hours


def _exact(ids: NDArray[np.int64], rows: NDArray[np.float32]) -> ExactIndex:
    index = ExactIndex(rows.shape[1])
    index.add(ids, rows)
    return index
