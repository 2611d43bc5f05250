"""Files on tickets over the API."""

from typing import Annotated

from fastapi import File, Query, UploadFile
from pydantic import AwareDatetime
from starlette.responses import Response

from core_psa.attachments.tables import Attachment
from core_psa.desk import attachments as desk
from core_psa.reads import attachments as reads
from server import downloads, uploads
from server.api.deps import Api
from server.api.models import Key, Listed, Record
from server.api.router import api_router
from server.api.tickets import TicketKey, ticket_id

router = api_router("attachments")

Sent = Annotated[list[UploadFile], File(description="one or several files")]
Public = Annotated[bool, Query(description="whether the customer sees them")]
Waiting = Annotated[bool, Query(description="keep them for a message: name their ids in `attachments` of its action")]


class AttachmentOut(Record):
    """`look` is what the content was found to be: image, text or other. Without an `action_id` it waits for a message."""

    id: int
    ticket_id: int
    action_id: int | None
    name: str
    size: int
    sha256: str
    look: str
    public: bool
    by: str
    at: AwareDatetime


@router.get("/tickets/{key}/attachments")
def list_attachments(api: Api, key: TicketKey) -> Listed[AttachmentOut]:
    """Every file of the ticket that the caller may read, the oldest first."""
    with api.db.read() as session:
        rows = reads.of_ticket(session, api.viewer, ticket_id(key))
    return Listed(items=[AttachmentOut.of(row) for row in rows], next_cursor=None)


@router.post("/tickets/{key}/attachments", status_code=201)
def add_attachments(
    api: Api, key: TicketKey, files: Sent, public: Public = False, staged: Waiting = False
) -> Listed[AttachmentOut]:
    """Files as an entry of their own on the timeline, internal unless told otherwise."""
    number = ticket_id(key)
    ids = uploads.stage(api.desk, api.viewer, number, files)
    with api.db.work() as w:
        if not staged:
            desk.add(w, api.viewer, number, ids, public=public)
            w.after_commit(api.desk.live.look_now)
        rows = [w.session.get_one(Attachment, i) for i in ids]
        return Listed(items=[AttachmentOut.of(row) for row in rows], next_cursor=None)


@router.get("/attachments/{attachment_id}")
def get_attachment(api: Api, attachment_id: Key) -> AttachmentOut:
    with api.db.read() as session:
        return AttachmentOut.of(reads.attachment(session, api.viewer, attachment_id))


@router.get(
    "/attachments/{attachment_id}/content",
    response_class=Response,
    responses={
        200: {
            "description": "the file",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def get_content(api: Api, attachment_id: Key) -> Response:
    """The file as it was sent."""
    with api.db.read() as session:
        row = reads.attachment(session, api.viewer, attachment_id)
    return downloads.download(api.desk, row)


@router.delete("/attachments/{attachment_id}")
def remove_attachment(api: Api, attachment_id: Key) -> AttachmentOut:
    """Takes a file off its ticket. Its content goes when nothing else holds it."""
    with api.db.work() as w:
        gone = AttachmentOut.of(reads.attachment(w.session, api.viewer, attachment_id))
        desk.remove(w, api.viewer, attachment_id)
        w.after_commit(api.desk.live.look_now)
        return gone
