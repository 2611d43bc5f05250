"""Signing in, passwords, and API keys."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, delete, or_, select, update

from core_psa.access import second_factor, sessions
from core_psa.access.passwords import UNKNOWN_HASH, hash_password, password_matches
from core_psa.access.rules import ANSWER_KEPT, MIN_PASSWORD_LENGTH, SEEN_EVERY, digest, hold_after, new_api_key
from core_psa.access.sessions import Caller, SignedIn, viewer_of_session
from core_psa.access.single_sign_on import provider_instead_of_password
from core_psa.access.tables import ApiKey, Credential, IdempotentAnswer, IdentityAttempt, SignInSession
from core_psa.audit import actions as audit
from core_psa.db import Database, Instant, Work
from core_psa.db.records import get
from core_psa.db.spelling import same
from core_psa.errors import FieldError, Invalid, NotFound, TooManyAttempts, Unauthenticated
from core_psa.organisation.rules import PERMISSIONS, unknown_permissions
from core_psa.organisation.tables import Agent, Role
from core_psa.viewer import Viewer

__all__ = [
    "SignedIn",
    "change_password",
    "create_key",
    "finish_enrolment",
    "finish_sign_in",
    "forget_expired",
    "reset_password",
    "revoke_key",
    "set_password",
    "sign_in",
    "viewer_of_key",
    "viewer_of_session",
]


_LATEST = datetime(2199, 1, 1, tzinfo=UTC)


class SignInElsewhere(Unauthenticated):
    """The password is right, but this agent signs in at their provider."""

    def __init__(self, provider: str) -> None:
        super().__init__(f"sign in with {provider}")
        self.provider = provider


def set_password(w: Work, agent_id: int, password: str) -> None:
    if len(password) < MIN_PASSWORD_LENGTH:
        raise Invalid(FieldError("password", f"needs at least {MIN_PASSWORD_LENGTH} characters"))
    row = w.session.get(Credential, agent_id) or Credential(agent_id=agent_id, failures=0)
    row.password_hash, row.changed_at, row.failures, row.held_until = hash_password(password), w.now, 0, None
    w.session.add(row)


def change_password(db: Database, viewer: Viewer, present: str, password: str, session_id: int) -> int:
    """The viewer's own, against the present one. Every other session of theirs ends; returns how many did.

    Raises Invalid for a wrong or too short password, and TooManyAttempts.
    """
    agent_id = viewer.agent_id or 0
    with db.read() as session:
        credential = session.get(Credential, agent_id)
        _refuse_while_held(credential, db.clock.now())
    right = password_matches(credential.password_hash if credential else UNKNOWN_HASH, present)
    with db.work() as w:
        if right:
            set_password(w, agent_id, password)
            audit.record(w, viewer, "changed", "password", agent_id)
            return sessions.end_all(w, viewer, agent_id, but=session_id)
        _count_failure(w, agent_id)
    raise Invalid(FieldError("present", "is not your password"))


def reset_password(w: Work, viewer: Viewer, agent_id: int, password: str) -> None:
    """An administrator gives somebody a new password; all their sessions end."""
    viewer.require("access.edit")
    get(w.session, Agent, agent_id)
    set_password(w, agent_id, password)
    audit.record(w, viewer, "reset", "password", agent_id)
    sessions.end_all(w, viewer, agent_id)


def sign_in(db: Database, email: str, password: str, *, address: str = "", browser: str = "") -> SignedIn:
    """Checks the password outside any transaction, then opens a session or counts the failure in one.

    The session is full, or half where a second factor is still asked for: see `finish_sign_in`. Raises Unauthenticated
    (never saying whether the address or the password was wrong), SignInElsewhere or TooManyAttempts.
    """
    with db.read() as session:
        agent = session.scalar(select(Agent).where(same(Agent.email, email.strip()), Agent.active))
        credential = session.get(Credential, agent.id) if agent else None
        _refuse_while_held(credential, db.clock.now())
    right = password_matches(credential.password_hash if credential else UNKNOWN_HASH, password)
    if agent is None or credential is None:
        raise Unauthenticated("address or password is wrong")
    with db.work() as w:
        if right:
            return _let_in(w, agent, Caller(address, browser))
        _count_failure(w, agent.id)
    raise Unauthenticated("address or password is wrong")


def _let_in(w: Work, agent: Agent, caller: Caller) -> SignedIn:
    if elsewhere := provider_instead_of_password(w.session, agent.id):
        raise SignInElsewhere(elsewhere)
    if second_factor.is_set_up(w.session, agent.id):
        return sessions.open_session(w, agent.id, caller, "password", "code")
    _forgive(w, agent.id)
    required = second_factor.is_required(w.session, agent.id)
    return sessions.open_session(w, agent.id, caller, "password", "enrolment" if required else "full")


def finish_sign_in(db: Database, token: str, code: str, *, address: str = "", browser: str = "") -> SignedIn:
    """Turns a session that waits for a code into a full one with a token of its own.

    Raises Unauthenticated for a session that waits for nothing, Invalid for a wrong or used code, TooManyAttempts.
    """
    with db.read() as session:
        agent_id = sessions.half(session, token, db.clock.now(), "code").agent_id
        _refuse_while_held(session.get(Credential, agent_id), db.clock.now())
    with db.work() as w:
        half = sessions.half(w.session, token, w.now, "code")
        if used := second_factor.accept(w, agent_id, code):
            half.revoked_at = w.now
            _forgive(w, agent_id)
            return sessions.open_session(w, agent_id, Caller(address, browser), f"password and {used}")
        _count_failure(w, agent_id)
    raise Invalid(FieldError("code", "is wrong, or was used already"))


def finish_enrolment(w: Work, token: str, code: str, caller: Caller) -> tuple[SignedIn, list[str]]:
    """Confirms the second factor that a role asks for, and lets the agent in; the recovery codes are shown this once."""
    half = sessions.half(w.session, token, w.now, "enrolment")
    codes = second_factor.confirm(w, half.agent_id, code)
    half.revoked_at = w.now
    return sessions.open_session(w, half.agent_id, caller, "password and authenticator"), codes


def _refuse_while_held(credential: Credential | None, now: datetime) -> None:
    if credential and credential.held_until and credential.held_until > now:
        raise TooManyAttempts(int((credential.held_until - now).total_seconds()) + 1)


def _forgive(w: Work, agent_id: int) -> None:
    credential = w.session.get_one(Credential, agent_id)
    credential.failures, credential.held_until = 0, None


def _count_failure(w: Work, agent_id: int) -> None:
    credential = w.session.get(Credential, agent_id)
    if credential is not None:
        credential.failures += 1
        credential.held_until = w.now + hold_after(credential.failures)


def create_key(
    w: Work,
    viewer: Viewer,
    name: str,
    role: str,
    expires_at: datetime | None = None,
    scopes: Collection[str] | None = None,
) -> tuple[ApiKey, str]:
    """A new key with one role's permissions, or with those of them in `scopes`; the second value is the key itself, which
    is shown this once."""
    viewer.require("access.edit")
    found = w.session.scalar(select(Role).where(Role.name == role))
    _check_key(w, name, role, found, expires_at, scopes)
    assert found is not None
    key = new_api_key()
    row = ApiKey(
        name=name,
        prefix=key[:8],
        key_hash=digest(key),
        role_id=found.id,
        scopes=None if scopes is None else sorted(set(scopes)),
        created_at=w.now,
        expires_at=expires_at,
    )
    w.session.add(row)
    w.session.flush()
    told = {"name": [None, name], "role": [None, role], "scopes": [None, row.scopes]}
    audit.record(w, viewer, "created", "api key", row.id, told)
    return row, key


def _check_key(
    w: Work, name: str, role: str, found: Role | None, expires_at: datetime | None, scopes: Collection[str] | None
) -> None:
    errors = []
    if found is None:
        known = tuple(w.session.scalars(select(Role.name).where(Role.active).order_by(Role.name)))
        errors.append(FieldError("role", f"'{role}' is not a role", known))
    elif not found.active:
        errors.append(FieldError("role", f"the role {role} is retired"))
    if not name.strip() or w.session.scalar(select(ApiKey.id).where(ApiKey.name == name)):
        errors.append(FieldError("name", f"'{name}' is empty or taken"))
    if expires_at is not None and not w.now < expires_at < _LATEST:
        errors.append(FieldError("expires_at", f"must be in the future, and before {_LATEST:%Y}"))
    errors += [
        FieldError("scopes", f"'{scope[:100]}' is not a permission", tuple(PERMISSIONS))
        for scope in unknown_permissions(list(scopes or ()))
    ]
    if errors:
        raise Invalid(*errors)


def revoke_key(w: Work, viewer: Viewer, name: str) -> None:
    viewer.require("access.edit")
    row = w.session.scalar(select(ApiKey).where(ApiKey.name == name))
    if row is None:
        raise NotFound("api key", name)
    row.revoked_at = row.revoked_at or w.now
    audit.record(w, viewer, "revoked", "api key", row.id)


# Built once: every request asks, and building a statement costs more than running it.
_LIVE_KEY = (
    select(ApiKey.id, ApiKey.name, ApiKey.scopes, ApiKey.used_at, Role.permissions)
    .join(Role, Role.id == ApiKey.role_id)
    .where(ApiKey.key_hash == bindparam("key_hash"), ApiKey.revoked_at.is_(None))
    .where(or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > bindparam("now", type_=Instant)))
)


def viewer_of_key(db: Database, key: str) -> Viewer:
    """Who this API key stands for; writes down, now and then, that it is in use. Raises Unauthenticated."""
    now = db.clock.now()
    with db.read() as session:
        found = session.execute(_LIVE_KEY, {"key_hash": digest(key), "now": now}).one_or_none()
    if found is None:
        raise Unauthenticated("this API key is not valid")
    if found.used_at is None or found.used_at < now - SEEN_EVERY:
        with db.work() as w:
            w.session.execute(update(ApiKey).where(ApiKey.id == found.id).values(used_at=w.now))
    scoped = found.permissions if found.scopes is None else set(found.permissions) & set(found.scopes)
    return Viewer("key", found.id, found.name, frozenset(scoped))


def forget_expired(w: Work) -> int:
    """Drops answers, sessions and half-way sign-ins past their time; returns how many rows went."""
    past = w.now - ANSWER_KEPT
    stale = (
        delete(IdempotentAnswer).where(IdempotentAnswer.created_at < past),
        delete(SignInSession).where(SignInSession.expires_at < past),
        delete(IdentityAttempt).where(IdentityAttempt.expires_at < w.now - timedelta(hours=1)),
    )
    return sum(w.session.execute(statement).rowcount for statement in stale)  # type: ignore[attr-defined]
