"""Senders whose messages are filed as spam."""

from typing import Annotated

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from core_psa.db.fields import MAX_KEY
from core_psa.intake.senders import actions, store
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/administration/blocked-senders")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]
_HERE = "/administration/blocked-senders"


@router.get("")
def senders_page(visit: Console, cursor: str | None = None) -> Response:
    return _page(visit, cursor)


@router.post("")
def block(visit: Console, form: Posted) -> Response:
    given = {"sender": form.text("sender"), "note": form.text("note").strip()}
    errors = attempt(visit.db, lambda w: actions.block(w, visit.viewer, **given))
    return _page(visit, None, errors, form) if errors else RedirectResponse(f"{_HERE}?saved=1", 303)


@router.post("/{blocked_id}/remove")
def unblock(visit: Console, blocked_id: Key) -> Response:
    with visit.db.work() as w:
        actions.unblock(w, visit.viewer, blocked_id)
    return RedirectResponse(f"{_HERE}?saved=1", 303)


def _page(visit: Visit, cursor: str | None, errors: dict[str, str] | None = None, form: Form = EMPTY) -> Response:
    with visit.db.read() as session:
        found = store.sender_page(session, visit.viewer, cursor)
    return page(
        visit,
        "by_itself/senders.html",
        status=422 if errors else 200,
        found=found,
        first=cursor is None,
        errors=errors or {},
        form=form,
    )
