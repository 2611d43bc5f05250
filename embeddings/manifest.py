"""What an exported encoder says about itself: `manifest.json` beside its files."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from embeddings.errors import EncoderBroken, EncoderMissing
from embeddings.files import sha256

MANIFEST = "manifest.json"
GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"


@dataclass(frozen=True)
class EncoderManifest:
    """One exported encoder. `id` names weights and pooling; the runtime adds its own name and precision."""

    id: str
    model: str
    weights_sha256: str
    pooling: str
    prompt: str
    dim: int
    max_tokens: int
    licence: str
    libraries: dict[str, str]
    files: dict[str, str]
    """File name -> sha256."""

    def write(self, folder: Path) -> None:
        """Write `manifest.json` into `folder`."""
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=2) + "\n")


def read_checked(folder: Path) -> EncoderManifest:
    """Return the manifest of an exported encoder whose files are exactly those that were exported.

    Raises EncoderMissing or EncoderBroken.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise EncoderMissing(folder)
    try:
        manifest = EncoderManifest(**json.loads(path.read_text()))
    except (ValueError, TypeError) as error:
        raise EncoderBroken(path, "a manifest written by the export", str(error)) from error
    for name, expected in manifest.files.items():
        check_file(folder / name, expected)
    return manifest


def check_file(path: Path, expected: str) -> None:
    """Raise EncoderBroken unless the file is there with this sha256."""
    found = sha256(path) if path.is_file() else "no file"
    if found != expected:
        raise EncoderBroken(path, expected, found)
