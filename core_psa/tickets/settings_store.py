"""Queries on what tickets are made of, for the people who arrange it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.tickets.tables import Category, Priority, Status, TicketType
from core_psa.viewer import Viewer


def type_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT, *, inactive: bool = False
) -> Page[TicketType]:
    viewer.require("settings.see")
    query = select(TicketType) if inactive else select(TicketType).where(TicketType.active)
    return page(session, query, (TicketType.id,), cursor, limit)


def status_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT, *, inactive: bool = False
) -> Page[Status]:
    viewer.require("settings.see")
    query = select(Status) if inactive else select(Status).where(Status.active)
    return page(session, query, (Status.position, Status.id), cursor, limit)


def priority_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT, *, inactive: bool = False
) -> Page[Priority]:
    """The most urgent first."""
    viewer.require("settings.see")
    query = select(Priority) if inactive else select(Priority).where(Priority.active)
    return page(session, query, (Priority.rank,), cursor, limit)


def category_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT, *, inactive: bool = False
) -> Page[Category]:
    """The tree in the order of its paths; retired categories only if asked for."""
    viewer.require("settings.see")
    query = select(Category) if inactive else select(Category).where(~Category.retired)
    return page(session, query, (Category.path,), cursor, limit)


def ancestors(session: Session, category: Category) -> list[Category]:
    """The category's parents, the nearest first."""
    found: list[Category] = []
    while category.parent_id is not None:
        category = session.get_one(Category, category.parent_id)
        found.append(category)
    return found


def descendants(session: Session, category: Category) -> list[Category]:
    """Everything below the category, parents before their children."""
    found: list[Category] = []
    level: Sequence[Category] = [category]
    while level:
        below = select(Category).where(Category.parent_id.in_([c.id for c in level])).order_by(Category.id)
        level = session.scalars(below).all()
        found.extend(level)
    return found
