"""What a person sees when a request cannot be answered: what happened, and what to do now."""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from core_psa.errors import DomainError, Forbidden, Unauthenticated
from server.console.session import NotOurPage
from server.console.views import bare_page
from server.errors import status_of

_NOT_PAGES = ("/api/", "/healthz", "/readyz", "/metrics", "/static/")

_ADVICE: dict[int, tuple[str, str]] = {
    401: ("Please sign in", "Your session has ended."),
    403: ("Not for your role", "Ask an administrator if you need this for your work."),
    404: ("Nothing here", "The address may be mistyped, or the ticket belongs to a team you are not in."),
    405: ("Nothing here", "This address only takes what a form of its page sends."),
    409: ("Changed meanwhile", "Go back, reload the page and look at what is there now."),
    413: ("Too large", "A ticket holds at most 10 MB of text."),
    422: ("Not understood", "Go back and check what was entered."),
    429: ("Too many attempts", "Wait a little and try again."),
    503: (
        "The desk is not available",
        "Nothing you sent was half saved. Try again shortly, or tell your administrator.",
    ),
}
# A change that was refused altogether leaves the page, and what is being written there, as it is.
_ABOVE_THE_PAGE = {"hx-retarget": "#refused", "hx-reswap": "innerHTML show:window:top", "hx-reselect": ".notice"}
_UNKNOWN = ("Something went wrong", "It has been written to the log. Try again, or tell your administrator.")


def wants_page(request: Request) -> bool:
    """Whether whoever asks reads HTML: everything outside the API does, browsers and htmx alike."""
    return not request.url.path.startswith(_NOT_PAGES)


def error_page(request: Request, error: DomainError) -> Response:
    if isinstance(error, Unauthenticated):
        return _to_sign_in(request)
    if isinstance(error, NotOurPage):
        advice = "Go back, reload the page and try again. If you came from a link on another site, do not trust it."
        return _page(request, 403, "This did not come from your page", advice, "")
    status = int(status_of(error))
    title, advice = _ADVICE.get(status, _UNKNOWN)
    missing = f"It needs the permission {error.permission}." if isinstance(error, Forbidden) else str(error)
    return _page(request, status, title, advice, missing)


def http_error_page(request: Request, error: HTTPException) -> Response:
    title, advice = _ADVICE.get(error.status_code, _UNKNOWN)
    return _page(request, error.status_code, title, advice, "")


def _to_sign_in(request: Request) -> Response:
    """Back to where they were afterwards; a part of a page cannot be come back to, so its page is."""
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"hx-refresh": "true"})
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = f"/sign-in?{urlencode({'next': here})}" if request.method == "GET" and here != "/" else "/sign-in"
    return RedirectResponse(target, 303)


def _page(request: Request, status: int, title: str, advice: str, detail: str) -> Response:
    part = "hx-request" in request.headers
    answer = bare_page(
        "error_part.html" if part else "error.html",
        theme=request.cookies.get("theme", ""),
        status=status,
        code=f"{status} {HTTPStatus(status).phrase}",
        title=title,
        advice=advice,
        detail=detail,
    )
    if part and request.method != "GET":
        answer.headers.update(_ABOVE_THE_PAGE)
    return answer
