"""Reading saved views: everybody their own, their teams' and the desk's."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, case, false, or_, select
from sqlalchemy.orm import Session

from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.errors import NotFound
from core_psa.tickets.views.rules import USUALLY_OPEN
from core_psa.tickets.views.tables import DefaultView, OpenFolds, SavedView
from core_psa.viewer import Viewer

# The sidebar shows no more: a longer list is a list of its own.
LISTED = 20


def readable(viewer: Viewer) -> ColumnElement[bool]:
    """The wall. Customers' users have no views, and whoever sees no tickets none either."""
    if viewer.kind == "user" or not viewer.may("tickets.see"):
        return false()
    own = SavedView.agent_id == viewer.agent_id if viewer.agent_id else false()
    return or_(SavedView.scope == "desk", and_(SavedView.scope == "team", SavedView.team_id.in_(viewer.team_ids)), own)


def listed(session: Session, viewer: Viewer) -> Sequence[SavedView]:
    """Those of the sidebar: the own ones first, then the teams', then the desk's, by name."""
    order = case((SavedView.scope == "own", 0), (SavedView.scope == "team", 1), else_=2)
    query = select(SavedView).where(readable(viewer)).order_by(order, SavedView.name, SavedView.id)
    return session.scalars(query.limit(LISTED)).all()


def view_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[SavedView]:
    query = select(SavedView).where(readable(viewer))
    return page(session, query, (SavedView.name, SavedView.id), cursor, limit)


def get(session: Session, viewer: Viewer, view_id: int) -> SavedView:
    """Raises NotFound, also for a view of somebody else's."""
    found = session.scalar(select(SavedView).where(SavedView.id == view_id, readable(viewer)))
    if found is None:
        raise NotFound("view", view_id)
    return found


def default_of(session: Session, viewer: Viewer) -> SavedView | None:
    """The view this agent's queue opens with, as long as they may read it."""
    chosen = select(DefaultView.view_id).where(DefaultView.agent_id == viewer.agent_id)
    return session.scalar(select(SavedView).where(SavedView.id.in_(chosen), readable(viewer)))


def open_folds(session: Session, viewer: Viewer) -> frozenset[str]:
    """The folds this agent keeps open beside a ticket."""
    row = session.get(OpenFolds, viewer.agent_id) if viewer.agent_id else None
    return USUALLY_OPEN if row is None else frozenset(row.names)
