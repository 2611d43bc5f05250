"""Checks of what suggestions are made from."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core_psa.suggestions.tables import Triage
from core_psa.tickets.tables import TicketText
from core_psa.vectors import store as vector_store
from embeddings.errors import EmbeddingsError
from embeddings.solved_index import SolvedIndex
from server.doctor.finding import Finding, ok, problem, warning
from server.settings import Settings
from server.store import open_store
from server.wiring import index_folder, open_encoder, open_shared_index

_MANY_WAITING = 1_000


@contextmanager
def _store(settings: Settings) -> Iterator[Session]:
    db = open_store(settings)
    try:
        with db.read() as session:
            yield session
    finally:
        db.close()


def waiting(settings: Settings) -> Iterator[Finding]:
    with _store(settings) as session:
        states = {state: n for state, n in session.execute(select(Triage.state, func.count()).group_by(Triage.state))}
        errors = session.scalars(select(Triage.error).where(Triage.state == "failed").distinct().limit(3)).all()
    text = f"{states.get('waiting', 0)} tickets wait for suggestions, {states.get('failed', 0)} failed"
    if states.get("failed"):
        yield warning("triage", f"{text}: {'; '.join(e or '' for e in errors)}", "see the log for why")
    elif states.get("waiting", 0) > _MANY_WAITING:
        yield warning("triage", text, "check that 'fifthcall serve' or 'fifthcall worker' runs, and the encoder above")
    else:
        yield ok("triage", text)


def vectors(settings: Settings) -> Iterator[Finding]:
    with _store(settings) as session:
        by_encoder = vector_store.encoders(session)
        texts = session.scalar(select(func.count()).select_from(TicketText)) or 0
    present = open_encoder(settings).id
    for encoder_id, count in by_encoder.items():
        if encoder_id != present:
            yield ok("vectors", f"{count} of another encoder, {encoder_id}, kept aside")
    missing = texts - by_encoder.get(present, 0)
    if missing > 0:
        yield warning(
            "vectors", f"{missing} of {texts} tickets are not embedded by {present}", "the worker does it by itself"
        )
    else:
        yield ok("vectors", f"all {texts} tickets are embedded by {present}")


def index(settings: Settings) -> Iterator[Finding]:
    """Opens the base as serving does: its length, hash and encoder are checked on the way."""
    encoder = open_encoder(settings)
    if settings.vector_index == "pgvector":
        yield ok("index", f"{len(open_shared_index(settings, encoder))} solved tickets in PostgreSQL")
        return
    folder = index_folder(settings, encoder.id)
    try:
        opened = SolvedIndex.open(folder, encoder.id, encoder.dim)
    except EmbeddingsError as error:
        yield problem("index", str(error), "the worker builds it anew; until then suggestions come from newer tickets")
        return
    with _store(settings) as session:
        last = vector_store.last_change(session)
    if opened.position > last:
        advice = f"delete {folder}: the worker builds it anew"
        yield problem("index", "the index is from a later state of this desk than its store", advice)
    else:
        yield ok("index", f"{len(opened)} solved tickets, {last - opened.position} changes to read at the next start")


def learned(settings: Settings) -> Iterator[Finding]:
    file = settings.learned_file
    if not file.exists():
        yield ok("learned", "nothing yet: confidences are the cautious ones of a new desk")
        return
    try:
        stored = json.loads(file.read_text())
        version, tickets, encoder_id = stored["version"], stored["tickets"], stored["encoder"]
    except (OSError, ValueError, KeyError) as error:
        yield problem("learned", f"{file} cannot be read: {error}", "delete it: the worker learns anew")
        return
    if encoder_id != open_encoder(settings).id:
        yield warning("learned", f"{version} was learned with {encoder_id}", "the worker learns anew by itself")
    else:
        yield ok("learned", f"{version}, from {tickets} solved tickets")
