"""The ticket page, and the messages on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Path
from sqlalchemy import select
from starlette.responses import Response

from core_psa.customers.tables import Customer
from core_psa.errors import NotFound
from core_psa.reads import lookups, pop_ups
from core_psa.reads import related as belonging
from core_psa.reads import ticket_page as reads
from core_psa.reads.choices import Choices, choices
from core_psa.reads.service_levels import service_levels
from core_psa.tickets import store
from core_psa.tickets.relations.rules import RELATIONS
from core_psa.tickets.tables import Action
from core_psa.tickets.urgency.rules import LEVELS
from server.console.beside import beside
from server.console.forms import EMPTY, Form
from server.console.proposals import field_rows, pending
from server.console.session import Console, Visit
from server.console.sla_policies import KIND_NAMES
from server.console.timeline import Entry, beginnings, last_changes, timeline
from server.console.views import page
from server.live import mark_of

router = APIRouter()

TicketKey = Annotated[str, Path(pattern=r"^\d{1,18}$")]


@dataclass(frozen=True)
class Trouble:
    """Why a change was not made, shown where it was asked for, with what had been filled in.

    `others` is what somebody else did in between; then the form is offered again as "keep mine".
    """

    area: str
    address: str
    form: Form = EMPTY
    errors: dict[str, str] = field(default_factory=dict)
    reasons: Sequence[str] = ()
    others: Sequence[Entry] = ()
    status: int = 422


@router.get("/tickets/{key}")
def ticket_page(key: TicketKey, visit: Console) -> Response:
    return show(visit, int(key))


def show(visit: Visit, ticket_id: int, trouble: Trouble | None = None) -> Response:
    """The page as it stands now, with what went wrong if something did."""
    with visit.db.read() as session:
        shown = reads.page(session, visit.viewer, ticket_id)
        rows = field_rows(shown.ticket, shown.suggestion)
        offered = choices(session)
        return page(
            visit,
            "ticket.html",
            status=trouble.status if trouble else 200,
            shown=shown,
            ticket=shown.ticket,
            suggestion=shown.suggestion,
            sla=service_levels(session, visit.viewer, ticket_id, visit.db.clock.now()),
            kinds=KIND_NAMES,
            entries=timeline(shown.timeline, visit.viewer.agent_id),
            changed=last_changes(shown.timeline),
            rows=rows,
            pending=pending(rows),
            related=[near for near in shown.suggestion.related if near.state != "done"],
            lists=_lists(offered),
            rank=_rank(offered, shown.ticket.references["priority"]),
            statuses=_targets(shown.ticket, "reply"),
            updates=_targets(shown.ticket, "update"),
            roles=offered.roles,
            levels=LEVELS,
            warnings=_warnings(shown.customer),
            beside=beside(
                session, visit.viewer, shown.ticket, trouble.form if trouble else EMPTY, visit.db.clock.now().date()
            ),
            mark=mark_of(session, f"ticket:{ticket_id}"),
            belonging=belonging.related(session, visit.viewer, ticket_id, visit.db.clock.now()),
            beginnings=beginnings(shown.timeline),
            relations=[(name, relation.words) for name, relation in RELATIONS.items()],
            triage_works=visit.desk.triage.state != "unavailable",
            trouble=trouble,
            pop_ups=pop_ups.waiting(session, visit.viewer, ticket_id, visit.db.clock.now()),
            sites=lookups.sites_of(session, visit.viewer, shown.customer.id) if shown.customer else (),
        )


@router.get("/tickets/{key}/messages/{action_id}.txt")
def message(key: TicketKey, action_id: int, visit: Console) -> Response:
    """One message as it came, however long."""
    with visit.db.read() as session:
        store.get(session, visit.viewer, int(key))
        mine = (Action.id == action_id, Action.ticket_id == int(key), store.readable(visit.viewer))
        action = session.scalar(select(Action).where(*mine))
        if action is None or action.body is None:
            raise NotFound("message", action_id)
        body = action.body
    headers = {"content-disposition": f'attachment; filename="{int(key):07d}-{action_id}.txt"'}
    return Response(body.encode("utf-8", "replace"), media_type="text/plain; charset=utf-8", headers=headers)


def _lists(offered: Choices) -> dict[str, Sequence[tuple[int, str]]]:
    return {
        "category": offered.categories,
        "priority": offered.priorities,
        "team": offered.teams,
        "assignee": offered.agents,
        "type": offered.types,
    }


def _rank(offered: Choices, priority: dict[str, Any] | None) -> int:
    """1 for the most urgent priority, as the mark before it shows; 0 for none."""
    return next((n for n, (i, _) in enumerate(offered.priorities, 1) if priority and priority["id"] == i), 0)


def _targets(ticket: reads.TicketView, action: str) -> list[tuple[int, str]]:
    """The statuses this action may lead to."""
    return [(s.id, s.name) for possible in ticket.possible if possible.rule.name == action for s in possible.targets]


def _warnings(customer: Customer | None) -> dict[str, Any]:
    return {"vip": bool(customer and customer.vip), "note": customer.note if customer else ""}
