"""Where a customer's contact answers an approval by their link, without signing in.

Looking changes nothing: programs that follow the links of a mail before its reader does use up nothing.
"""

from fastapi import Request
from starlette.responses import Response

from core_psa.desk import approvals
from core_psa.errors import Conflict, Invalid, NotFound, TooManyAttempts
from core_psa.reads.approval_link import Question, question
from server.console.forms import EMPTY, Form, Posted, problems
from server.console.router import page_router
from server.console.session import must_have_our_origin, zone_named
from server.console.sign_in import caller
from server.console.views import bare_page
from server.guesses import Guesses
from server.wiring import Desk

router = page_router("/approve")

_LONGEST_TOKEN = 200


@router.get("/{token}")
def approve_page(request: Request, token: str) -> Response:
    asked = _asked(request, token)
    return asked if isinstance(asked, Response) else _form(request, asked)


@router.post("/{token}")
def approve(request: Request, token: str, form: Posted) -> Response:
    must_have_our_origin(request)
    asked = _asked(request, token)
    if isinstance(asked, Response):
        return asked
    desk: Desk = request.app.state.desk
    try:
        with desk.db.work() as w:
            answered = approvals.answer_by_link(w, token, form.text("decision"), form.text("note")).state
            w.after_commit(desk.live.look_now)
    except Invalid as invalid:
        return _form(request, asked, form, problems(invalid))
    except (NotFound, Conflict):  # somebody was faster with the same link
        return _gone(request)
    return bare_page("approve/thanks.html", theme=_theme(request), asked=asked, answered=answered)


def _asked(request: Request, token: str) -> Question | Response:
    """The question, or the page that says no more than that there is none."""
    desk: Desk = request.app.state.desk
    guesses: Guesses = request.app.state.guesses
    now, address = desk.db.clock.now(), caller(request).address
    try:
        guesses.must_wait(address, now)
        with desk.db.read() as session:
            return question(session, token[:_LONGEST_TOKEN], now)
    except TooManyAttempts as held:
        return bare_page("approve/gone.html", theme=_theme(request), status=429, wait=held.retry_after_seconds)
    except NotFound:
        guesses.wrong(address, now)
        return _gone(request)


def _form(request: Request, asked: Question, form: Form = EMPTY, errors: dict[str, str] | None = None) -> Response:
    return bare_page(
        "approve/question.html",
        theme=_theme(request),
        status=422 if errors else 200,
        asked=asked,
        form=form,
        errors=errors or {},
        now=request.app.state.desk.db.clock.now(),
        zone=zone_named(asked.timezone),
    )


def _gone(request: Request) -> Response:
    return bare_page("approve/gone.html", theme=_theme(request), status=404, wait=0)


def _theme(request: Request) -> str:
    return request.cookies.get("theme", "")
