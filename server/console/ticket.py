"""The ticket page, and the messages on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from core_psa.attachments.tables import Attachment
from core_psa.customers.tables import Customer
from core_psa.errors import NotFound
from core_psa.reads import attachments, lookups, pop_ups
from core_psa.reads import ticket_page as reads
from core_psa.reads.choices import Choices, choices
from core_psa.tickets import store
from core_psa.tickets.tables import Action
from core_psa.tickets.views.rules import FOLDS
from server.console.fold_parts import lists_of
from server.console.forms import EMPTY, Form
from server.console.panel import FACTS, folds, opened
from server.console.proposals import field_rows, pending, shared_reason
from server.console.router import page_router
from server.console.session import Console, Visit, zone_named
from server.console.ticket_key import Key, TicketKey
from server.console.timeline import Entry, beginnings, last_changes, timeline
from server.console.views import page
from server.live import mark_of

router = page_router()


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
def ticket_page(key: TicketKey, visit: Console, fold: Annotated[list[str] | None, Query()] = None) -> Response:
    """`fold` names the folds that are open and come with the page; without any the agent's own are asked for by it."""
    return show(visit, int(key), named=fold)


def show(visit: Visit, ticket_id: int, trouble: Trouble | None = None, named: Sequence[str] | None = None) -> Response:
    """The page as it stands now, with what went wrong if something did."""
    with visit.db.read() as session:
        shown = reads.page(session, visit.viewer, ticket_id, visit.db.clock.now())
        rows = field_rows(shown.ticket, shown.suggestion)
        offered = choices(session)
        are_open, loaded = opened(session, visit.viewer, _with_trouble(named, trouble))
        return page(
            visit,
            "ticket.html",
            status=trouble.status if trouble else 200,
            shown=shown,
            ticket=shown.ticket,
            suggestion=shown.suggestion,
            sla=shown.sla,
            there=zone_named(shown.timezone) if shown.timezone else None,
            entries=timeline(shown.timeline, visit.viewer.agent_id),
            changed=last_changes(shown.timeline),
            rows=rows,
            pending=pending(rows),
            unsuggested=shared_reason(rows),
            lists=lists_of(offered),
            rank=_rank(offered, shown.ticket.references["priority"]),
            statuses=_targets(shown.ticket, "reply"),
            updates=_targets(shown.ticket, "update"),
            warnings=_warnings(shown.customer),
            folds=folds(session, visit, shown.ticket, shown.glance, are_open, loaded),
            files_of=_by_entry(attachments.of_ticket(session, visit.viewer, ticket_id)),
            staged=_staged(session, visit, ticket_id, trouble.form if trouble else EMPTY),
            mark=mark_of(session, f"ticket:{ticket_id}"),
            beginnings=beginnings(shown.timeline),
            triage_works=visit.desk.triage.state != "unavailable",
            trouble=trouble,
            pop_ups=pop_ups.waiting(session, visit.viewer, ticket_id, visit.db.clock.now()),
            sites=lookups.sites_of(session, visit.viewer, shown.customer.id) if shown.customer else (),
            **FACTS,
        )


def _with_trouble(named: Sequence[str] | None, trouble: Trouble | None) -> Sequence[str] | None:
    """What was refused is shown in the fold where it was asked for, beside those that were open then."""
    if trouble is None:
        return named
    return [name for name in (*trouble.form.texts("fold"), trouble.area) if name in FOLDS]


@router.get("/tickets/{key}/messages/{action_id}.txt")
def message(key: TicketKey, action_id: Key, visit: Console) -> Response:
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


def _rank(offered: Choices, priority: dict[str, Any] | None) -> int:
    """1 for the most urgent priority, as the mark before it shows; 0 for none."""
    return next((n for n, (i, _) in enumerate(offered.priorities, 1) if priority and priority["id"] == i), 0)


def _targets(ticket: reads.TicketView, action: str) -> list[tuple[int, str]]:
    """The statuses this action may lead to."""
    return [(s.id, s.name) for possible in ticket.possible if possible.rule.name == action for s in possible.targets]


def _warnings(customer: Customer | None) -> dict[str, Any]:
    return {"vip": bool(customer and customer.vip), "note": customer.note if customer else ""}


def _by_entry(rows: Sequence[Attachment]) -> Mapping[int, Sequence[Attachment]]:
    """The files of each entry of the timeline."""
    found: dict[int, list[Attachment]] = {}
    for row in rows:
        found.setdefault(row.action_id or 0, []).append(row)
    return found


def _staged(session: Session, visit: Visit, ticket_id: int, form: Form) -> Sequence[Attachment]:
    """Files that wait for the message that is being written."""
    waiting = form.numbers("attachment")
    return attachments.staged(session, visit.viewer, ticket_id, waiting) if waiting else ()
