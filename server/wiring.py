"""Where every seam's implementation is chosen, once, from the settings."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from core_psa.attachments.files import Files
from core_psa.attachments.rules import Limits
from core_psa.clock import Clock
from core_psa.db import Database
from core_psa.errors import StoreUnavailable
from embeddings.base_file import MANIFEST
from embeddings.encoder import Encoder
from embeddings.errors import IndexBroken
from embeddings.exact_index import ExactIndex
from embeddings.solved_index import SolvedIndex
from server.live import Live
from server.settings import Settings
from server.store import open_store
from server.triager import TriageHere, Triager
from triage.desk import DeskTriage
from triage.desk.descriptions import DescriptionCache, Remembered
from triage.desk.feed import SharedFollower, SharedIndex, SolvedFollower, recent_tickets

log = structlog.get_logger()


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


def index_folder(settings: Settings, encoder_id: str) -> Path:
    """Each encoder's index has a folder of its own, so that trying another one leaves it alone."""
    return settings.data / "models" / "index" / encoder_id.replace("/", "-")


def open_triage(settings: Settings, db: Database, encoder: Encoder) -> DeskTriage:
    """Triage with both indexes loaded and caught up, ready for its first ticket."""
    folder = index_folder(settings, encoder.id)
    triage = DeskTriage(
        db,
        encoder,
        solved=_open_solved(settings, encoder),
        recent=recent_tickets(db, ExactIndex(encoder.dim), encoder.id, encoder.dim),
        descriptions=DescriptionCache(Remembered(encoder.encode, folder.with_suffix(".descriptions.npz"))),
        learned_file=settings.learned_file,
        lease=timedelta(seconds=settings.triage_lease_seconds),
    )
    triage.warm_up()
    return triage


def _open_solved(settings: Settings, encoder: Encoder) -> SolvedFollower | SharedFollower:
    if settings.vector_index == "pgvector":
        return SharedFollower(open_shared_index(settings, encoder))
    folder = index_folder(settings, encoder.id)
    return SolvedFollower(open_solved_index(folder, encoder), folder)


def open_shared_index(settings: Settings, encoder: Encoder) -> SharedIndex:
    """The index inside PostgreSQL, beside the store. Raises StoreUnavailable on SQLite."""
    if settings.sqlite_file:
        raise StoreUnavailable(
            "pgvector needs the store on PostgreSQL: set FIFTHCALL_DATABASE_URL, or the index to faiss"
        )
    from sqlalchemy import make_url

    from embeddings.pgvector_index import PgvectorIndex

    url = make_url(settings.store_url).set(drivername="postgresql")
    return PgvectorIndex.open(url.render_as_string(hide_password=False), "solved", encoder.id, encoder.dim)


def open_solved_index(folder: Path, encoder: Encoder) -> SolvedIndex:
    """The index as it was published. A damaged one is dropped: triage starts without, and the worker builds it anew."""
    try:
        return SolvedIndex.open(folder, encoder.id, encoder.dim)
    except IndexBroken as error:
        log.error("index.dropped", error=str(error))
        (folder / MANIFEST).unlink()
        return SolvedIndex.open(folder, encoder.id, encoder.dim)


@dataclass
class Desk:
    """An opened desk: its store, its triage wherever that runs, and its live updates."""

    settings: Settings
    db: Database
    live: Live
    triage: Triager

    @property
    def files(self) -> Files:
        return open_files(self.settings)

    def start(self) -> None:
        self.live.start()
        self.triage.start(lambda _ids: self.live.look_now())

    def wake(self) -> None:
        """A ticket waits for triage."""
        self.triage.wake()

    def close(self) -> None:
        self.triage.stop()
        self.live.stop()
        self.db.close()


def open_files(settings: Settings) -> Files:
    """The folder of attachments with the limits chosen in the settings."""
    chosen = frozenset(settings.attachment_refused.lower().replace(".", " ").split())
    limits = Limits(file_bytes=settings.attachment_mb * 1024 * 1024, refused=chosen or Limits.refused)
    return Files(settings.files_folder, limits)


def open_desk(settings: Settings, clock: Clock | None = None) -> Desk:
    """A desk with triage in this process."""
    db = open_store(settings, clock)
    return Desk(settings, db, Live(db), triage_here(settings, db))


def triage_here(settings: Settings, db: Database) -> TriageHere:
    """A broken model or index costs suggestions, never the desk."""
    try:
        return TriageHere(open_triage(settings, db, open_encoder(settings)), settings.triage_batch, [])
    except Exception as error:
        log.error("triage.unavailable", error=str(error), advice="run 'fifthcall doctor'")
        return TriageHere(None, settings.triage_batch, [f"{type(error).__name__}: {error}"])
