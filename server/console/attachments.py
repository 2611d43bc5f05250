"""Files of tickets: to be saved, or looked at where that is safe."""

from starlette.responses import Response

from core_psa.attachments.rules import SHOWN_TEXT
from core_psa.attachments.tables import Attachment
from core_psa.desk import attachments as desk
from core_psa.reads import attachments as reads
from server import downloads
from server.api.models import Key
from server.console.forms import Posted
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.ticket_changes import attempt
from server.console.ticket_key import TicketKey
from server.console.views import page

router = page_router()


@router.get("/attachments/{attachment_id}")
def download(attachment_id: Key, visit: Console) -> Response:
    return downloads.download(visit.desk, _row(visit, attachment_id))


@router.get("/attachments/{attachment_id}/picture")
def picture(attachment_id: Key, visit: Console) -> Response:
    return downloads.picture(visit.desk, _row(visit, attachment_id))


@router.get("/attachments/{attachment_id}/text")
def text(attachment_id: Key, visit: Console) -> Response:
    """The beginning of a text, as a part of a page."""
    row = _row(visit, attachment_id)
    beginning = downloads.beginning(visit.desk, row, SHOWN_TEXT)
    return page(visit, "ticket/file_text.html", text=beginning, left_out=max(0, row.size - SHOWN_TEXT), file=row)


@router.post("/tickets/{key}/attachments/{attachment_id}/remove")
def remove(key: TicketKey, attachment_id: Key, form: Posted, visit: Console) -> Response:
    _row(visit, attachment_id)
    return attempt(visit, int(key), form, "head", lambda w: desk.remove(w, visit.viewer, attachment_id), checked=False)


def _row(visit: Visit, attachment_id: int) -> Attachment:
    with visit.db.read() as session:
        return reads.attachment(session, visit.viewer, attachment_id)
