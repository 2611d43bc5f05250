"""Writing the next base of a solved index: work for a child process, one at a time for each folder."""

import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from embeddings.base_file import IDS, LISTS, VECTORS, BaseManifest, described, publish
from embeddings.index import Ids, Vectors
from embeddings.rows import RowFile

EXACT_UP_TO = 30_000
"""Up to this many vectors everything is compared: about 3 ms for one query."""

_SCRATCH = ".build-"
_AT_ONCE = 65_536


def build_base(
    folder: Path,
    encoder_id: str,
    dim: int,
    batches: Iterable[tuple[Ids, Vectors]],
    position: int,
    progress: Callable[[int], None] | None = None,
    *,
    exact_up_to: int = EXACT_UP_TO,
) -> None:
    """Write and publish a base over all batches of (n,) ids and (n, dim) unit vectors.

    An id that comes twice keeps its last vector. `position`: how far in the store's change feed the batches reach.
    `progress` is told how many vectors have been read. A crash leaves the older base in place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=folder) as name:
        scratch = Path(name)
        ids = _in_order(scratch, dim, _spool(scratch / VECTORS, dim, batches, progress or _nobody_watches))
        ids.tofile(scratch / IDS)
        made = [scratch / VECTORS, scratch / IDS]
        probes = 0
        if len(ids) > exact_up_to:
            from embeddings import ivf  # small desks never load FAISS

            probes = ivf.build(RowFile(scratch / VECTORS, len(ids), dim), len(ids), scratch / LISTS)
            made.append(scratch / LISTS)
        manifest = BaseManifest(
            encoder_id=encoder_id,
            dim=dim,
            count=len(ids),
            kind="ivf" if probes else "flat",
            position=position,
            probes=probes,
            files={path.name: described(path) for path in made},
        )
        publish(made, folder, manifest)


def _spool(path: Path, dim: int, batches: Iterable[tuple[Ids, Vectors]], progress: Callable[[int], None]) -> Ids:
    """Write all vectors as they come; return their ids."""
    seen, count = [np.empty(0, np.int64)], 0
    with path.open("wb") as file:
        for ids, vectors in batches:
            file.write(np.ascontiguousarray(vectors, np.float32).reshape(len(ids), dim).data)
            seen.append(np.asarray(ids, np.int64))
            count += len(ids)
            progress(count)
    return np.concatenate(seen)


def _in_order(scratch: Path, dim: int, ids: Ids) -> Ids:
    """Rewrite spooled rows by ascending id, the last of each id kept; return the ids that remain."""
    if (np.diff(ids) > 0).all():
        return ids
    order = np.argsort(ids, kind="stable")
    last = np.append(ids[order][1:] != ids[order][:-1], True)
    kept = order[last]
    spooled = RowFile(scratch / VECTORS, len(ids), dim)
    with (scratch / "sorted").open("wb") as file:
        for start in range(0, len(kept), _AT_ONCE):
            file.write(spooled.read(kept[start : start + _AT_ONCE]).data)
    (scratch / "sorted").replace(scratch / VECTORS)
    return np.asarray(ids[kept])


def _nobody_watches(count: int) -> None:
    """Progress that is not shown."""
