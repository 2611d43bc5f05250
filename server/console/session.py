"""Who is looking: the session cookie, and the proof that an unsafe request comes from our own page."""

import hmac
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Depends, Request
from starlette.requests import HTTPConnection
from starlette.responses import Response

from core_psa.access import sessions
from core_psa.access.rules import HALF_SESSION_LENGTH, SESSION_LENGTH
from core_psa.db import Database
from core_psa.errors import DomainError, Forbidden, Unauthenticated
from core_psa.notices import notifications
from core_psa.organisation.store import desk_name
from core_psa.tickets.views import store as views
from core_psa.tickets.views.tables import SavedView
from core_psa.viewer import Viewer
from server.console.forms import Form, Posted
from server.settings import Settings
from server.wiring import Desk

THEMES = ("light", "dark")


class NotOurPage(Forbidden):
    """An unsafe request that did not come from a page of this session."""

    def __init__(self) -> None:
        DomainError.__init__(self, "this request did not come from a page of your present session")
        self.permission = ""


@dataclass(frozen=True)
class Visit:
    """One request of a signed-in agent."""

    request: Request
    desk: Desk
    viewer: Viewer
    csrf_token: str
    session_id: int
    zone: ZoneInfo
    organisation: str
    sandbox: bool
    teams: tuple[tuple[int, str], ...]
    unread: int = 0
    newest_notification: int = 0
    views: tuple[SavedView, ...] = ()

    @property
    def db(self) -> Database:
        return self.desk.db

    @property
    def by_htmx(self) -> bool:
        return "hx-request" in self.request.headers


def _visit(request: Request, form: Posted) -> Visit:
    desk: Desk = request.app.state.desk
    now = desk.db.clock.now()
    with desk.db.read() as session:
        found = sessions.viewer_of_session(session, token_of(request, desk.settings), now)
        agent = found.profile
        organisation, sandbox = desk_name(session)
        unread, newest = notifications.standing(session, agent.viewer.agent_id or 0)
        visit = Visit(
            request=request,
            desk=desk,
            viewer=found.viewer,
            csrf_token=found.csrf_token,
            session_id=found.session_id,
            zone=zone_named(agent.timezone),
            organisation=organisation,
            sandbox=sandbox,
            teams=agent.teams,
            unread=unread,
            newest_notification=newest,
            views=tuple(views.listed(session, found.viewer)),
        )
    if sessions.is_stale(found.seen_at, now):
        with desk.db.work() as w:
            sessions.seen(w, found.session_id)
    if request.method not in ("GET", "HEAD"):
        _must_be_ours(request, form, visit.csrf_token)
    return visit


Console = Annotated[Visit, Depends(_visit)]


def _must_be_ours(request: Request, form: Form, csrf_token: str) -> None:
    must_have_our_origin(request)
    given = request.headers.get("x-csrf-token") or form.text("csrf_token")
    if not hmac.compare_digest(given.encode(), csrf_token.encode()):
        raise NotOurPage


def must_have_our_origin(connection: HTTPConnection) -> None:
    """Raises NotOurPage where the browser says that another site's page made this request."""
    headers = connection.headers
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotOurPage
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        raise NotOurPage


def viewer_of(connection: HTTPConnection, desk: Desk) -> Viewer:
    """Who the cookie of any connection belongs to. Raises Unauthenticated."""
    token = token_of(connection, desk.settings)
    if not token:
        raise Unauthenticated("sign in first")
    with desk.db.read() as session:
        return sessions.viewer_of_session(session, token, desk.db.clock.now()).viewer


def token_of(connection: HTTPConnection, settings: Settings) -> str:
    return connection.cookies.get(cookie_name(settings), "")


def errand_of(connection: HTTPConnection, settings: Settings) -> str:
    """What tells that a sign-in at a provider was begun in this very browser."""
    return connection.cookies.get(_errand_name(settings), "")


def remember_errand(response: Response, settings: Settings, token: str) -> None:
    age = int(HALF_SESSION_LENGTH.total_seconds())
    name, secure = _errand_name(settings), settings.secure_cookies
    response.set_cookie(name, token, max_age=age, secure=secure, httponly=True, samesite="lax")


def forget_errand(response: Response, settings: Settings) -> None:
    response.delete_cookie(_errand_name(settings), secure=settings.secure_cookies, httponly=True, samesite="lax")


def _errand_name(settings: Settings) -> str:
    return "__Host-fifthcall_errand" if settings.secure_cookies else "fifthcall_errand"


def cookie_name(settings: Settings) -> str:
    """The prefix makes browsers refuse the cookie from plain http or another host."""
    return "__Host-fifthcall_session" if settings.secure_cookies else "fifthcall_session"


def remember(response: Response, settings: Settings, token: str) -> None:
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(SESSION_LENGTH.total_seconds()),
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def forget(response: Response, settings: Settings) -> None:
    response.delete_cookie(cookie_name(settings), secure=settings.secure_cookies, httponly=True, samesite="lax")


def local_path(given: str) -> str:
    """Where to go after signing in: a path of ours, never another site's address."""
    plain = given.isascii() and given.isprintable() and "\\" not in given
    return given if plain and given.startswith("/") and not given.startswith("//") else "/"


def zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
