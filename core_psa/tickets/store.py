"""Queries on tickets, their lists and their timeline."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, and_, delete, false, literal_column, or_, select, true
from sqlalchemy.orm import Session

from core_psa.audit.known import Known
from core_psa.db import fields
from core_psa.db.forms import Form
from core_psa.errors import NotFound
from core_psa.organisation import store as organisation
from core_psa.organisation.tables import Agent, AgentRole, Role
from core_psa.tickets.tables import Action, Category, Priority, Status, Ticket, TicketTag, TicketText, TicketType
from core_psa.viewer import Viewer


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The wall: which tickets this viewer may see at all. Part of every query on tickets made for somebody."""
    if viewer.kind == "user":
        return and_(Ticket.customer_id == viewer.customer_id, Ticket.requester_id == viewer.id)
    if viewer.may("tickets.see_all"):
        return true()
    if not viewer.may("tickets.see"):
        return false()
    own = [Ticket.team_id.in_(viewer.team_ids | viewer.department_team_ids), Ticket.team_id.is_(None)]
    return or_(*own, Ticket.assignee_id == viewer.agent_id) if viewer.agent_id else or_(*own)


def agents_who_see(session: Session, ticket: Ticket, agent_ids: Collection[int], *needed: str) -> set[int]:
    """The active ones among these agents on whose side of the wall the ticket is, and who have the permissions needed."""
    if not agent_ids:
        return set()
    query = select(Agent.id, Role.permissions).join(AgentRole, AgentRole.agent_id == Agent.id)
    query = query.join(Role, Role.id == AgentRole.role_id).where(Agent.id.in_(agent_ids), Agent.active)
    granted: dict[int, set[str]] = {}
    for agent_id, permissions in session.execute(query):
        granted.setdefault(agent_id, set()).update(permissions)

    def sees(agent_id: int) -> bool:
        wall = visible(organisation.viewer_of(session, agent_id))
        return session.scalar(select(Ticket.id).where(Ticket.id == ticket.id, wall)) is not None

    able = {agent_id: p for agent_id, p in granted.items() if p.issuperset(needed)}
    return {agent_id for agent_id, p in able.items() if "tickets.see_all" in p or sees(agent_id)}


# In the words of the indexes of unsolved tickets: by values that are handed over only when a query runs, they are not found.
NOT_DONE = Ticket.state != literal_column("'done'")


def unsolved(*states: str) -> ColumnElement[bool]:
    """Open or paused, or only the one of them that is named.

    The second half says nothing new, but makes the indexes of unsolved tickets ones that may be chosen.
    """
    return and_(Ticket.state.in_(states or ("open", "paused")), NOT_DONE)


def get(session: Session, viewer: Viewer, ticket_id: int) -> Ticket:
    """The ticket, if this viewer may see it. Raises NotFound either way, so that numbers cannot be probed."""
    ticket = session.scalar(select(Ticket).where(Ticket.id == ticket_id, visible(viewer)))
    if ticket is None:
        raise NotFound("ticket", ticket_id)
    return ticket


def for_change(session: Session, viewer: Viewer, ticket_id: int) -> Ticket:
    """Like `get`, with the row locked until the transaction ends."""
    query = select(Ticket).where(Ticket.id == ticket_id, visible(viewer)).with_for_update()
    ticket = session.scalar(query.execution_options(populate_existing=True))
    if ticket is None:
        raise NotFound("ticket", ticket_id)
    return ticket


def readable(viewer: Viewer) -> ColumnElement[bool]:
    """The wall within a ticket: which entries of its timeline this viewer may read. What is written internally is for some."""
    if viewer.kind == "user":
        return Action.public.is_(True)
    return true() if viewer.may("tickets.see_notes") else or_(Action.public, Action.body.is_(None))


def timeline(session: Session, viewer: Viewer, ticket_id: int) -> Sequence[Action]:
    """The ticket's story as far as this viewer may read it, oldest first. Whether they may see the ticket is asked before."""
    return session.scalars(
        select(Action).where(Action.ticket_id == ticket_id, readable(viewer)).order_by(Action.id)
    ).all()


def resolutions_of(session: Session, ticket_ids: Collection[int]) -> dict[int, str]:
    """The latest resolution note by ticket."""
    query = select(Action.ticket_id, Action.body).where(Action.ticket_id.in_(ticket_ids), Action.kind == "resolve")
    return {ticket_id: body for ticket_id, body in session.execute(query.order_by(Action.id)) if body}


def fields_changed_since(session: Session, ticket_id: int, version: int) -> list[str]:
    """Names of the fields changed by actions after this version."""
    query = select(Action.kind, Action.changes).where(Action.ticket_id == ticket_id, Action.version > version)
    names: set[str] = set()
    for kind, changes in session.execute(query):
        names.update(changes or [kind])
    return sorted(names)


def tags_of(session: Session, ticket_ids: Collection[int]) -> dict[int, list[str]]:
    query = (
        select(TicketTag.ticket_id, TicketTag.tag).where(TicketTag.ticket_id.in_(ticket_ids)).order_by(TicketTag.tag)
    )
    found: dict[int, list[str]] = {}
    for ticket_id, tag in session.execute(query):
        found.setdefault(ticket_id, []).append(tag)
    return found


def set_tags(session: Session, ticket_id: int, tags: Iterable[str]) -> list[str]:
    """Leaves the ticket with exactly these tags; returns them, sorted. Raises Invalid for what is no tag."""
    wanted: list[str] = Form({"tags": tags}, {"tags": fields.tags}).accepted()["tags"]
    session.execute(delete(TicketTag).where(TicketTag.ticket_id == ticket_id, TicketTag.tag.not_in(wanted)))
    present = tags_of(session, [ticket_id]).get(ticket_id, [])
    session.add_all(TicketTag(tag=tag, ticket_id=ticket_id) for tag in wanted if tag not in present)
    return wanted


def text_of(session: Session, ticket_id: int) -> TicketText | None:
    return session.get(TicketText, ticket_id)


def status_named(session: Session, name: str) -> Status:
    status = session.scalar(select(Status).where(Status.name == name))
    if status is None:
        raise NotFound("status", name)
    return status


def statuses(session: Session) -> Sequence[Status]:
    return session.scalars(select(Status).order_by(Status.position)).all()


def first_type(session: Session) -> int:
    """Id of the type that a ticket has unless another one is asked for."""
    return _FIRST_TYPE.of(session, None)


_FIRST_TYPE = Known[None, int](lambda session, _: types(session)[0].id)


def types(session: Session) -> Sequence[TicketType]:
    return session.scalars(select(TicketType).where(TicketType.active).order_by(TicketType.id)).all()


def priorities(session: Session) -> Sequence[Priority]:
    return session.scalars(select(Priority).order_by(Priority.rank)).all()


def categories(session: Session, *, retired: bool = False) -> Sequence[Category]:
    query = select(Category).order_by(Category.path)
    return session.scalars(query if retired else query.where(~Category.retired)).all()
