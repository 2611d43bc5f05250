"""Sending a file that somebody else wrote, so that no browser ever runs it in our name."""

from pathlib import Path

from starlette.responses import FileResponse, Response

from core_psa.attachments.tables import Attachment
from core_psa.errors import NotFound
from server.wiring import Desk

# Whatever a browser makes of it, it may load nothing, run nothing and knows no cookie.
_ALONE = {"content-security-policy": "default-src 'none'; sandbox", "x-content-type-options": "nosniff"}


def download(desk: Desk, row: Attachment) -> Response:
    """As a file to be saved, under the name it was sent by."""
    return FileResponse(
        _place(desk, row), media_type="application/octet-stream", filename=row.name, headers=dict(_ALONE)
    )


def picture(desk: Desk, row: Attachment) -> Response:
    """In the page, only for what was found to be a picture."""
    if row.look != "image":
        raise NotFound("picture", row.id)
    kept = {**_ALONE, "cache-control": "private, max-age=3600"}
    return FileResponse(
        _place(desk, row), media_type=row.media_type, filename=row.name, headers=kept, content_disposition_type="inline"
    )


def beginning(desk: Desk, row: Attachment, most: int) -> str:
    """The first bytes of what was found to be a text."""
    if row.look != "text":
        raise NotFound("text", row.id)
    with _place(desk, row).open("rb") as file:
        return file.read(most).decode("utf-8", "replace")


def _place(desk: Desk, row: Attachment) -> Path:
    path = desk.files.path(row.sha256)
    if not path.is_file():
        raise NotFound("content of attachment", row.id)
    return path
