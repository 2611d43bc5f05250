"""What is known of a ticket before anything beside it is unfolded: how much there is of each thing, in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, func, literal, null, or_, select
from sqlalchemy.orm import Session

from core_psa.agreements.tables import Agreement
from core_psa.assets.tables import AssetTicket
from core_psa.checklists.tables import Checklist, ChecklistItem
from core_psa.following.tables import Favourite, Watcher
from core_psa.knowledge import store as knowledge
from core_psa.knowledge.tables import Article, ArticleTicket
from core_psa.sla.tables import SlaPolicy, SlaTicket
from core_psa.suggestions.tables import Triage
from core_psa.tickets import store
from core_psa.tickets.approvals.tables import Approval
from core_psa.tickets.relations.rules import MEMBERSHIPS
from core_psa.tickets.relations.tables import TicketLink, TicketMerge
from core_psa.tickets.tables import Ticket
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class Glance:
    """Counts of what this viewer may see. `similar` are solved tickets like this one, `alike` unsolved ones; `asking` are
    the requester's other unsolved tickets, `members` the unsolved ones directly below this one. `policy` and `agreement` are names, where there are any."""

    watching: bool
    favourite: bool
    watchers: int
    approvals: int
    approvals_pending: int
    items: int
    items_done: int
    assets: int
    articles: int
    links: int
    merged: int
    members: int
    asking: int
    similar: int
    alike: int
    policy: str | None
    agreement: str | None


def glance(session: Session, viewer: Viewer, ticket: Ticket, triage: Triage | None) -> Glance:
    """The caller has asked whether the viewer may see the ticket."""
    given = {
        "id": ticket.id,
        "requester": ticket.requester_id or 0,
        "near": _ids(triage.neighbours if triage else ()),
        "open": _ids(triage.related if triage else ()),
    }
    return Glance(*session.execute(_statement(viewer), given).one())


def _ids(shown: Sequence[Mapping[str, Any]]) -> list[int]:
    return [near["ticket_id"] for near in shown]


_ID: BindParameter[int] = bindparam("id")


@lru_cache(maxsize=512)
def _statement(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """In the order of Glance. Kept by viewer: putting it together costs more than running it."""
    me, seen = viewer.agent_id or -1, store.visible(viewer)
    pending = Approval.state == "pending"
    listed = (Checklist.id == ChecklistItem.checklist_id, Checklist.ticket_id == _ID)
    linked = or_(
        (TicketLink.from_id == _ID) & (TicketLink.to_id == Ticket.id),
        (TicketLink.to_id == _ID) & (TicketLink.from_id == Ticket.id),
    )
    merged = (TicketMerge.target_id == _ID, TicketMerge.source_id == Ticket.id, TicketMerge.undone_at.is_(None))
    below = (TicketLink.to_id == _ID, TicketLink.from_id == Ticket.id, TicketLink.kind.in_(MEMBERSHIPS))
    members = (*below, Ticket.state != "done")
    asking = (Ticket.requester_id == bindparam("requester"), Ticket.id != _ID, store.unsolved())
    near, alike = (Ticket.id.in_(bindparam(name, expanding=True)) for name in ("near", "open"))
    return select(
        exists().where(Watcher.ticket_id == _ID, Watcher.agent_id == me),
        exists().where(Favourite.ticket_id == _ID, Favourite.agent_id == me),
        _count(Watcher.id, Watcher.ticket_id == _ID),
        _count(Approval.id, Approval.ticket_id == _ID),
        _count(Approval.id, Approval.ticket_id == _ID, pending),
        _count(ChecklistItem.id, *listed),
        _count(ChecklistItem.id, *listed, ChecklistItem.done_at.is_not(None)),
        _count(AssetTicket.asset_id, AssetTicket.ticket_id == _ID) if viewer.may("assets.see") else literal(0),
        _articles(viewer) if viewer.may("knowledge.see") else literal(0),
        _count(TicketLink.id, linked, seen),
        _count(TicketMerge.id, *merged, seen),
        _count(TicketLink.id, *members, seen),
        _count(Ticket.id, *asking, seen),
        _count(Ticket.id, near, seen),
        _count(Ticket.id, alike, Ticket.state != "done", seen),
        _named(SlaPolicy.name, SlaTicket.policy_id == SlaPolicy.id),
        _named(Agreement.name, SlaTicket.agreement_id == Agreement.id) if viewer.may("agreements.see") else null(),
    )


def _articles(viewer: Viewer) -> ColumnElement[int]:
    used = (ArticleTicket.article_id == Article.id, ArticleTicket.ticket_id == _ID)
    return _count(Article.id, *used, knowledge.readable(viewer))


def _count(column: Any, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count(column)).where(*conditions).scalar_subquery()


def _named(name: Any, joined: ColumnElement[bool]) -> ColumnElement[str | None]:
    return select(name).where(joined, SlaTicket.ticket_id == _ID).scalar_subquery()
