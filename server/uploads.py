"""Files that come in with a request: each is received whole, looked into, and staged for a message."""

from collections.abc import Sequence

from starlette.datastructures import UploadFile

from core_psa.desk import attachments
from core_psa.errors import FieldError, Invalid
from core_psa.viewer import Viewer
from server.wiring import Desk


def stage(desk: Desk, viewer: Viewer, ticket_id: int, files: Sequence[UploadFile]) -> list[int]:
    """Ids of the files, waiting for a message; those before one that is refused wait too.

    A content is written before the transaction that names it, so that a large file holds nobody up.
    """
    kept = desk.files
    if len(files) > kept.limits.files:
        raise Invalid(FieldError("files", f"takes at most {kept.limits.files} files at once, not {len(files)}"))
    ids = []
    for file in files:
        with kept.received(file.file, file.filename or "") as received, desk.db.work() as w:
            ids.append(attachments.stage(w, viewer, ticket_id, kept, received).id)
    return ids
