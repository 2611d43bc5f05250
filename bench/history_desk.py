"""A desk with much solved history, quickly: generated tickets imported for real, most of their vectors made up.

Every vector is a real one of another generated ticket plus noise of about the size by which two wordings of one problem
differ; searching such an index costs what searching a real one costs, and nothing is claimed about its answers.
"""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from sqlalchemy import Row, insert, select

from core_psa import migrations
from core_psa.db import Database
from core_psa.intake.preparing import prepare_all
from core_psa.tickets.tables import TicketText
from core_psa.vectors.tables import TicketVector
from demo.loader import load
from embeddings.encoder import Encoder
from server.settings import read_settings
from server.wiring import index_folder, open_encoder
from triage.desk.background import build_index, learn

REAL = 2_000
_AT_ONCE = 2_000
_NOISE = 0.02


def build(data: Path, tickets: int) -> None:
    """Fills an empty folder with a desk that is ready to triage."""
    data.mkdir(parents=True)
    settings = replace(read_settings(data), encoder_threads=2)
    encoder = open_encoder(settings)
    with closing(Database.open(settings.store_url)) as db:
        migrations.upgrade(db)
        load(db, tickets=tickets, days=max(365, tickets // 100), seed=1, progress=_quiet)
        prepare_all(db)
        _make_vectors(db, encoder)
        build_index(db, index_folder(settings, encoder.id), encoder.id, encoder.dim, _quiet)
        learn(db, settings.learned_file, encoder.id, encoder.dim, lambda _done, _total: None)


def _make_vectors(db: Database, encoder: Encoder) -> None:
    with db.read() as session:
        texts = list(session.scalars(select(TicketText.text).order_by(TicketText.ticket_id.desc()).limit(REAL)))
        rows = session.execute(select(TicketText.ticket_id, TicketText.text_hash)).all()
    real = encoder.encode(texts)
    rng = np.random.default_rng(1)
    for chunk, vectors in zip(_chunks(rows), _noisy(real, rng, len(rows)), strict=True):
        values = [
            {"ticket_id": i, "encoder_id": encoder.id, "text_hash": h, "vector": v.tobytes()}
            for (i, h), v in zip(chunk, vectors, strict=False)
        ]
        with db.work() as w:
            w.session.execute(insert(TicketVector), values)


def _chunks(rows: Sequence[Row[int, str]]) -> Iterator[Sequence[Row[int, str]]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]


def _noisy(real: NDArray[np.float32], rng: np.random.Generator, count: int) -> Iterator[NDArray[np.float32]]:
    for _ in range(0, count, _AT_ONCE):
        vectors = real[rng.integers(0, len(real), _AT_ONCE)]
        vectors = vectors + rng.normal(0, _NOISE, vectors.shape).astype(np.float32)
        yield (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype("<f4")


def _quiet(_done: int, _total: int) -> None:
    """Nobody watches a benchmark's bar."""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench history_desk", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="an empty or missing folder")
    parser.add_argument("--tickets", type=int, default=100_000)
    given = parser.parse_args(arguments)
    build(given.data, given.tickets)


if __name__ == "__main__":
    main()
