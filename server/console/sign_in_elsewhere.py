"""Signing in at an identity provider: the way there, and the way back."""

from typing import Annotated

from fastapi import Path, Query, Request
from starlette.responses import RedirectResponse, Response

from core_psa.access import single_sign_on
from core_psa.access.providers import client_secret
from core_psa.access.sessions import SignedIn
from core_psa.access.tables import IdentityAttempt, IdentityProvider
from core_psa.db.fields import MAX_KEY
from core_psa.errors import Conflict, DomainError, Unauthenticated
from core_psa.viewer import Viewer
from server import single_sign_on as provider_talk
from server.console import session
from server.console.router import page_router
from server.console.session import Console
from server.console.sign_in import caller, let_in, sign_in_form
from server.console.views import bare_page
from server.wiring import Desk

router = page_router()

BACK = "/sign-in/back"
ProviderKey = Annotated[int, Path(ge=1, le=MAX_KEY)]


@router.get("/sign-in/with/{provider_id}")
def go(request: Request, provider_id: ProviderKey, next: str = "/") -> Response:
    return _depart(request, provider_id, session.local_path(next))


@router.post("/account/links/{provider_id}")
def link(visit: Console, provider_id: ProviderKey) -> Response:
    """Somebody signed in links their account."""
    return _depart(visit.request, provider_id, "/account?saved=linked", visit.viewer.agent_id)


@router.get(BACK)
def come_back(
    request: Request,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4_000)] = "",
) -> Response:
    """The browser brings what the provider gave it."""
    desk: Desk = request.app.state.desk
    try:
        with desk.db.work() as w:
            attempt, provider = single_sign_on.come_back(w, state, session.errand_of(request, desk.settings))
        if not code:
            raise Unauthenticated(f"{provider.name} did not let you in")
        response = _arrive(request, desk, attempt, provider, code)
    except (Unauthenticated, Conflict) as error:
        response = sign_in_form(request, "/", error=_sentence(error), status=401)
    session.forget_errand(response, desk.settings)
    return response


def _arrive(request: Request, desk: Desk, attempt: IdentityAttempt, provider: IdentityProvider, code: str) -> Response:
    with desk.db.read() as read:
        secret = client_secret(read, provider)
    identity = provider_talk.identity(provider, secret, attempt, code, back_address(request, desk), desk.db.clock.now())
    if attempt.agent_id is None:
        with desk.db.work() as w:
            found: SignedIn = single_sign_on.admit(w, provider, identity, caller(request))
        return let_in(desk, found, attempt.target)
    viewer = _still_signed_in(request, desk, attempt.agent_id)
    with desk.db.work() as w:
        single_sign_on.link_account(w, viewer, provider, identity)
    return RedirectResponse(attempt.target, 303)


def _still_signed_in(request: Request, desk: Desk, agent_id: int) -> Viewer:
    viewer = session.viewer_of(request, desk)
    if viewer.agent_id != agent_id:
        raise Unauthenticated("somebody else is signed in by now: begin again")
    return viewer


def _depart(request: Request, provider_id: int, target: str, agent_id: int | None = None) -> Response:
    desk: Desk = request.app.state.desk
    try:
        with desk.db.work() as w:
            departure = single_sign_on.depart(w, provider_id, target, agent_id)
            provider = w.session.get_one(IdentityProvider, provider_id)
        there = provider_talk.address(provider, departure, back_address(request, desk))
    except provider_talk.ProviderFailed as failed:
        return sign_in_form(request, target, error=_sentence(failed), status=502)
    response = RedirectResponse(there, 303) if agent_id is None else _leave(request, provider.name, there)
    session.remember_errand(response, desk.settings, departure.browser)
    return response


def _leave(request: Request, name: str, there: str) -> Response:
    """The content security policy lets no form end at another site, so the page that answers it leads there."""
    return bare_page("sign_in/leave.html", theme=request.cookies.get("theme", ""), name=name, there=there)


def _sentence(error: DomainError) -> str:
    return f"{str(error)[:1].upper()}{str(error)[1:]}."


def back_address(request: Request, desk: Desk) -> str:
    """Where the provider sends the browser back to; it has to be told beforehand."""
    base = desk.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    return base + BACK
