"""Signed-in browsers: opening a session, recognising it, listing and ending them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from core_psa.access.rules import HALF_SESSION_LENGTH, SEEN_EVERY, SESSION_LENGTH, digest, new_token
from core_psa.access.tables import SignInSession
from core_psa.audit import actions as audit
from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.errors import NotFound, Unauthenticated
from core_psa.organisation import store as organisation
from core_psa.organisation.store import Profile
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class Caller:
    """Where a sign-in comes from, as far as it can be told."""

    address: str = ""
    browser: str = ""


@dataclass(frozen=True)
class SignedIn:
    """A new session: `token` goes into the cookie and is stored nowhere else. `stage` is full, code or enrolment."""

    token: str
    csrf_token: str
    agent_id: int
    stage: str = "full"


@dataclass(frozen=True)
class SessionViewer:
    profile: Profile
    csrf_token: str
    session_id: int
    seen_at: datetime

    @property
    def viewer(self) -> Viewer:
        return self.profile.viewer


def open_session(w: Work, agent_id: int, caller: Caller, method: str, stage: str = "full") -> SignedIn:
    token, csrf_token = new_token(), new_token()
    w.session.add(
        SignInSession(
            token_hash=digest(token),
            agent_id=agent_id,
            csrf_token=csrf_token,
            created_at=w.now,
            seen_at=w.now,
            expires_at=w.now + (SESSION_LENGTH if stage == "full" else HALF_SESSION_LENGTH),
            address=caller.address[:100],
            browser=caller.browser[:300],
            stage=stage,
            method=method,
        )
    )
    w.session.flush()
    return SignedIn(token, csrf_token, agent_id, stage)


def live(session: Session, token: str, now: datetime) -> SignInSession:
    """The session of this cookie, whole or half. Raises Unauthenticated."""
    row = session.scalar(select(SignInSession).where(SignInSession.token_hash == digest(token)))
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        raise Unauthenticated("the session has ended: sign in again")
    return row


def half(session: Session, token: str, now: datetime, stage: str) -> SignInSession:
    """A session that waits for this. Raises Unauthenticated."""
    row = live(session, token, now)
    if row.stage != stage:
        raise Unauthenticated("sign in first")
    return row


def viewer_of_session(session: Session, token: str, now: datetime) -> SessionViewer:
    """Who this cookie belongs to. Raises Unauthenticated."""
    row = live(session, token, now)
    if row.stage != "full":
        raise Unauthenticated("the sign-in is not finished")
    return SessionViewer(organisation.profile_of(session, row.agent_id), row.csrf_token, row.id, row.seen_at)


def is_stale(seen_at: datetime, now: datetime) -> bool:
    """Whether it is time to write down that the session is in use."""
    return now - seen_at >= SEEN_EVERY


def seen(w: Work, session_id: int) -> None:
    w.session.execute(update(SignInSession).where(SignInSession.id == session_id).values(seen_at=w.now))


def sign_out(w: Work, session_id: int) -> None:
    w.session.get_one(SignInSession, session_id).revoked_at = w.now


def sessions_of(session: Session, viewer: Viewer, agent_id: int, now: datetime) -> Sequence[SignInSession]:
    """The live sessions of an agent, the one used last first: one's own, or those of others with `access.edit`."""
    _own_or_administered(viewer, agent_id)
    mine = (SignInSession.agent_id == agent_id, SignInSession.stage == "full", *_open(now))
    return session.scalars(select(SignInSession).where(*mine).order_by(SignInSession.seen_at.desc())).all()


def end(w: Work, viewer: Viewer, session_id: int) -> None:
    """Ends one session. Raises NotFound for one that is not the viewer's to end."""
    row = w.session.get(SignInSession, session_id) if 0 < session_id <= MAX_KEY else None
    if row is None or (row.agent_id != viewer.agent_id and not viewer.may("access.edit")):
        raise NotFound("session", session_id)
    if row.revoked_at is None:
        row.revoked_at = w.now
        audit.record(w, viewer, "ended", "session", row.id, {"agent": [row.agent_id, row.agent_id]})


def end_all(w: Work, viewer: Viewer, agent_id: int, but: int | None = None) -> int:
    """Ends every session of an agent, `but` one; returns how many there were."""
    _own_or_administered(viewer, agent_id)
    others = select(SignInSession).where(SignInSession.agent_id == agent_id, *_open(w.now))
    rows = [row for row in w.session.scalars(others) if row.id != but]
    for row in rows:
        row.revoked_at = w.now
    if rows:
        audit.record(w, viewer, "ended sessions of", "agent", agent_id, {"sessions": [len(rows), 0]})
    return len(rows)


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return SignInSession.revoked_at.is_(None), SignInSession.expires_at > now


def _own_or_administered(viewer: Viewer, agent_id: int) -> None:
    if viewer.agent_id != agent_id:
        viewer.require("access.edit")
