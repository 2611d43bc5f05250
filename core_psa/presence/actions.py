"""Coming, staying, writing and going."""

from sqlalchemy import delete, update

from core_psa.db import Work
from core_psa.presence.store import FORGOTTEN_AFTER
from core_psa.presence.tables import Presence

_LONGEST = 50


def enter(w: Work, token: str, topic: str, agent_id: int) -> None:
    """Tells of an open tab, and forgets those that stopped telling."""
    w.session.execute(delete(Presence).where(Presence.seen_at < w.now - FORGOTTEN_AFTER))
    w.session.add(Presence(token=token, topic=topic, agent_id=agent_id, seen_at=w.now))


def beat(w: Work, token: str) -> None:
    w.session.execute(update(Presence).where(Presence.token == token).values(seen_at=w.now))


def write(w: Work, token: str, field: str) -> None:
    """Says in which field this tab's reader is writing; nothing once they stopped."""
    values = {"writing": field[:_LONGEST], "seen_at": w.now}
    w.session.execute(update(Presence).where(Presence.token == token).values(values))


def leave(w: Work, token: str) -> None:
    w.session.execute(delete(Presence).where(Presence.token == token))
