"""Queries on workflows: everything one ticket's type allows, and the lists that administrators arrange."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core_psa.access.tables import ApiKey
from core_psa.audit.known import Known
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.organisation.tables import AgentRole
from core_psa.tickets.tables import Status, TicketType
from core_psa.tickets.workflow import builtin
from core_psa.tickets.workflow.rules import ActionRule, Book, Stage, Who
from core_psa.tickets.workflow.tables import ActionDefinition, Gate, Workflow
from core_psa.viewer import Viewer

# Written once: every action on a ticket asks them, and building a statement costs more than running it.
_STATUSES = select(Status).order_by(Status.position, Status.id)
_DEFINITIONS = select(ActionDefinition).where(ActionDefinition.active).order_by(ActionDefinition.position)


def book_of(session: Session, type_id: int) -> Book:
    """What tickets of this type accept, and where it leads."""
    return _BOOKS.of(session, type_id)


def read_book(session: Session, type_id: int) -> Book:
    """The same as the present transaction would leave it, for who changes it."""
    name = session.scalar(select(TicketType.name).where(TicketType.id == type_id)) or ""
    stages = [Stage(s.id, s.name, s.state, s.active) for s in session.scalars(_STATUSES)]
    actions = {d.name: _rule(d) for d in session.scalars(_DEFINITIONS)}
    own = session.get(Workflow, type_id)
    return builtin.book(name, stages, actions) if own is None else _own_book(name, stages, actions, own)


_BOOKS = Known(read_book)


def offered(session: Session) -> tuple[dict[int, Stage], dict[str, ActionRule]]:
    """The statuses and actions a workflow can be made of, in their order."""
    stages = {s.id: Stage(s.id, s.name, s.state) for s in session.scalars(_STATUSES) if s.active}
    return stages, {d.name: _rule(d) for d in session.scalars(_DEFINITIONS)}


def written(book: Book) -> dict[str, Any]:
    """A workflow as it is saved and exchanged, with names for ids."""
    names = {i: stage.name for i, stage in book.stages.items()}
    ways = [(name, *way) for name in book.actions for way in sorted(book.transitions.get(name, ()))]
    return {
        "default_status": names.get(book.default_status_id),
        "statuses": list(names.values()),
        "actions": list(book.actions),
        "transitions": [[name, names[a], names[b]] for name, a, b in ways if a in names and b in names],
    }


def _own_book(name: str, stages: Sequence[Stage], actions: dict[str, ActionRule], own: Workflow) -> Book:
    ways: dict[str, set[tuple[int, int]]] = {}
    for action, before, after in own.transitions:
        ways.setdefault(action, set()).add((before, after))
    return Book(
        type_name=name,
        default_status_id=own.default_status_id,
        stages={stage.id: stage for stage in stages if stage.id in own.status_ids},
        actions={n: rule for n, rule in actions.items() if n in own.actions},
        transitions={n: frozenset(pairs) for n, pairs in ways.items()},
    )


def _rule(row: ActionDefinition) -> ActionRule:
    return ActionRule(
        name=row.name,
        label=row.label,
        kind=row.kind,
        states=frozenset(row.states),
        required=tuple(row.required),
        status_id=row.status_id,
        from_status_ids=frozenset(row.from_status_ids),
        permission=row.permission,
        role_ids=frozenset(row.role_ids),
        customers_may=row.customers_may,
        tells_customer=row.tells_customer,
        time=row.time,
        settings=row.settings,
    )


def kinds_by_name(session: Session) -> dict[str, str]:
    """What each of the desk's actions does, by the name programs call it."""
    return {d.name: d.kind for d in session.scalars(_DEFINITIONS)}


def stage_of(session: Session, status_id: int) -> Stage:
    status = session.get_one(Status, status_id)
    return Stage(status.id, status.name, status.state, status.active)


def who(session: Session, viewer: Viewer, book: Book) -> Who:
    """The viewer as rules see them. Roles are looked up only where an action asks for one."""
    asks = any(action.role_ids for action in book.actions.values())
    return Who(viewer.kind, viewer.permissions, roles_of(session, viewer) if asks else frozenset())


def roles_of(session: Session, viewer: Viewer) -> frozenset[int]:
    """Ids of the roles of an agent or an API key."""
    if viewer.kind == "agent":
        return frozenset(session.scalars(select(AgentRole.role_id).where(AgentRole.agent_id == viewer.id)))
    if viewer.kind == "key":
        return frozenset(session.scalars(select(ApiKey.role_id).where(ApiKey.id == viewer.id)))
    return frozenset()


def gates_for(session: Session, type_id: int, team_id: int | None) -> Sequence[Gate]:
    """Every gate that holds for tickets of this type and team."""
    team = Gate.team_id.is_(None) if team_id is None else or_(Gate.team_id.is_(None), Gate.team_id == team_id)
    kind = or_(Gate.type_id.is_(None), Gate.type_id == type_id)
    return session.scalars(select(Gate).where(Gate.active, kind, team).order_by(Gate.id)).all()


def definition_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT, *, inactive: bool = False
) -> Page[ActionDefinition]:
    viewer.require("settings.see")
    query = select(ActionDefinition) if inactive else select(ActionDefinition).where(ActionDefinition.active)
    return page(session, query, (ActionDefinition.position, ActionDefinition.id), cursor, limit)


def gate_page(session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[Gate]:
    viewer.require("settings.see")
    return page(session, select(Gate), (Gate.id,), cursor, limit)
