"""Queries on links, families, chains and merges."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core_psa.db.records import get
from core_psa.errors import NotFound
from core_psa.tickets.relations.rules import MEMBERSHIPS, last_of
from core_psa.tickets.relations.tables import TicketLink, TicketMerge
from core_psa.tickets.tables import Ticket


def links_of(session: Session, ticket_id: int) -> Sequence[TicketLink]:
    """Every link at either end of which this ticket stands."""
    here = or_(TicketLink.from_id == ticket_id, TicketLink.to_id == ticket_id)
    return session.scalars(select(TicketLink).where(here).order_by(TicketLink.id)).all()


def link_of(session: Session, ticket_id: int, link_id: int) -> TicketLink:
    """This link, if it is one of this ticket's. Raises NotFound."""
    link = get(session, TicketLink, link_id, lock=True)
    if ticket_id not in (link.from_id, link.to_id):
        raise NotFound("ticket link", link_id)
    return link


def find_link(session: Session, kind: str, from_id: int, to_id: int) -> TicketLink | None:
    query = select(TicketLink).where(TicketLink.kind == kind, TicketLink.from_id == from_id, TicketLink.to_id == to_id)
    return session.scalar(query)


def above(session: Session, kind: str, ticket_id: int) -> int | None:
    """What this ticket hangs below by this kind of link: its parent, the ticket it follows, the one it repeats."""
    query = select(TicketLink.to_id).where(TicketLink.kind == kind, TicketLink.from_id == ticket_id)
    return session.scalar(query.order_by(TicketLink.id).limit(1))


def below(session: Session, kinds: Collection[str], ticket_ids: Collection[int]) -> Sequence[int]:
    """What hangs directly below any of these tickets by these kinds of link."""
    query = select(TicketLink.from_id).where(TicketLink.kind.in_(kinds), TicketLink.to_id.in_(ticket_ids))
    return session.scalars(query.distinct().order_by(TicketLink.from_id)).all()


def everything_below(session: Session, kinds: Collection[str], ticket_id: int) -> list[int]:
    """All that hangs below this ticket, level by level, the nearest first."""
    found: dict[int, None] = {}
    level: Sequence[int] = [ticket_id]
    while level:
        level = [i for i in below(session, kinds, level) if i not in found and i != ticket_id]
        found.update(dict.fromkeys(level))
    return list(found)


def open_children(session: Session, ticket_id: int) -> int:
    """How many children are not done, which keeps their parent from closing: its own, and those of what lives on in it."""
    parents = [ticket_id, *gone_up_in(session, ticket_id)]
    children = select(TicketLink.from_id).where(TicketLink.kind == "parent", TicketLink.to_id.in_(parents))
    query = select(func.count()).select_from(Ticket).where(Ticket.id.in_(children), Ticket.state != "done")
    return session.scalar(query.where(Ticket.id.not_in(parents))) or 0


def open_members(session: Session, ticket_id: int) -> list[int]:
    """Children and incidents below this ticket, and below what lives on in it, that are not done; the deepest first."""
    bodies = [ticket_id, *gone_up_in(session, ticket_id)]
    levels = [i for body in bodies for i in everything_below(session, MEMBERSHIPS, body) if i not in bodies]
    found = list(dict.fromkeys(levels))
    standing = select(Ticket.id).where(Ticket.id.in_(found), Ticket.state != "done")
    unsolved = set(session.scalars(standing))
    return [i for i in reversed(found) if i in unsolved]


def chain_of(session: Session, ticket_id: int) -> list[int]:
    """The chain this ticket belongs to, from its first ticket on; the ticket alone where there is none."""
    first = last_of(lambda i: above(session, "follow_up", i), ticket_id)
    return [first, *everything_below(session, ["follow_up"], first)]


def standing_merge(session: Session, source_id: int) -> TicketMerge | None:
    """Where this ticket was merged into, unless that was taken back."""
    query = select(TicketMerge).where(TicketMerge.source_id == source_id, TicketMerge.undone_at.is_(None))
    return session.scalar(query)


def survivor_of(session: Session, ticket_id: int) -> int:
    """The ticket in which this one lives on: itself, unless it was merged, in any number of steps."""
    return last_of(lambda i: _merged_into(session, i), ticket_id)


def gone_up_in(session: Session, ticket_id: int) -> list[int]:
    """Every ticket that lives on in this one, merged into it in any number of steps."""
    found: dict[int, None] = {}
    level: Sequence[int] = [ticket_id]
    while level:
        query = select(TicketMerge.source_id).where(TicketMerge.target_id.in_(level), TicketMerge.undone_at.is_(None))
        level = [i for i in session.scalars(query) if i not in found and i != ticket_id]
        found.update(dict.fromkeys(level))
    return list(found)


def _merged_into(session: Session, ticket_id: int) -> int | None:
    query = select(TicketMerge.target_id).where(TicketMerge.source_id == ticket_id, TicketMerge.undone_at.is_(None))
    return session.scalar(query)


def merged_into(session: Session, target_id: int) -> Sequence[TicketMerge]:
    """The merges that stand whose target is this ticket."""
    query = select(TicketMerge).where(TicketMerge.target_id == target_id, TicketMerge.undone_at.is_(None))
    return session.scalars(query.order_by(TicketMerge.id)).all()
