"""Watching a ticket, letting others watch it, and keeping it among one's favourites."""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.db.fields import Refused, email
from core_psa.desk import following
from core_psa.errors import FieldError, Invalid
from server.console.forms import Form, Posted
from server.console.session import Console, Visit
from server.console.ticket import TicketKey, Trouble, show

router = APIRouter()


@router.post("/tickets/{key}/watch")
def watch(key: TicketKey, visit: Console, form: Posted) -> Response:
    change = following.unwatch if form.text("stop") else following.watch
    return _attempt(visit, int(key), form, lambda w: change(w, visit.viewer, int(key)))


@router.post("/tickets/{key}/favourite")
def favourite(key: TicketKey, visit: Console, form: Posted) -> Response:
    change = following.drop if form.text("stop") else following.keep
    return _attempt(visit, int(key), form, lambda w: change(w, visit.viewer, int(key)))


@router.post("/tickets/{key}/watchers")
def let_watch(key: TicketKey, visit: Console, form: Posted) -> Response:
    """Adds an agent, or somebody outside by their address."""

    def change(w: Work) -> None:
        agent = form.number("agent")
        addresses = [_address(written) for written in form.words("outside")]
        if agent is None and not addresses:
            raise Invalid(FieldError("outside", "choose an agent or write an address"))
        agents = [agent] if agent else []
        following.let_watch(w, visit.viewer, int(key), agents=agents, addresses=addresses)

    return _attempt(visit, int(key), form, change)


@router.post("/tickets/{key}/watchers/remove")
def stop_watching(key: TicketKey, visit: Console, form: Posted) -> Response:
    watcher = form.number("watcher") or 0
    return _attempt(visit, int(key), form, lambda w: following.stop_watching(w, visit.viewer, int(key), watcher))


def _address(written: str) -> str:
    try:
        return email(written)
    except Refused as refused:
        raise Invalid(FieldError("outside", str(refused))) from refused


def _attempt(visit: Visit, ticket_id: int, form: Form, change: Callable[[Work], None]) -> Response:
    try:
        with visit.db.work() as w:
            change(w)
            w.after_commit(visit.desk.live.look_now)
    except Invalid as invalid:
        errors = {error.field: error.message for error in invalid.errors}
        return show(visit, ticket_id, Trouble("watchers", visit.request.url.path, form, errors))
    return RedirectResponse(f"/tickets/{ticket_id}", 303)
