"""Where every seam's implementation is chosen, once, from the settings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from core_psa import migrations
from core_psa.clock import Clock
from core_psa.db import Database
from core_psa.errors import StoreUnavailable
from embeddings.encoder import Encoder
from server.live import Live
from server.settings import Settings
from triage.desk import DeskTriage
from triage.desk.feed import Follower, fill_recent
from triage.loop import TriageLoop

if TYPE_CHECKING:
    from embeddings.solved_index import SolvedIndex

log = structlog.get_logger()


def open_store(settings: Settings, clock: Clock | None = None) -> Database:
    """The desk's database. Raises StoreUnavailable, saying what to do, if it is missing or of another version."""
    if not settings.database_url and not (settings.data / "store.db").exists():
        raise StoreUnavailable(f"there is no desk in {settings.data}: run 'fifthcall init --data {settings.data}'")
    db = Database.open(settings.store_url, clock)
    migrations.require_newest(db)
    return db


def open_encoder(settings: Settings) -> Encoder:
    """The encoder chosen in the settings. Raises EncoderMissing or EncoderBroken, saying what to do."""
    if settings.encoder == "hashing":
        from embeddings.hashing import HashingEncoder

        return HashingEncoder()
    from embeddings.onnx_encoder import open_encoder as open_exported

    return open_exported(encoder_folder(settings), threads=settings.encoder_threads)


def encoder_folder(settings: Settings) -> Path:
    from embeddings.export import PACKAGED_ID

    return settings.models / PACKAGED_ID if settings.encoder == "packaged" else Path(settings.encoder)


def open_triage(settings: Settings, db: Database, encoder: Encoder) -> DeskTriage:
    """Triage with both indexes loaded and caught up.

    A damaged or foreign index is set aside: triage starts with an empty one and the worker builds it anew.
    """
    solved = open_solved_index(settings, encoder)
    from embeddings.exact_index import ExactIndex

    recent = ExactIndex(encoder.dim)
    position = fill_recent(db, recent, encoder.id, encoder.dim)
    return DeskTriage(
        db,
        encoder,
        solved=Follower(solved, encoder.id, encoder.dim, solved.position),
        recent_tickets=Follower(recent, encoder.id, encoder.dim, position),
        learned_file=settings.learned_file,
        lease=timedelta(seconds=settings.triage_lease_seconds),
    )


def open_solved_index(settings: Settings, encoder: Encoder) -> "SolvedIndex":
    from embeddings.solved_index import SolvedIndex

    return SolvedIndex.open(settings.index_folder, encoder.id, encoder.dim)


@dataclass
class Desk:
    """Everything a serving process holds. `triage` is None where the encoder cannot be used: tickets come in all the same."""

    settings: Settings
    db: Database
    live: Live
    triage: DeskTriage | None = None
    loop: TriageLoop | None = None
    trouble: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.live.start()
        if self.loop:
            self.loop.start()

    def wake(self) -> None:
        """A ticket waits for triage."""
        if self.loop:
            self.loop.wake()

    def told(self, ticket_ids: Sequence[int]) -> None:
        self.live.look_now()

    def close(self) -> None:
        if self.loop:
            self.loop.stop()
        self.live.stop()
        self.db.close()


def open_desk(settings: Settings, clock: Clock | None = None) -> Desk:
    """Store first; a broken model or index costs suggestions, never the desk."""
    db = open_store(settings, clock)
    desk = Desk(settings, db, Live(db))
    try:
        desk.triage = open_triage(settings, db, open_encoder(settings))
        desk.loop = TriageLoop(desk.triage, settings.triage_batch, desk.told)
    except Exception as error:
        desk.trouble.append(f"{type(error).__name__}: {error}")
        log.error("triage.unavailable", error=str(error), advice="run 'fifthcall doctor'")
    return desk
