"""Signing in and out, issuing and revoking keys, and recognising who calls."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from core_psa.access.passwords import UNKNOWN_HASH, hash_password, password_matches
from core_psa.access.rules import (
    ANSWER_KEPT,
    MIN_PASSWORD_LENGTH,
    SESSION_LENGTH,
    digest,
    hold_after,
    new_api_key,
    new_token,
)
from core_psa.access.tables import ApiKey, Credential, IdempotentAnswer, SignInSession
from core_psa.audit import actions as audit
from core_psa.db import Database, Work
from core_psa.errors import Conflict, FieldError, Invalid, NotFound, TooManyAttempts, Unauthenticated
from core_psa.organisation import store as organisation
from core_psa.organisation.tables import Agent, Role
from core_psa.viewer import Viewer


@dataclass(frozen=True)
class SignedIn:
    """A new session: `token` goes into the cookie and is stored nowhere else."""

    token: str
    csrf_token: str
    agent_id: int


@dataclass(frozen=True)
class SessionViewer:
    viewer: Viewer
    csrf_token: str
    session_id: int


def set_password(w: Work, agent_id: int, password: str) -> None:
    if len(password) < MIN_PASSWORD_LENGTH:
        raise Invalid(FieldError("password", f"needs at least {MIN_PASSWORD_LENGTH} characters"))
    row = w.session.get(Credential, agent_id) or Credential(agent_id=agent_id, failures=0)
    row.password_hash, row.changed_at, row.failures, row.held_until = hash_password(password), w.now, 0, None
    w.session.add(row)


def sign_in(db: Database, email: str, password: str, *, address: str = "", browser: str = "") -> SignedIn:
    """Checks the password outside any transaction, then opens a session or counts the failure in one.

    Raises Unauthenticated (never saying whether the address or the password was wrong) or TooManyAttempts.
    """
    with db.read() as session:
        agent = session.scalar(select(Agent).where(func.lower(Agent.email) == email.strip().lower(), Agent.active))
        credential = session.get(Credential, agent.id) if agent else None
        _refuse_while_held(credential, db.clock.now())
    right = password_matches(credential.password_hash if credential else UNKNOWN_HASH, password)
    if agent is None or credential is None:
        raise Unauthenticated("address or password is wrong")
    with db.work() as w:
        if right:
            return _open_session(w, agent, address, browser)
        _count_failure(w, agent)
    raise Unauthenticated("address or password is wrong")


def _refuse_while_held(credential: Credential | None, now: datetime) -> None:
    if credential and credential.held_until and credential.held_until > now:
        raise TooManyAttempts(int((credential.held_until - now).total_seconds()) + 1)


def _open_session(w: Work, agent: Agent, address: str, browser: str) -> SignedIn:
    credential = w.session.get_one(Credential, agent.id)
    credential.failures, credential.held_until = 0, None
    token, csrf_token = new_token(), new_token()
    w.session.add(
        SignInSession(
            token_hash=digest(token),
            agent_id=agent.id,
            csrf_token=csrf_token,
            created_at=w.now,
            seen_at=w.now,
            expires_at=w.now + SESSION_LENGTH,
            address=address[:100],
            browser=browser[:300],
        )
    )
    return SignedIn(token, csrf_token, agent.id)


def _count_failure(w: Work, agent: Agent) -> None:
    credential = w.session.get_one(Credential, agent.id)
    credential.failures += 1
    credential.held_until = w.now + hold_after(credential.failures)


def viewer_of_session(session: Session, token: str, now: datetime) -> SessionViewer:
    """Who this cookie belongs to. Raises Unauthenticated."""
    row = session.scalar(select(SignInSession).where(SignInSession.token_hash == digest(token)))
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        raise Unauthenticated("the session has ended: sign in again")
    return SessionViewer(organisation.viewer_of(session, row.agent_id), row.csrf_token, row.id)


def sign_out(w: Work, session_id: int) -> None:
    w.session.get_one(SignInSession, session_id).revoked_at = w.now


def create_key(w: Work, viewer: Viewer, name: str, role: str, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
    """A new key with one role's permissions; the second value is the key itself, which is shown this once."""
    viewer.require("access.edit")
    found = w.session.scalar(select(Role).where(Role.name == role))
    if found is None:
        known = tuple(w.session.scalars(select(Role.name).order_by(Role.name)))
        raise Invalid(FieldError("role", f"'{role}' is not a role", known))
    if not name.strip() or w.session.scalar(select(ApiKey.id).where(ApiKey.name == name)):
        raise Invalid(FieldError("name", f"'{name}' is empty or taken"))
    key = new_api_key()
    row = ApiKey(
        name=name, prefix=key[:8], key_hash=digest(key), role_id=found.id, created_at=w.now, expires_at=expires_at
    )
    w.session.add(row)
    w.session.flush()
    audit.record(w, viewer, "created", "api key", row.id, {"name": [None, name], "role": [None, role]})
    return row, key


def revoke_key(w: Work, viewer: Viewer, name: str) -> None:
    viewer.require("access.edit")
    row = w.session.scalar(select(ApiKey).where(ApiKey.name == name))
    if row is None:
        raise NotFound("api key", name)
    row.revoked_at = row.revoked_at or w.now
    audit.record(w, viewer, "revoked", "api key", row.id)


def viewer_of_key(session: Session, key: str, now: datetime) -> Viewer:
    """Who this API key stands for. Raises Unauthenticated."""
    query = select(ApiKey, Role.permissions).join(Role, Role.id == ApiKey.role_id)
    live = (ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now))
    found = session.execute(query.where(ApiKey.key_hash == digest(key), *live)).first()
    if found is None:
        raise Unauthenticated("this API key is not valid")
    row, permissions = found
    return Viewer("key", row.id, row.name, frozenset(permissions))


class AnswerMismatch(Conflict):
    """The same Idempotency-Key came with another body."""


def remembered_answer(session: Session, api_key_id: int, key: str, body_hash: str, now: datetime) -> dict | None:  # type: ignore[type-arg]
    """What the same request was answered within the last day. Raises AnswerMismatch for another body."""
    row = session.get(IdempotentAnswer, (api_key_id, key))
    if row is None or row.created_at < now - ANSWER_KEPT:
        return None
    if row.body_hash != body_hash:
        raise AnswerMismatch(f"Idempotency-Key '{key[:100]}' was used for another request")
    return row.answer


def remember_answer(w: Work, api_key_id: int, key: str, body_hash: str, answer: dict) -> None:  # type: ignore[type-arg]
    """Keeps the answer in the transaction of the request's effect, so that a repeated request can never act twice."""
    stale = delete(IdempotentAnswer).where(IdempotentAnswer.api_key_id == api_key_id, IdempotentAnswer.key == key)
    w.session.execute(stale)
    w.session.add(
        IdempotentAnswer(api_key_id=api_key_id, key=key, body_hash=body_hash, answer=answer, created_at=w.now)
    )


def forget_expired(w: Work) -> int:
    """Drops answers and sessions past their time; returns how many rows went."""
    answers = w.session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < w.now - ANSWER_KEPT))
    sessions = w.session.execute(delete(SignInSession).where(SignInSession.expires_at < w.now - ANSWER_KEPT))
    return int(answers.rowcount + sessions.rowcount)  # type: ignore[attr-defined]
