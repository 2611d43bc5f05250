"""My account: password, second factor, where I am signed in, and the providers I am linked with."""

from typing import Annotated

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from core_psa.access import actions as access
from core_psa.access import second_factor, sessions, single_sign_on
from core_psa.db.fields import MAX_KEY
from core_psa.db.records import get
from core_psa.errors import Conflict, FieldError, Invalid, TooManyAttempts
from core_psa.organisation import store as organisation
from core_psa.organisation.tables import Agent
from server.console.forms import EMPTY, Form, Posted, problems
from server.console.qr import qr
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page

router = page_router("/account")

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]


@router.get("")
def account_page(visit: Console) -> Response:
    return _account(visit)


@router.post("/password")
def change_password(visit: Console, form: Posted) -> Response:
    new = form.text("password")
    try:
        if new != form.text("repeated"):
            raise Invalid(FieldError("repeated", "is not the same as the new password"))
        access.change_password(visit.db, visit.viewer, form.text("present"), new, visit.session_id)
    except TooManyAttempts as held:
        return _account(visit, {"present": f"too many attempts: try again in {held.retry_after_seconds} s"}, 429)
    except Invalid as invalid:
        return _account(visit, problems(invalid), 422)
    return _saved("password")


@router.get("/second-factor")
def set_up_page(visit: Console) -> Response:
    return _set_up(visit)


@router.post("/second-factor")
def set_up(visit: Console, form: Posted) -> Response:
    try:
        with visit.db.work() as w:
            codes = second_factor.confirm(w, _me(visit), form.text("code"))
    except (Invalid, Conflict) as error:
        return _set_up(visit, problems(error), form, 422)
    return page(visit, "access/codes.html", codes=codes)


@router.post("/second-factor/codes")
def renew_codes(visit: Console, form: Posted) -> Response:
    try:
        with visit.db.work() as w:
            codes = second_factor.renew_codes(w, visit.viewer, form.text("code"))
    except Invalid as invalid:
        return _account(visit, problems(invalid), 422)
    return page(visit, "access/codes.html", codes=codes)


@router.post("/second-factor/remove")
def remove(visit: Console, form: Posted) -> Response:
    try:
        with visit.db.work() as w:
            second_factor.remove(w, visit.viewer, form.text("code"))
    except (Invalid, Conflict) as error:
        return _account(visit, problems(error), 422)
    return _saved("second factor")


@router.post("/sessions/end-others")
def end_others(visit: Console) -> Response:
    with visit.db.work() as w:
        sessions.end_all(w, visit.viewer, _me(visit), but=visit.session_id)
    return _saved("sessions")


@router.post("/sessions/{session_id}/end")
def end(visit: Console, session_id: Key) -> Response:
    with visit.db.work() as w:
        sessions.end(w, visit.viewer, session_id)
    return _saved("sessions")


@router.post("/links/{link_id}/remove")
def unlink(visit: Console, link_id: Key) -> Response:
    with visit.db.work() as w:
        single_sign_on.unlink(w, visit.viewer, link_id)
    return _saved("links")


def _me(visit: Visit) -> int:
    return visit.viewer.agent_id or 0


def _saved(what: str) -> Response:
    return RedirectResponse(f"/account?saved={what}", 303)


def _account(visit: Visit, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    me, now = _me(visit), visit.db.clock.now()
    with visit.db.read() as session:
        linked = single_sign_on.links_of(session, visit.viewer, me)
        known = {link.provider_id for link, _ in linked}
        return page(
            visit,
            "access/account.html",
            status=status,
            errors=errors or {},
            form=EMPTY,
            has_second_factor=second_factor.is_set_up(session, me),
            asked_for=second_factor.is_required(session, me),
            codes_left=second_factor.codes_left(session, me),
            me=get(session, Agent, me),
            roles=organisation.roles_of(session, [me]).get(me, []),
            open_sessions=sessions.sessions_of(session, visit.viewer, me, now),
            links=linked,
            providers=[(i, name) for i, name in single_sign_on.offered_providers(session) if i not in known],
        )


def _set_up(visit: Visit, errors: dict[str, str] | None = None, form: Form = EMPTY, status: int = 200) -> Response:
    try:
        with visit.db.work() as w:
            enrolment = second_factor.begin(w, _me(visit), visit.organisation or "Fifthcall")
    except Conflict:
        return RedirectResponse("/account", 303)
    facts = {"enrolment": enrolment, "drawing": qr(enrolment.address), "errors": errors or {}, "form": form}
    return page(visit, "access/set_up.html", status=status, **facts)
