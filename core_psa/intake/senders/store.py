"""Queries on blocked senders."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.audit.known import Known
from core_psa.db.paging import DEFAULT_LIMIT, Page, page
from core_psa.intake.senders.rules import met_by
from core_psa.intake.senders.tables import BlockedSender
from core_psa.viewer import Viewer


def blocking(session: Session, address: str) -> BlockedSender | None:
    """The entry that blocks this address, the most exact if there are several."""
    blocked = _BLOCKED.of(session, None)
    found = next((name for name in met_by(address) if name in blocked), None)
    return session.scalar(select(BlockedSender).where(BlockedSender.sender == found)) if found else None


# Every ticket that comes in asks; senders are blocked by hand, a few thousand at most.
_BLOCKED = Known[None, frozenset[str]](lambda session, _: frozenset(session.scalars(select(BlockedSender.sender))))


def sender_page(
    session: Session, viewer: Viewer, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[BlockedSender]:
    viewer.require("settings.see")
    return page(session, select(BlockedSender), (BlockedSender.sender, BlockedSender.id), cursor, limit)
