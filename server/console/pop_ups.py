"""Confirming what had to be known before work on a ticket."""

from starlette.responses import RedirectResponse, Response

from core_psa.customers import pop_ups
from core_psa.reads.pop_ups import of_ticket
from server.console.forms import Posted
from server.console.router import page_router
from server.console.session import Console
from server.console.ticket_key import TicketKey

router = page_router()


@router.post("/tickets/{key}/pop-ups")
def confirm(key: TicketKey, form: Posted, visit: Console) -> Response:
    """Only what was on the page counts as read; what has been reworded since is shown again."""
    read = set(form.texts("read"))
    with visit.db.work() as w:
        shown = of_ticket(w.session, visit.viewer, int(key), w.now)
        pop_ups.confirm(w, visit.viewer, [pop_up for pop_up in shown if f"{pop_up.key} {pop_up.digest}" in read])
    return RedirectResponse(f"/tickets/{int(key)}", 303)
