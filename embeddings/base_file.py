"""The base of a solved index on disk: what it says about itself, how it is published and how it is checked.

manifest.json               what holds now; replaced in one step
HASH-vectors.bin            (count, dim) fp32 rows, in the order of their ids
HASH-ids.bin                (count,) int64, ascending
HASH-lists.faiss            kind "ivf" only: rows by the neighbourhood they lie in, compressed to bits
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from embeddings.errors import IndexBroken
from embeddings.files import sha256

MANIFEST = "manifest.json"
VECTORS, IDS, LISTS = "vectors.bin", "ids.bin", "lists.faiss"


@dataclass(frozen=True)
class BaseFile:
    """One published file: its name, its length in bytes and its content's digest."""

    name: str
    length: int
    sha256: str


@dataclass(frozen=True)
class BaseManifest:
    """One base. `position`: how far in the store's change feed it reaches. `probes`: lists one search looks into."""

    encoder_id: str
    dim: int
    count: int
    kind: Literal["flat", "ivf"]
    position: int
    probes: int
    files: dict[str, BaseFile]
    """By role: vectors.bin, ids.bin, lists.faiss."""


def read_manifest(folder: Path) -> BaseManifest | None:
    """Return what the folder holds, None where nothing has been built. Raises IndexBroken."""
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        said = json.loads(path.read_text())
        said["files"] = {role: BaseFile(**file) for role, file in said["files"].items()}
        return BaseManifest(**said)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexBroken(path, "a manifest written by build_base", str(error)) from error


def checked_paths(folder: Path, manifest: BaseManifest, encoder_id: str, dim: int) -> dict[str, Path]:
    """Return the files of a base by role, each exactly as it was written. Raises IndexBroken.

    Nothing may be mapped before this: reading a mapped file that is too short kills the process.
    """
    wanted, found = (
        f"vectors of {encoder_id}, {dim} numbers",
        f"vectors of {manifest.encoder_id}, {manifest.dim} numbers",
    )
    if wanted != found:
        raise IndexBroken(folder / MANIFEST, wanted, found)
    paths = {role: folder / file.name for role, file in manifest.files.items()}
    for role, path in paths.items():
        _check(path, manifest.files[role])
    return paths


def publish(made: Iterable[Path], folder: Path, manifest: BaseManifest) -> None:
    """Move finished files into the folder, then name them in its manifest; what was named before goes.

    A process that has mapped or opened the older files keeps them until it lets go.
    """
    for path in made:
        path.replace(folder / manifest.files[path.name].name)
    written = folder / f".{MANIFEST}"
    written.write_text(json.dumps(asdict(manifest), indent=2) + "\n")
    written.replace(folder / MANIFEST)
    named = {file.name for file in manifest.files.values()}
    for role in (VECTORS, IDS, LISTS):
        for path in folder.glob(f"*-{role}"):
            if path.name not in named:
                path.unlink()


def described(path: Path) -> BaseFile:
    """Return a finished file's length, digest and the name it will go by."""
    digest = sha256(path)
    return BaseFile(f"{digest[:16]}-{path.name}", path.stat().st_size, digest)


def _check(path: Path, said: BaseFile) -> None:
    length = path.stat().st_size if path.is_file() else -1
    if length != said.length:
        raise IndexBroken(path, f"{said.length} bytes", f"{length} bytes" if length >= 0 else "no file")
    digest = sha256(path)
    if digest != said.sha256:
        raise IndexBroken(path, f"sha256 {said.sha256}", f"sha256 {digest}")
