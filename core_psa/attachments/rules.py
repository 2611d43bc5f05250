"""What may come in, under which name it is kept, and what of it a browser may be shown. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

Kind = Literal["image", "text", "other"]

MAX_NAME = 200
# So much of a text is shown; the rest is a download away.
SHOWN_TEXT = 64 * 1024
HEAD = 8 * 1024

# Programs that run where they are opened: nobody sends one on purpose, and everybody clicks one by mistake.
RUNNABLE = "app bat cmd com cpl dll exe hta inf jar js jse lnk msc msi msp mst pif ps1 psm1 reg scr sct sh url vb vbe vbs ws wsc wsf wsh"
# Only pictures without a language of their own. SVG is one: it can hold scripts.
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_RESERVED = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_TEXT_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Limits:
    """`refused` are endings of names, in lower case and without the dot."""

    file_bytes: int = 25 * 1024 * 1024
    files: int = 20
    refused: frozenset[str] = frozenset(RUNNABLE.split())


class Look(NamedTuple):
    """What a content is taken for, by its first bytes and never by what its sender says."""

    kind: Kind
    media_type: str


OTHER = Look("other", "application/octet-stream")


def name(given: str) -> str:
    """One line that every file system takes: no folder, no control character, nothing that changes the direction of writing."""
    plain = "".join(c for c in unicodedata.normalize("NFC", given) if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    last = _RESERVED.sub("_", re.split(r"[\\/]", plain)[-1]).strip(" .")
    stem, dot, ending = last.rpartition(".")
    if len(last) > MAX_NAME:
        last = f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}" if dot and len(ending) < 20 else last[:MAX_NAME]
    return last or "file"


def refusal(kept_name: str, limits: Limits) -> str | None:
    """Why a file of this name is not taken, or None. Every ending counts: report.pdf.exe is a program, as is setup.exe.txt."""
    endings = [suffix[1:].lower() for suffix in PurePosixPath(kept_name).suffixes]
    runs = next((ending for ending in endings if ending in limits.refused), None)
    return f"files that end in .{runs} are not taken: they can run as programs" if runs else None


def look(head: bytes) -> Look:
    """From the first HEAD bytes: a picture a browser can show, a text, or something else."""
    for magic, media_type in _PICTURES:
        if head.startswith(magic):
            return Look("image", media_type)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Look("image", "image/webp")
    return Look("text", "text/plain") if head and _is_text(head) else OTHER


def _is_text(head: bytes) -> bool:
    if _TEXT_CONTROLS.search(head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # A character may be cut in two where the head ends.
        return len(head) >= HEAD and error.start >= len(head) - 3
    return True
