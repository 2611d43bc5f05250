"""Watching a ticket, letting others watch it, and keeping it among one's favourites."""

from starlette.responses import Response

from core_psa.db import Work
from core_psa.db.fields import Refused, email
from core_psa.desk import following
from core_psa.errors import FieldError, Invalid
from server.console.forms import Posted
from server.console.router import page_router
from server.console.session import Console
from server.console.ticket_changes import attempt
from server.console.ticket_key import TicketKey

router = page_router()


@router.post("/tickets/{key}/watch")
def watch(key: TicketKey, visit: Console, form: Posted) -> Response:
    change = following.unwatch if form.text("stop") else following.watch
    return attempt(visit, int(key), form, "head", lambda w: change(w, visit.viewer, int(key)), checked=False)


@router.post("/tickets/{key}/favourite")
def favourite(key: TicketKey, visit: Console, form: Posted) -> Response:
    change = following.drop if form.text("stop") else following.keep
    return attempt(visit, int(key), form, "head", lambda w: change(w, visit.viewer, int(key)), checked=False)


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

    return attempt(visit, int(key), form, "watchers", change, checked=False)


@router.post("/tickets/{key}/watchers/remove")
def stop_watching(key: TicketKey, visit: Console, form: Posted) -> Response:
    watcher = form.number("watcher") or 0

    def change(w: Work) -> None:
        following.stop_watching(w, visit.viewer, int(key), watcher)

    return attempt(visit, int(key), form, "watchers", change, checked=False)


def _address(written: str) -> str:
    try:
        return email(written)
    except Refused as refused:
        raise Invalid(FieldError("outside", str(refused))) from refused
