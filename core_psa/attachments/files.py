"""The folder of files. A content stands under its sha256 and is never changed; what comes in is written beside and renamed."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core_psa.attachments.rules import HEAD, Limits, Look, look, name, refusal
from core_psa.errors import FieldError, Invalid

_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Received:
    """A file that has come in whole and is not kept yet."""

    path: Path
    name: str
    size: int
    sha256: str
    look: Look


class Files:
    def __init__(self, folder: Path, limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        self.folder, self.limits = folder, limits

    @contextmanager
    def received(self, stream: BinaryIO, given_name: str) -> Iterator[Received]:
        """The file, measured and looked into; gone afterwards unless it was kept. Raises Invalid naming the file."""
        kept_name = name(given_name)
        if reason := refusal(kept_name, self.limits):
            raise Invalid(FieldError("files", f"{kept_name}: {reason}"))
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(suffix=".part", dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as target:
                size, digest, head = self._copy(stream, target, kept_name)
            yield Received(Path(path), kept_name, size, digest, look(head))
        finally:
            with suppress(FileNotFoundError):
                Path(path).unlink()

    def _copy(self, stream: BinaryIO, target: BinaryIO, kept_name: str) -> tuple[int, str, bytes]:
        digest, size, head = hashlib.sha256(), 0, b""
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > self.limits.file_bytes:
                most = self.limits.file_bytes / (1024 * 1024)
                raise Invalid(FieldError("files", f"{kept_name}: is larger than {most:g} MB"))
            head = head or chunk[:HEAD]
            digest.update(chunk)
            target.write(chunk)
        if not size:
            raise Invalid(FieldError("files", f"{kept_name}: is empty"))
        target.flush()
        os.fsync(target.fileno())
        return size, digest.hexdigest(), head

    def keep(self, file: Received) -> None:
        """Puts it under its name for good. Twice is once."""
        place = self.path(file.sha256)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        file.path.replace(place)

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def remove(self, sha256: str) -> None:
        with suppress(FileNotFoundError):
            self.path(sha256).unlink()
