"""When an approval is asked again, when it has expired, and who may answer it."""

from collections.abc import Set
from datetime import datetime, timedelta

# Answering for one's role needs this permission; answering for oneself needs none.
APPROVE = "tickets.approve"
DECISIONS = {"approve": "approved", "reject": "rejected"}
DEFAULT_HOURS = 72
MAX_HOURS = 24 * 365
REMIND_EVERY = timedelta(hours=24)


def next_reminder(now: datetime, expires_at: datetime) -> datetime | None:
    """A day from now, unless the approval will have expired by then."""
    at = now + REMIND_EVERY
    return at if at < expires_at else None


def may_answer(
    *,
    viewer_kind: str,
    viewer_id: int | None,
    role_ids: Set[int],
    agent_id: int | None,
    role_id: int | None,
    user_id: int | None,
) -> bool:
    """Whether this is whom was asked: the agent, somebody with the role, or the user."""
    if viewer_kind == "agent":
        return viewer_id == agent_id or (role_id is not None and role_id in role_ids)
    return viewer_kind == "user" and viewer_id == user_id
