"""What the agent has been told, and marking it as read."""

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from core_psa.db.fields import MAX_KEY
from core_psa.errors import Invalid
from core_psa.notices import notifications
from core_psa.notices.events import EVENTS
from core_psa.reads.notified import told_page
from server.console.forms import Form, Posted
from server.console.router import page_router
from server.console.session import Console, Visit, local_path
from server.console.views import page

router = page_router("/notifications")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]


@router.get("")
def notifications_page(
    visit: Console, cursor: Annotated[str | None, Query(max_length=500)] = None, unread: bool = False
) -> Response:
    with visit.db.read() as session:
        try:
            shown, following = told_page(session, visit.viewer, cursor, unread=unread)
        except Invalid:  # a cursor of another day's link
            return RedirectResponse("/notifications", 303)
    return page(
        visit,
        "notices/inbox.html",
        shown=shown,
        next_cursor=following,
        first=cursor is None,
        unread=unread,
        events=EVENTS,
    )


@router.post("/read")
def read_all(visit: Console, form: Posted) -> Response:
    """Everything that was there when the page was drawn; what came in since stays unread."""
    with visit.db.work() as w:
        notifications.read_all(w, visit.viewer, form.number("up_to"))
        w.after_commit(visit.desk.live.look_now)
    return _back(visit, form)


@router.post("/{key}/read")
def read(key: Key, visit: Console, form: Posted) -> Response:
    with visit.db.work() as w:
        notifications.read(w, visit.viewer, key, again=bool(form.text("again")))
        w.after_commit(visit.desk.live.look_now)
    return _back(visit, form)


def _back(visit: Visit, form: Form) -> Response:
    return RedirectResponse(local_path(form.text("back") or "/notifications"), 303)
