"""Signing in and out."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from core_psa.access import actions as access
from core_psa.errors import TooManyAttempts, Unauthenticated
from server.console import session
from server.console.forms import Posted
from server.console.session import Console
from server.console.views import bare_page
from server.wiring import Desk

router = APIRouter()


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "/") -> Response:
    desk: Desk = request.app.state.desk
    try:
        session.viewer_of(request, desk)
    except Unauthenticated:
        return _page(request, session.local_path(next))
    return RedirectResponse(session.local_path(next), 303)


@router.post("/sign-in")
def sign_in(request: Request, form: Posted) -> Response:
    session.must_have_our_origin(request)
    desk: Desk = request.app.state.desk
    address = request.client.host if request.client else ""
    target, email = session.local_path(form.text("next")), form.text("email")
    try:
        signed_in = access.sign_in(
            desk.db, email, form.text("password"), address=address, browser=request.headers.get("user-agent", "")
        )
    except Unauthenticated:
        return _page(request, target, email, "This address and password do not go together.", 401)
    except TooManyAttempts as held:
        return _page(request, target, email, f"Too many attempts: try again in {held.retry_after_seconds} s.", 429)
    response = RedirectResponse(target, 303)
    session.remember(response, desk.settings, signed_in.token)
    return response


@router.post("/sign-out")
def sign_out(visit: Console) -> Response:
    with visit.db.work() as w:
        access.sign_out(w, visit.session_id)
    response = RedirectResponse("/sign-in", 303)
    session.forget(response, visit.desk.settings)
    return response


def _page(request: Request, target: str, email: str = "", error: str = "", status: int = 200) -> Response:
    theme = request.cookies.get("theme", "")
    return bare_page("sign_in.html", theme=theme, status=status, target=target, email=email, error=error)
