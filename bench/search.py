"""How fast and how right the index of solved tickets is, at 10,000, 100,000 and 1,000,000 vectors.

Vectors are real embeddings of the tickets under `--data-sets` and, beyond their number, copies with Gaussian noise so
strong that the median similarity of the fifth neighbour stays what it is among the real ones. Queries are texts held
out from both. Each search asks for one ticket's five neighbours, in a fresh process that does nothing else. A neighbour
counts as found if it is as similar as the true fifth, or more. Processor time stands beside the clock's, for machines
that have other work. Embedding takes some minutes, once: the vectors are kept under var/bench/.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bench.measures import percentile, report
from embeddings.base_build import build_base
from embeddings.base_file import read_manifest
from embeddings.export import export_packaged
from embeddings.onnx_encoder import open_encoder
from embeddings.solved_index import SolvedIndex

Vectors = NDArray[np.float32]

SETS = ("helpdesk_groups", "it_topics", "banking77", "incident_log", "apache_bugs")
PER_SET = 8_000
QUERIES = 1_000
SEARCHES = 10_000
K = 5
CHUNK = 50_000
ENCODER = "bench"


def measure(data_sets: Path, names: list[str], cache: Path, models: Path, sizes: list[int]) -> dict[str, Any]:
    """Build and search an index of each size; return the figures by size."""
    rows = np.unique(np.concatenate([set_vectors(name, data_sets, cache, models) for name in names]), axis=0)
    rows = rows[np.random.default_rng(0).permutation(len(rows))]
    queries, base = rows[:QUERIES], rows[QUERIES:]
    fifth = fifth_similarity(queries, [base])
    return {
        "sets": names,
        "real_vectors": len(base),
        "median_similarity_of_fifth": round(float(np.median(fifth)), 4),
        "sizes": {str(size): at_size(size, base, queries, fifth) for size in sizes},
    }


def set_vectors(name: str, data_sets: Path, cache: Path, models: Path) -> Vectors:
    """Return the vectors of a random sample of one data set, computed once."""
    folder = export_packaged(models)
    kept = cache / f"{name}-{PER_SET}-{folder.name}.npy"
    if not kept.is_file():
        table = pq.read_table(data_sets / name / "history.parquet", columns=["subject", "body"])
        texts = sorted({"\n".join(filter(None, row.values())) for row in table.to_pylist()})
        picked = np.random.default_rng(0).permutation(len(texts))[:PER_SET]
        vectors = open_encoder(folder).encode([texts[row] for row in picked])
        cache.mkdir(parents=True, exist_ok=True)
        np.save(kept, vectors)
    return np.asarray(np.load(kept), np.float32)


def at_size(size: int, base: Vectors, queries: Vectors, real_fifth: Vectors) -> dict[str, Any]:
    """Build one index, search it in a fresh process, compare with exact search."""
    noise = tuned_noise(size, base, queries[:150], float(np.median(real_fifth)))
    fifth = fifth_similarity(queries, (vectors for _, vectors in batches(size, base, noise)))
    with tempfile.TemporaryDirectory(prefix="fifthcall-bench-") as name:
        folder = Path(name)
        started, worked = time.perf_counter(), time.process_time()
        build_base(folder, ENCODER, base.shape[1], batches(size, base, noise), position=0)
        built, worked = time.perf_counter() - started, time.process_time() - worked
        np.save(folder / "queries.npy", queries)
        command = [sys.executable, "-m", "bench.search", "--searched", str(folder)]
        searched = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        found = np.load(folder / "found.npy")
        manifest = read_manifest(folder)
    return {
        "kind": manifest.kind if manifest else "none",
        "probes": manifest.probes if manifest else 0,
        "noise": round(noise, 5),
        "fifth_with_noise": round(float(np.median(fifth)), 4),
        "recall_at_5": round(float((found >= fifth[:, None] - 1e-6).mean()), 5),
        **searched,
        "build_s": round(built, 1),
        "build_cpu_s": round(worked, 1),
    }


def batches(size: int, base: Vectors, noise: float) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
    """Yield ids and vectors, the same every time: real ones as far as they go, then noisy copies."""
    random = np.random.default_rng(1)
    for start in range(0, size, CHUNK):
        ids = np.arange(start, min(size, start + CHUNK))
        real = ids < len(base)
        vectors = base[np.where(real, ids, random.integers(0, len(base), len(ids))) % len(base)]
        if not real.all():
            vectors[~real] = with_noise(vectors[~real], noise, random)
        yield ids, vectors


def with_noise(vectors: Vectors, noise: float, random: np.random.Generator) -> Vectors:
    moved = vectors + np.float32(noise) * random.standard_normal(vectors.shape, np.float32)
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)


def tuned_noise(size: int, base: Vectors, queries: Vectors, wanted: float) -> float:
    """Return the noise (standard deviation per number) at which the median fifth similarity is `wanted`."""
    copies = size // len(base)
    if copies < 2:
        return 0.0
    near = np.argsort(-(queries @ base.T), axis=1)[:, :60]
    low, high = 0.0, 0.1
    for _ in range(9):
        noise, random = (low + high) / 2, np.random.default_rng(2)
        fifth = [
            np.sort(with_noise(np.repeat(base[rows], copies, axis=0), noise, random) @ query)[-K]
            for rows, query in zip(near, queries, strict=True)
        ]
        low, high = (noise, high) if np.median(fifth) > wanted else (low, noise)
    return low


def fifth_similarity(queries: Vectors, parts: Any) -> Vectors:
    """Return each query's similarity to its true fifth neighbour, by comparing all."""
    best = np.full((len(queries), K), -np.inf, np.float32)
    for vectors in parts:
        for start in range(0, len(queries), 250):
            block = slice(start, start + 250)
            together = np.concatenate([best[block], queries[block] @ vectors.T], axis=1)
            best[block] = np.partition(together, -K, axis=1)[:, -K:]
    return np.asarray(best.min(axis=1))


