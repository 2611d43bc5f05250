"""The second factor: an authenticator's codes (TOTP), and recovery codes for the day it is lost."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass

import pyotp
from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from core_psa.access.rules import RECOVERY_CODES, digest, new_recovery_code, plain_code
from core_psa.access.tables import RecoveryCode, SecondFactor, SecondFactorRule
from core_psa.audit import actions as audit
from core_psa.db import Work
from core_psa.db.records import get
from core_psa.db.secrets import opened, seal
from core_psa.errors import Conflict, FieldError, Invalid
from core_psa.organisation.tables import Agent, AgentRole, Role
from core_psa.viewer import Viewer

STEP_SECONDS = 30
# A clock may be half a minute off, either way.
_NEAR = (0, -1, 1)


@dataclass(frozen=True)
class Enrolment:
    """What the authenticator is told: the address holds the secret, as a QR code does."""

    secret: str
    address: str


def is_set_up(session: Session, agent_id: int) -> bool:
    row = session.get(SecondFactor, agent_id)
    return row is not None and row.confirmed_at is not None


def is_required(session: Session, agent_id: int) -> bool:
    """Whether a role of this agent asks for a second factor."""
    asks = select(SecondFactorRule.role_id).join(AgentRole, AgentRole.role_id == SecondFactorRule.role_id)
    return bool(session.scalar(select(exists(asks.where(AgentRole.agent_id == agent_id)))))


def roles_requiring(session: Session) -> frozenset[int]:
    return frozenset(session.scalars(select(SecondFactorRule.role_id)))


def require_of(w: Work, viewer: Viewer, role_ids: Collection[int]) -> None:
    """Leaves exactly these roles with the duty to have a second factor; it counts from their next sign-in on."""
    viewer.require("access.edit")
    before, after = roles_requiring(w.session), frozenset(role_ids)
    rows = {role_id: get(w.session, Role, role_id) for role_id in before | after}
    if gone := sorted(rows[i].name for i in after - before if not rows[i].active):
        raise Invalid(*(FieldError("roles", f"the role {name} is retired") for name in gone))
    names = {role_id: row.name for role_id, row in rows.items()}
    if before == after:
        return
    w.session.execute(delete(SecondFactorRule).where(SecondFactorRule.role_id.in_(before - after)))
    w.session.add_all(SecondFactorRule(role_id=role_id) for role_id in sorted(after - before))
    pair = [sorted(names[i] for i in before), sorted(names[i] for i in after)]
    audit.record(w, viewer, "updated", "second factor rule", None, {"roles": pair})


def begin(w: Work, agent_id: int, issuer: str) -> Enrolment:
    """A new secret, which counts once a code of it is confirmed; asked again before that, the same one.

    Raises Conflict where one counts already: it has to be removed first.
    """
    agent, row = w.session.get_one(Agent, agent_id), w.session.get(SecondFactor, agent_id)
    if row is not None and row.confirmed_at is not None:
        raise Conflict("a second factor is set up already: remove it first")
    if row is None:
        row = SecondFactor(agent_id=agent_id, secret=seal(w.session, pyotp.random_base32()), created_at=w.now)
        w.session.add(row)
        w.session.flush()
    secret = opened(w.session, row.secret)
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=agent.email, issuer_name=issuer))


def confirm(w: Work, agent_id: int, code: str) -> list[str]:
    """Makes the secret count; returns the recovery codes, which are shown this once. Raises Invalid for a wrong code."""
    row = w.session.get(SecondFactor, agent_id)
    if row is None or row.confirmed_at is not None:
        raise Conflict("there is nothing to confirm: begin again")
    if not _fits(w, row, code):
        raise Invalid(FieldError("code", "is not what the authenticator shows now: check the clock of both devices"))
    row.confirmed_at = w.now
    agent = w.session.get_one(Agent, agent_id)
    audit.record(w, Viewer("agent", agent.id, agent.name), "set up", "second factor", agent_id)
    return _new_codes(w, agent_id)


def accept(w: Work, agent_id: int, code: str) -> str | None:
    """How this code lets the agent in, `authenticator` or `recovery code`, or None. A code that did is used up."""
    row = w.session.get(SecondFactor, agent_id, with_for_update=True)
    if row is None or row.confirmed_at is None:
        return None
    if _fits(w, row, code):
        return "authenticator"
    return "recovery code" if _use_recovery_code(w, agent_id, code) else None


def renew_codes(w: Work, viewer: Viewer, code: str) -> list[str]:
    """New recovery codes instead of the old ones, against a code of the authenticator. Raises Invalid."""
    agent_id = _proved(w, viewer, code)
    audit.record(w, viewer, "renewed", "recovery codes", agent_id)
    return _new_codes(w, agent_id)


def remove(w: Work, viewer: Viewer, code: str) -> None:
    """The viewer's own, against one of its codes. Raises Invalid, and Conflict where a role asks for one."""
    agent_id = _proved(w, viewer, code)
    if is_required(w.session, agent_id):
        raise Conflict("your role asks for a second factor: an administrator can reset it")
    _drop(w, agent_id)
    audit.record(w, viewer, "removed", "second factor", agent_id)


def reset(w: Work, viewer: Viewer, agent_id: int) -> bool:
    """An administrator takes the second factor of somebody who lost theirs away. Whether there was one."""
    viewer.require("access.edit")
    get(w.session, Agent, agent_id)
    if w.session.get(SecondFactor, agent_id) is None:
        return False
    _drop(w, agent_id)
    audit.record(w, viewer, "reset", "second factor", agent_id)
    return True


def codes_left(session: Session, agent_id: int) -> int:
    unused = (RecoveryCode.agent_id == agent_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def _proved(w: Work, viewer: Viewer, code: str) -> int:
    if viewer.agent_id is None or not accept(w, viewer.agent_id, code):
        raise Invalid(FieldError("code", "is not a code of your authenticator, or was used already"))
    return viewer.agent_id


def _fits(w: Work, row: SecondFactor, code: str) -> bool:
    """Whether this is the code of now or half a minute around it, and newer than any used before."""
    generator, step = pyotp.TOTP(opened(w.session, row.secret)), int(w.now.timestamp()) // STEP_SECONDS
    for near in _NEAR:
        fits = hmac.compare_digest(generator.generate_otp(step + near).encode(), plain_code(code).encode())
        if fits and step + near > row.last_step:
            row.last_step = step + near
            return True
    return False


def _use_recovery_code(w: Work, agent_id: int, code: str) -> bool:
    mine = (RecoveryCode.agent_id == agent_id, RecoveryCode.code_hash == digest(plain_code(code)))
    row = w.session.scalar(select(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)))
    if row is not None:
        row.used_at = w.now
    return row is not None


def _new_codes(w: Work, agent_id: int) -> list[str]:
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    w.session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent_id))
    w.session.add_all(RecoveryCode(agent_id=agent_id, code_hash=digest(plain_code(code))) for code in codes)
    w.session.flush()
    return codes


def _drop(w: Work, agent_id: int) -> None:
    w.session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent_id))
    w.session.delete(w.session.get_one(SecondFactor, agent_id))
    w.session.flush()
