"""What people may do: custom roles, and which agent has which."""

from collections.abc import Collection

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core_psa.audit import actions as audit
from core_psa.audit.changes import create, update
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.db.records import get, save
from core_psa.errors import Conflict, FieldError, Invalid
from core_psa.organisation import store
from core_psa.organisation.actions import administrators, must_keep_an_administrator
from core_psa.organisation.rules import PERMISSIONS, unknown_permissions
from core_psa.organisation.tables import Agent, AgentRole, Role
from core_psa.viewer import Viewer


def role_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    inactive: bool = False,
) -> Page[Role]:
    """Roles by name; retired ones only if asked for."""
    viewer.require("organisation.see")
    query = select(Role) if inactive else select(Role).where(Role.active)
    return page(session, query, (Role.name, Role.id), cursor, limit)


def holders(session: Session) -> dict[int, int]:
    """How many active agents have each role, by the role's id."""
    query = select(AgentRole.role_id, func.count()).join(Agent, Agent.id == AgentRole.agent_id)
    rows = session.execute(query.where(Agent.active).group_by(AgentRole.role_id))
    return {role_id: number for role_id, number in rows}


def create_role(w: Work, viewer: Viewer, name: str, permissions: Collection[str]) -> Role:
    viewer.require("access.edit")
    form = _form(name, permissions)
    form.unique(w.session, Role.name)
    return create(w, viewer, Role(**form.accepted()))


def update_role(w: Work, viewer: Viewer, role_id: int, name: str, permissions: Collection[str]) -> Role:
    """Raises Conflict for a role every desk has, and where nobody would be left to administer access."""
    viewer.require("access.edit")
    role = get(w.session, Role, role_id, lock=True)
    if role.builtin:
        raise Conflict(f"the role {role.name} comes with every desk: create one of your own instead")
    form = _form(name, permissions)
    form.unique(w.session, Role.name, but=role_id)
    had_administrators = bool(administrators(w.session))
    update(w, viewer, role, form.accepted())
    if had_administrators:
        must_keep_an_administrator(w.session)
    return role


def _form(name: str, permissions: Collection[str]) -> Form:
    form = Form({"name": name}, {"name": fields.name})
    for unknown in unknown_permissions(list(permissions)):
        form.refuse("permissions", f"'{unknown[:100]}' is not a permission", PERMISSIONS)
    form.values["permissions"] = sorted(set(permissions))
    return form


def must_be_roles(session: Session, field: str, names: Collection[str], present: Collection[str] = ()) -> None:
    """Raises Invalid for a name that is no role's, or a retired one's that is not `present` already."""
    active = {name: on for name, on in session.execute(select(Role.name, Role.active).order_by(Role.name))}
    offered = tuple(name for name, on in active.items() if on)
    errors = [FieldError(field, f"'{name[:100]}' is not a role", offered) for name in names if name not in active]
    gone = [name for name in names if not active.get(name, True) and name not in present]
    errors += [FieldError(field, f"the role {name} is retired", offered) for name in gone]
    if errors:
        raise Invalid(*errors)


def set_roles(w: Work, viewer: Viewer, agent_id: int, roles: Collection[str]) -> None:
    """Leaves the agent with exactly these roles, given by name. Raises Conflict where nobody would be left to administer access."""
    viewer.require("access.edit")
    get(w.session, Agent, agent_id, lock=True)
    before, after = store.roles_of(w.session, [agent_id]).get(agent_id, []), sorted(set(roles))
    must_be_roles(w.session, "roles", after, before)
    known = {name: role_id for role_id, name in w.session.execute(select(Role.id, Role.name))}
    if before == after:
        return
    guarded = agent_id in administrators(w.session)
    w.session.execute(delete(AgentRole).where(AgentRole.agent_id == agent_id))
    save(w.session, *(AgentRole(agent_id=agent_id, role_id=known[name]) for name in after))
    audit.record(w, viewer, "updated", "agent", agent_id, {"roles": [before, after]})
    if guarded:
        must_keep_an_administrator(w.session)
