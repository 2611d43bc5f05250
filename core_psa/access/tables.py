from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base


class Credential(Base):
    """An agent's password, argon2id. `failures` and `held_until` slow down guessing."""

    __tablename__ = "credential"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    held_until: Mapped[datetime | None]


class SignInSession(Base):
    """A signed-in browser. The cookie holds the token; the table only its sha256.

    `stage` is full, or what is still missing: code (of the second factor) or enrolment (a second factor at all). `method`
    is how the agent came in.
    """

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    csrf_token: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(default="")
    browser: Mapped[str] = mapped_column(default="")
    stage: Mapped[str] = mapped_column(default="full")
    method: Mapped[str] = mapped_column(default="password")


class SecondFactor(Base):
    """An agent's authenticator (TOTP, RFC 6238). It counts once confirmed; `last_step` is the latest 30 s step whose code
    was used, so that no code counts twice."""

    __tablename__ = "second_factor"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    secret: Mapped[str]
    last_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One way in without the authenticator, good for one time."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]


class SecondFactorRule(Base):
    """A role whose agents must have a second factor."""

    __tablename__ = "second_factor_rule"

    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), primary_key=True)


class IdentityProvider(Base):
    """Where agents may sign in instead of here (OpenID Connect).

    `role_by_group` maps a group of the provider, as named in the claim `groups_claim`, to a role of the desk. Without
    `local_sign_in` those who are linked have no password here any more; whoever administers access keeps theirs, so that a
    broken provider locks nobody out for good.
    """

    __tablename__ = "identity_provider"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    issuer: Mapped[str]
    client_id: Mapped[str]
    client_secret: Mapped[str] = mapped_column(default="")
    groups_claim: Mapped[str] = mapped_column(default="groups")
    role_by_group: Mapped[dict[str, str]] = mapped_column(JSON)
    creates_agents: Mapped[bool] = mapped_column(default=False)
    local_sign_in: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)


class IdentityLink(Base):
    """An agent as a provider knows them."""

    __tablename__ = "identity_link"
    __table_args__ = (UniqueConstraint("provider_id", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("identity_provider.id"))
    subject: Mapped[str]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    email: Mapped[str] = mapped_column(default="")
    linked_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class IdentityAttempt(Base):
    """A sign-in that is on its way through a provider; it comes back once, to the browser that began it.

    `agent_id` is set where somebody already signed in links their account.
    """

    __tablename__ = "identity_attempt"

    state_hash: Mapped[str] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("identity_provider.id"))
    browser_hash: Mapped[str]
    nonce: Mapped[str]
    verifier: Mapped[str]
    target: Mapped[str]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ApiKey(Base):
    """A program's key: shown once, then known by its prefix and the sha256 of the whole.

    It may do what its role may, or, where `scopes` is set, only those of them named there.
    """

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    prefix: Mapped[str]
    key_hash: Mapped[str] = mapped_column(unique=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"))
    scopes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class IdempotentAnswer(Base):
    """What a request with this `Idempotency-Key` was answered, written in the transaction of its effect; kept for 24 h."""

    __tablename__ = "idempotent_answer"

    api_key_id: Mapped[int] = mapped_column(ForeignKey("api_key.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[str]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(index=True)
