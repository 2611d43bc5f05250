"""Signing in and out: the password, then the second factor where there is one or a role asks for one."""

from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from core_psa.access import actions as access
from core_psa.access import second_factor, sessions, single_sign_on
from core_psa.access.sessions import Caller, SignedIn
from core_psa.errors import Conflict, Invalid, TooManyAttempts, Unauthenticated
from core_psa.organisation.store import is_sandbox
from server.console import session
from server.console.forms import Posted
from server.console.qr import qr
from server.console.router import page_router
from server.console.session import Console
from server.console.views import bare_page
from server.wiring import Desk

router = page_router()

_NEXT_STEP = {"code": "/sign-in/code", "enrolment": "/sign-in/enrolment"}


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "/") -> Response:
    desk: Desk = request.app.state.desk
    try:
        session.viewer_of(request, desk)
    except Unauthenticated:
        return sign_in_form(request, session.local_path(next))
    return RedirectResponse(session.local_path(next), 303)


@router.post("/sign-in")
def sign_in(request: Request, form: Posted) -> Response:
    session.must_have_our_origin(request)
    desk: Desk = request.app.state.desk
    target, email = session.local_path(form.text("next")), form.text("email")
    who = caller(request)
    try:
        found = access.sign_in(desk.db, email, form.text("password"), address=who.address, browser=who.browser)
    except access.SignInElsewhere as elsewhere:
        return sign_in_form(request, target, email, f"Your desk wants you to sign in with {elsewhere.provider}.", 403)
    except Unauthenticated:
        return sign_in_form(request, target, email, "This address and password do not go together.", 401)
    except TooManyAttempts as held:
        return sign_in_form(request, target, email, _wait(held), 429)
    return let_in(desk, found, target)


@router.get("/sign-in/code")
def code_page(request: Request, next: str = "/") -> Response:
    return _code_form(request, session.local_path(next)) if _waits_for(request, "code") else _from_the_start(next)


@router.post("/sign-in/code")
def enter_code(request: Request, form: Posted) -> Response:
    session.must_have_our_origin(request)
    desk: Desk = request.app.state.desk
    target, who = session.local_path(form.text("next")), caller(request)
    token = session.token_of(request, desk.settings)
    try:
        found = access.finish_sign_in(desk.db, token, form.text("code"), address=who.address, browser=who.browser)
    except Unauthenticated:
        return _from_the_start(target)
    except Invalid:
        return _code_form(request, target, "This code is wrong, or was used already. Wait for the next one.", 401)
    except TooManyAttempts as held:
        return _code_form(request, target, _wait(held), 429)
    return let_in(desk, found, target)


@router.get("/sign-in/enrolment")
def enrolment_page(request: Request, next: str = "/") -> Response:
    waiting = _waits_for(request, "enrolment")
    return _enrolment_form(request, waiting, session.local_path(next)) if waiting else _from_the_start(next)


@router.post("/sign-in/enrolment")
def enrol(request: Request, form: Posted) -> Response:
    session.must_have_our_origin(request)
    desk: Desk = request.app.state.desk
    target, token = session.local_path(form.text("next")), session.token_of(request, desk.settings)
    waiting = _waits_for(request, "enrolment")
    if not waiting:
        return _from_the_start(target)
    try:
        with desk.db.work() as w:
            found, codes = access.finish_enrolment(w, token, form.text("code"), caller(request))
    except (Invalid, Conflict):
        return _enrolment_form(request, waiting, target, "This is not what your authenticator shows now.", 422)
    response = bare_page("sign_in/codes.html", theme=_theme(request), codes=codes, target=target)
    session.remember(response, desk.settings, found.token)
    return response


@router.post("/sign-out")
def sign_out(visit: Console) -> Response:
    with visit.db.work() as w:
        sessions.sign_out(w, visit.session_id)
    response = RedirectResponse("/sign-in", 303)
    session.forget(response, visit.desk.settings)
    return response


def let_in(desk: Desk, found: SignedIn, target: str) -> Response:
    """On to where they were going, or to the step that is still missing."""
    step = _NEXT_STEP.get(found.stage)
    response = RedirectResponse(f"{step}?{urlencode({'next': target})}" if step else target, 303)
    session.remember(response, desk.settings, found.token)
    return response


def caller(request: Request) -> Caller:
    return Caller(request.client.host if request.client else "", request.headers.get("user-agent", ""))


def sign_in_form(request: Request, target: str, email: str = "", error: str = "", status: int = 200) -> Response:
    desk: Desk = request.app.state.desk
    with desk.db.read() as read:
        providers, sandbox = single_sign_on.offered_providers(read), is_sandbox(read)
    facts = {"target": target, "email": email, "error": error, "providers": providers, "sandbox": sandbox}
    return bare_page("sign_in.html", theme=_theme(request), status=status, **facts)


def _waits_for(request: Request, stage: str) -> int | None:
    """The agent whose sign-in waits for this step in this browser."""
    desk: Desk = request.app.state.desk
    token = session.token_of(request, desk.settings)
    try:
        with desk.db.read() as read:
            return sessions.half(read, token, desk.db.clock.now(), stage).agent_id
    except Unauthenticated:
        return None


def _code_form(request: Request, target: str, error: str = "", status: int = 200) -> Response:
    return bare_page("sign_in/code.html", theme=_theme(request), status=status, target=target, error=error)


def _enrolment_form(
    request: Request, agent_id: int | None, target: str, error: str = "", status: int = 200
) -> Response:
    desk: Desk = request.app.state.desk
    with desk.db.work() as w:
        enrolment = second_factor.begin(w, agent_id or 0, "Fifthcall")
    facts = {"target": target, "error": error, "enrolment": enrolment, "drawing": qr(enrolment.address)}
    return bare_page("sign_in/enrolment.html", theme=_theme(request), status=status, **facts)


def _from_the_start(target: str) -> Response:
    return RedirectResponse(f"/sign-in?{urlencode({'next': session.local_path(target)})}", 303)


def _wait(held: TooManyAttempts) -> str:
    return f"Too many attempts: try again in {held.retry_after_seconds} s."


def _theme(request: Request) -> str:
    return request.cookies.get("theme", "")
