"""How the newest tickets of the made-up desk hang together, what they wait for, and who is about to do what."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core_psa.checklists.tables import ChecklistItem, ChecklistTemplate
from core_psa.db import Database, Work
from core_psa.desk import actions as desk
from core_psa.desk.approvals import request_approval
from core_psa.desk.checklists import add_checklist, tick
from core_psa.desk.following import keep, let_watch
from core_psa.desk.links import link
from core_psa.desk.snooze import snooze
from core_psa.dispatch import actions as dispatch
from core_psa.errors import DomainError
from core_psa.intake.offspring import problem_behind
from core_psa.intake.receive import NewTicket, receive
from core_psa.organisation.tables import Team
from core_psa.tickets.tables import Ticket
from core_psa.viewer import SYSTEM
from demo.arrangements import person
from demo.lives import agent_of

# How many of the newest unsolved tickets are needed for all of it.
_NEEDED = 24


def tie(db: Database, played: Sequence[int]) -> None:
    """Among those played that are still unsolved; a desk too small for all of it goes without."""
    with db.read() as session:
        open_ones = set(session.scalars(select(Ticket.id).where(Ticket.id.in_(played), Ticket.state != "done")))
    ids = [i for i in played if i in open_ones]
    if len(ids) < _NEEDED:
        return
    for step, first, last in (
        (_linked, 0, 5),
        (_one_cause, 5, 9),
        (_put_aside, 9, 13),
        (_followed, 13, 16),
        (_listed, 16, 18),
        (_planned, 18, 24),
    ):
        with db.work() as w:
            step(w, ids[first:last])
    with db.work() as w:
        _change(w)


def _linked(w: Work, ids: Sequence[int]) -> None:
    """Two children of one, and one that is in another's way."""
    parent, child, other_child, blocker, blocked = ids
    for ticket_id, relation, other in (
        (child, "child_of", parent),
        (other_child, "child_of", parent),
        (blocker, "blocks", blocked),
        (parent, "relates_to", blocked),
    ):
        link(w, SYSTEM, ticket_id, relation, other)


def _one_cause(w: Work, ids: Sequence[int]) -> None:
    subject = "Connections drop after the firmware change of last week"
    problem_behind(w, person(w, "team lead"), ids, subject=subject)


def _put_aside(w: Work, ids: Sequence[int]) -> None:
    first, second, third, awaited = ids
    for ticket_id, waits in (
        (first, {"until": w.now + timedelta(days=3), "note": "Their IT is away until then"}),
        (second, {"on_reply": True, "note": "Asked for the order number"}),
        (third, {"linked_id": awaited}),
    ):
        snooze(w, agent_of(w, w.session.get_one(Ticket, ticket_id)), ticket_id, **waits)


def _followed(w: Work, ids: Sequence[int]) -> None:
    lead, agent = person(w, "team lead"), person(w, "agent")
    for ticket_id in ids:
        let_watch(w, lead, ticket_id, agents=[lead.id or 0], addresses=["facilities@partner.example"])
        keep(w, agent, ticket_id)


def _listed(w: Work, ids: Sequence[int]) -> None:
    """Checklists, the first of whose items are done."""
    templates = w.session.scalars(select(ChecklistTemplate.id).order_by(ChecklistTemplate.id)).all()
    for ticket_id, template_id in zip(ids, templates, strict=False):
        who = agent_of(w, w.session.get_one(Ticket, ticket_id))
        row = add_checklist(w, who, ticket_id, template_id)
        items = select(ChecklistItem.id).where(ChecklistItem.checklist_id == (row.id if row else 0))
        for item_id in w.session.scalars(items.order_by(ChecklistItem.id).limit(2)).all():
            tick(w, who, ticket_id, item_id)


def _planned(w: Work, ids: Sequence[int]) -> None:
    """Work of this week and the next, each on the first free hour of whoever has the ticket."""
    dispatcher = person(w, "dispatcher")
    monday = w.now.date() - timedelta(days=w.now.weekday())
    for number, ticket_id in enumerate(ids):
        who = agent_of(w, w.session.get_one(Ticket, ticket_id))
        day = monday + timedelta(days=(1, 3, 4, 7, 8, 10)[number])
        _if_possible(w, lambda: dispatch.plan_on(w, dispatcher, ticket_id, who.id or 0, day))  # noqa: B023


def _if_possible(w: Work, act: Callable[[], Any]) -> None:
    """A day on which somebody is not there has no free hour."""
    try:
        with w.session.begin_nested():
            act()
    except DomainError:
        return


def _change(w: Work) -> None:
    """A change that waits for an approval, and for the night after tomorrow."""
    lead = person(w, "team lead")
    new = NewTicket(
        subject="Replace the firewall of the head office",
        body="New device is prepared. Two hours without a line, between 20:00 and 22:00.",
        channel="portal",
        type="Change",
        priority="P3 Medium",
        team=w.session.scalars(select(Team.name).where(Team.id.in_(lead.team_ids)).order_by(Team.id)).first(),
        fields={"risk": "medium", "planned_for": (w.now.date() + timedelta(days=2)).isoformat()},
    )
    ticket = receive(w, lead, new)
    desk.note(w, lead, ticket.id, body="Way back: the old device stays in the rack until Monday.")
    request_approval(
        w, lead, ticket.id, question="May the line be down for two hours?", agent_id=person(w, "manager").id, hours=72
    )