def searched(folder: Path) -> dict[str, Any]:
    """Search one query at a time, as triage does; leave what was found beside the queries."""
    import faiss  # noqa: F401  # loaded before memory is counted

    queries = np.load(folder / "queries.npy")
    before = _memory("VmRSS")
    started = time.perf_counter()
    index = SolvedIndex.open(folder, ENCODER, queries.shape[1])
    opened = time.perf_counter() - started
    waited: list[float] = []
    worked: list[float] = []
    found = np.empty((len(queries), K), np.float32)
    for number in range(SEARCHES):
        row = number % len(queries)
        started, busy = time.perf_counter(), time.process_time()
        _, similarities = index.nearest(queries[row : row + 1], K)
        waited.append(1000 * (time.perf_counter() - started))
        worked.append(1000 * (time.process_time() - busy))
        found[row] = similarities[0]
    np.save(folder / "found.npy", found)
    return {
        "searches": SEARCHES,
        "p50_ms": round(percentile(waited, 0.5), 3),
        "p99_ms": round(percentile(waited, 0.99), 3),
        "p50_cpu_ms": round(percentile(worked, 0.5), 3),
        "open_s": round(opened, 2),
        "memory_growth_mb": round((_memory("VmHWM") - before) / 1e3),
    }


def _memory(name: str) -> int:
    """Return this process's resident memory, now or at its peak, in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench search", description=__doc__)
    parser.add_argument("--data-sets", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--cache", type=Path, default=Path("var/bench"))
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--searched", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.searched:
        print(json.dumps(searched(given.searched)))
        return
    names, sizes = given.sets.split(","), [int(size) for size in given.sizes.split(",")]
    report("search", measure(given.data_sets, names, given.cache, given.models, sizes), given.out)


if __name__ == "__main__":
    main()
