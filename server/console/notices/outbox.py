"""The outbox: what is to go, what went, what hangs and why; and how this desk sends."""

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from core_psa.db.fields import MAX_KEY
from core_psa.errors import Conflict, Invalid
from core_psa.notices import administration, store
from core_psa.notices.administration import STATES
from core_psa.notices.events import EVENTS
from server.console.forms import EMPTY, Form, Posted, problems
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/outbox")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]
Cursor = Annotated[str | None, Query(max_length=500)]


@router.get("")
def outbox_page(visit: Console, state: str = "", cursor: Cursor = None) -> Response:
    wanted = state if state in STATES else ""
    with visit.db.read() as session:
        try:
            found = administration.outbox_page(session, visit.viewer, cursor, state=wanted or None)
        except Invalid:  # a cursor of another day's link
            return RedirectResponse("/outbox", 303)
        return page(
            visit,
            "notices/outbox.html",
            found=found,
            first=cursor is None,
            state=wanted,
            counts=administration.counts(session, visit.viewer),
            policy=store.policy(session),
            configured=bool(visit.desk.settings.smtp_host),
            events=EVENTS,
        )


@router.get("/settings")
def settings_page(visit: Console) -> Response:
    return _settings(visit)


@router.post("/settings")
def change_settings(visit: Console, form: Posted) -> Response:
    try:
        with visit.db.work() as w:
            held = "on" in form.texts("held")
            administration.set_policy(
                w, visit.viewer, held=held, site=form.text("site"), language=form.text("language").strip()
            )
    except Invalid as invalid:
        return _settings(visit, form, problems(invalid), 422)
    return RedirectResponse("/outbox/settings?saved=1", 303)


@router.get("/{key}")
def mail_page(key: Key, visit: Console) -> Response:
    return _mail(visit, key)


@router.post("/{key}/send")
def send_again(key: Key, visit: Console) -> Response:
    return _steer(visit, key, "send")


@router.post("/{key}/cancel")
def cancel(key: Key, visit: Console) -> Response:
    return _steer(visit, key, "cancel")


def _steer(visit: Visit, key: int, how: str) -> Response:
    steer = administration.send_again if how == "send" else administration.cancel
    try:
        with visit.db.work() as w:
            steer(w, visit.viewer, key)
    except Conflict as conflict:
        return _mail(visit, key, str(conflict), 409)
    return RedirectResponse(f"/outbox/{key}", 303)


def _mail(visit: Visit, key: int, refused: str = "", status: int = 200) -> Response:
    with visit.db.read() as session:
        mail = administration.mail(session, visit.viewer, key)
    return page(visit, "notices/mail.html", status=status, mail=mail, events=EVENTS, refused=refused)


def _settings(visit: Visit, form: Form = EMPTY, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    visit.viewer.require(administration.PERMISSION)
    with visit.db.read() as session:
        policy = store.policy(session)
    settings = visit.desk.settings
    return page(
        visit,
        "notices/settings.html",
        status=status,
        policy=policy,
        server=f"{settings.smtp_host}:{settings.smtp_port}" if settings.smtp_host else "",
        sender=settings.mail_from,
        form=form,
        errors=errors or {},
    )
