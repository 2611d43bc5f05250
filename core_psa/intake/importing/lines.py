"""Text files line by line: UTF-8, with or without its mark; UTF-16 if marked; older lines as Windows wrote them."""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Survey:
    """What one pass over a file finds: its name among all files, its lines, and how many of them are not UTF-8."""

    sha256: str
    lines: int = 0
    foreign: int = 0


def survey(path: Path) -> Survey:
    """Raises OSError as `open` does."""
    digest, count, foreign = hashlib.sha256(), 0, 0
    with path.open("rb") as file:
        for line in file:
            digest.update(line)
            count += 1
            foreign += not _is_utf8(line)
    return Survey(digest.hexdigest(), count, 0 if _is_utf16(path) else foreign)


def survey_binary(path: Path) -> Survey:
    with path.open("rb") as file:
        return Survey(hashlib.file_digest(file, "sha256").hexdigest())


def lines(path: Path) -> Iterator[str]:
    """Each line with its ending. No byte is refused: what is not UTF-8 is read as Windows-1252, or else as Latin-1."""
    if _is_utf16(path):
        with path.open(encoding="utf-16", errors="replace", newline="\n") as marked:
            yield from marked
        return
    with path.open("rb") as file:
        yield _decoded(file.readline()).removeprefix("\ufeff")
        for line in file:
            yield _decoded(line)


def _is_utf16(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) in _UTF16_MARKS


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(line: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")
