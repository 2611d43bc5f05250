"""Reading canned answers: everybody their own, their teams' and the desk's."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from core_psa.db.fields import MAX_KEY
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.errors import NotFound
from core_psa.knowledge.tables import CannedAnswer
from core_psa.viewer import Viewer


def usable(viewer: Viewer) -> ColumnElement[bool]:
    """The wall: those that this viewer may use. Raises Forbidden; customers' users have none."""
    viewer.require("tickets.edit")
    own = and_(CannedAnswer.scope == "personal", CannedAnswer.agent_id == viewer.agent_id)
    team = and_(CannedAnswer.scope == "team", CannedAnswer.team_id.in_(viewer.team_ids))
    return or_(CannedAnswer.scope == "desk", team, own if viewer.agent_id else false())


def manageable(viewer: Viewer) -> ColumnElement[bool]:
    """Those that this viewer may see in the administration: every team's, but nobody else's own."""
    if not viewer.may("knowledge.publish"):
        return usable(viewer)
    return or_(CannedAnswer.scope != "personal", CannedAnswer.agent_id == viewer.agent_id)


def canned_page(
    session: Session,
    viewer: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    inactive: bool = False,
) -> Page[CannedAnswer]:
    query = select(CannedAnswer).where(manageable(viewer))
    query = query if inactive else query.where(CannedAnswer.active)
    return page(session, query, (CannedAnswer.name, CannedAnswer.id), cursor, limit)


def canned_answer(session: Session, viewer: Viewer, answer_id: int) -> CannedAnswer:
    query = select(CannedAnswer).where(CannedAnswer.id == answer_id, manageable(viewer))
    found = session.scalar(query) if answer_id <= MAX_KEY else None
    if found is None:
        raise NotFound("canned answer", answer_id)
    return found


def offered(session: Session, viewer: Viewer, limit: int = 200) -> Sequence[CannedAnswer]:
    """What the reply box offers: one's own first, then the teams', then the desk's."""
    query = select(CannedAnswer).where(usable(viewer), CannedAnswer.active)
    return session.scalars(
        query.order_by(CannedAnswer.scope.desc(), CannedAnswer.name, CannedAnswer.id).limit(limit)
    ).all()
