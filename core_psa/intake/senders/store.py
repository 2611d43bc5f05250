"""Queries on blocked senders."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.intake.senders.rules import met_by
from core_psa.intake.senders.tables import BlockedSender
from core_psa.viewer import Viewer


def blocking(session: Session, address: str) -> BlockedSender | None:
    """The entry that blocks this address, the most exact if there are several."""
    wanted = met_by(address)
    found = {row.sender: row for row in session.scalars(select(BlockedSender).where(BlockedSender.sender.in_(wanted)))}
    return next((found[name] for name in wanted if name in found), None)


def sender_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[BlockedSender]:
    viewer.require("settings.see")
    return page(session, select(BlockedSender), (BlockedSender.sender, BlockedSender.id), cursor, limit)
