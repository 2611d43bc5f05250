"""The panel beside a ticket: one line for each part, and the part itself once somebody opens it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from core_psa.errors import NotFound
from core_psa.reads.glance import Glance
from core_psa.reads.ticket_page import TicketView, glance_of, ticket
from core_psa.tickets.relations.rules import RELATIONS
from core_psa.tickets.urgency.rules import LEVELS
from core_psa.tickets.views import actions
from core_psa.tickets.views import store as views
from core_psa.tickets.views.rules import FOLDS
from core_psa.viewer import Viewer
from server.console.fold_parts import further, part_of
from server.console.forms import Form, Posted
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.sla_policies import KIND_NAMES
from server.console.ticket_key import TicketKey
from server.console.views import page
from server.console.words import minutes

router = page_router()

# What the page knows anyway is never asked for again.
EAGER = frozenset({"details"})
# What the templates of the folds read, whichever of them are shown.
FACTS: Mapping[str, Any] = {
    "levels": LEVELS,
    "kinds": KIND_NAMES,
    "relations": [(name, relation.words) for name, relation in RELATIONS.items()],
}


@dataclass(frozen=True)
class Fold:
    """`summary` is what its line says; `part` what it holds, once `loaded`."""

    name: str
    title: str
    icon: str
    summary: str
    pressing: bool
    open: bool
    loaded: bool
    part: Any = None


@router.get("/tickets/{key}/panel/{name}")
def open_fold(key: TicketKey, name: str, visit: Console) -> Response:
    """One fold as it reads opened."""
    with visit.db.read() as session:
        shown = ticket(session, visit.viewer, int(key))
        counted = glance_of(session, visit.viewer, shown.id)
        found = [f for f in folds(session, visit, shown, counted, [name], [name]) if f.name == name]
        if not found or name in EAGER:
            raise NotFound("fold", name)
        return page(visit, "ticket/fold.html", fold=found[0], ticket=shown, trouble=None, **FACTS)


@router.post("/account/folds")
def remember_fold(visit: Console, form: Posted) -> Response:
    """Opened or closed by hand: the next ticket's panel begins so."""
    with visit.db.work() as w:
        actions.set_fold(w, visit.viewer, form.text("name"), is_open=form.text("open") == "on")
    return Response(status_code=204)


def opened(session: Session, viewer: Viewer, named: Collection[str] | None) -> tuple[frozenset[str], frozenset[str]]:
    """Which folds are open and which of them are loaded with the page: those that were named; without any name, none of
    those that this agent keeps open, as each is asked for when the page stands."""
    if named is None:
        return views.open_folds(session, viewer), EAGER
    return frozenset(named), frozenset(named) | EAGER


def address_of(ticket_id: int, form: Form) -> str:
    """The ticket's page with the folds that were open when this form was sent."""
    names = [name for name in form.texts("fold") if name in FOLDS]
    if not form.given("fold"):
        return f"/tickets/{ticket_id}"
    return f"/tickets/{ticket_id}?" + "&".join(f"fold={name}" for name in names or [""])


def folds(
    session: Session,
    visit: Visit,
    shown: TicketView,
    counted: Glance,
    are_open: Collection[str],
    loaded: Collection[str],
) -> list[Fold]:
    """Those this viewer has any use for, in their order."""
    found = []
    for name in FOLDS:
        if not _OFFERED.get(name, _always)(visit.viewer, shown, counted):
            continue
        title, icon, summary = _LINES[name]
        part = part_of(session, visit, shown, name) if name in loaded else None
        pressing = name == "approvals" and counted.approvals_pending > 0
        found.append(Fold(name, title, icon, summary(shown, counted), pressing, name in are_open, name in loaded, part))
    return found


def _always(viewer: Viewer, shown: TicketView, counted: Glance) -> bool:
    return True


_Condition = Callable[[Viewer, TicketView, Glance], bool]
_OFFERED: Mapping[str, _Condition] = {
    "approvals": lambda viewer, shown, counted: counted.approvals > 0,
    "steps": lambda viewer, shown, counted: bool(further(shown)) and viewer.may("tickets.edit"),
    "checklists": lambda viewer, shown, counted: counted.items > 0 or viewer.may("tickets.edit"),
    "recent": lambda viewer, shown, counted: shown.references["customer"] is not None,
    "assets": lambda viewer, shown, counted: (
        viewer.may("assets.see") and (counted.assets > 0 or shown.references["customer"] is not None)
    ),
    "links": lambda viewer, shown, counted: counted.links + counted.merged > 0 or viewer.may("tickets.edit"),
    "articles": lambda viewer, shown, counted: viewer.may("knowledge.see"),
    "agreement": lambda viewer, shown, counted: (
        viewer.may("agreements.see") and shown.references["customer"] is not None
    ),
    "ledger": lambda viewer, shown, counted: counted.policy is not None,
    "fields": lambda viewer, shown, counted: "update" in shown.allowed_actions,
}


def _number(count: int) -> str:
    return f"{count:,}" if count else "none"


def _details(shown: TicketView, counted: Glance) -> str:
    kind = shown.references["type"]
    logged = minutes(shown.minutes_logged) if shown.minutes_logged else ""
    return " · ".join(filter(None, [str(kind["name"]) if kind else "", logged]))


def _similar(shown: TicketView, counted: Glance) -> str:
    parts = [(counted.similar, "solved"), (counted.alike, "open")]
    return " · ".join(f"{number} {word}" for number, word in parts if number) or "none"


def _approvals(shown: TicketView, counted: Glance) -> str:
    return f"{counted.approvals_pending} awaited" if counted.approvals_pending else _number(counted.approvals)


def _links(shown: TicketView, counted: Glance) -> str:
    number = _number(counted.links + counted.merged)
    return f"{number} · {counted.members} to resolve with it" if counted.members else number


def _fields(shown: TicketView, counted: Glance) -> str:
    known = [(shown.impact, "impact"), (shown.urgency, "urgency")]
    return ", ".join(f"{level} {name}" for level, name in known if level)


_Summary = Callable[[TicketView, Glance], str]
_LINES: Mapping[str, tuple[str, str, _Summary]] = {
    "details": ("Details", "tag", _details),
    "approvals": ("Approvals", "circle-check", _approvals),
    "similar": ("Similar tickets", "sparkles", _similar),
    "steps": ("More to do", "chevron-right", lambda shown, _: ", ".join(p.rule.label for p in further(shown))),
    "checklists": (
        "Checklists",
        "checklist",
        lambda _, counted: f"{counted.items_done} of {counted.items} done" if counted.items else "none",
    ),
    "recent": ("Recent tickets", "history", lambda _, counted: f"{counted.asking} more open" if counted.asking else ""),
    "assets": ("Assets", "device-desktop", lambda _, counted: _number(counted.assets)),
    "links": ("Related tickets", "link", _links),
    "articles": ("Articles", "book", lambda _, counted: _number(counted.articles)),
    "agreement": ("Agreement", "building", lambda _, counted: counted.agreement or ""),
    "ledger": ("How the SLA is counted", "clock", lambda _, counted: counted.policy or ""),
    "fields": ("Impact and urgency", "adjustments", _fields),
    "watchers": ("Watchers", "eye", lambda _, counted: _number(counted.watchers)),
}
