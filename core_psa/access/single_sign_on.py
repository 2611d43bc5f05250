"""Signing in through an identity provider (OpenID Connect): what is kept while somebody is on their way, and who they are
when they come back. The talking to the provider is `server/single_sign_on.py`'s."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.access.roles import set_roles
from core_psa.access.rules import HALF_SESSION_LENGTH, digest, new_token
from core_psa.access.sessions import Caller, SignedIn, open_session
from core_psa.access.tables import IdentityAttempt, IdentityLink, IdentityProvider
from core_psa.audit import actions as audit
from core_psa.db import Work
from core_psa.db.spelling import same
from core_psa.errors import Conflict, NotFound, Unauthenticated
from core_psa.organisation import store as organisation
from core_psa.organisation.actions import administrators
from core_psa.organisation.tables import Agent
from core_psa.viewer import SYSTEM, Viewer


@dataclass(frozen=True)
class Departure:
    """What leaves with the browser: `state` and `nonce` travel through the provider, `browser` stays in a cookie, and
    `verifier` proves at the end that the same program asked (PKCE)."""

    state: str
    nonce: str
    verifier: str
    browser: str


@dataclass(frozen=True)
class Identity:
    """Somebody as the provider describes them; every value has been checked against its signature."""

    subject: str
    email: str
    email_verified: bool
    name: str
    groups: tuple[str, ...]


def identity_of(claims: Mapping[str, Any], groups_claim: str) -> Identity:
    """Read from an ID token's claims. Raises Unauthenticated where there is no subject."""
    subject, groups = claims.get("sub"), claims.get(groups_claim)
    if not isinstance(subject, str) or not subject:
        raise Unauthenticated("the provider did not say who you are")
    listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    email = str(claims.get("email") or "").strip().lower()
    return Identity(
        subject=subject,
        email=email,
        # A provider that writes the word instead of the value has not verified anything.
        email_verified=claims.get("email_verified") is True,
        name=str(claims.get("name") or email.partition("@")[0] or subject)[:200],
        groups=tuple(group for group in listed if isinstance(group, str)),
    )


def depart(w: Work, provider_id: int, target: str, agent_id: int | None = None) -> Departure:
    """Somebody goes to a provider, to come back to `target`. `agent_id` is who links their account."""
    provider = w.session.get(IdentityProvider, provider_id)
    if provider is None or not provider.active:
        raise NotFound("identity provider", provider_id)
    departure = Departure(new_token(), new_token(), new_token() + new_token()[:20], new_token())
    w.session.add(
        IdentityAttempt(
            state_hash=digest(departure.state),
            provider_id=provider_id,
            browser_hash=digest(departure.browser),
            nonce=departure.nonce,
            verifier=departure.verifier,
            target=target,
            agent_id=agent_id,
            expires_at=w.now + HALF_SESSION_LENGTH,
        )
    )
    w.session.flush()
    return departure


def come_back(w: Work, state: str, browser: str) -> tuple[IdentityAttempt, IdentityProvider]:
    """The sign-in this answer belongs to, which is used up by it. Raises Unauthenticated."""
    attempt = w.session.get(IdentityAttempt, digest(state), with_for_update=True)
    if attempt is None or attempt.expires_at <= w.now or not _same(attempt.browser_hash, digest(browser)):
        raise Unauthenticated("this sign-in was not begun in this browser, or took too long: begin again")
    provider = w.session.get_one(IdentityProvider, attempt.provider_id)
    w.session.delete(attempt)
    w.session.flush()
    return attempt, provider


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def admit(w: Work, provider: IdentityProvider, identity: Identity, caller: Caller) -> SignedIn:
    """Lets in whom this identity belongs to: the agent it is linked with, else the one with its verified address, else, where
    the provider may make agents and one of the groups means a role, a new one. Raises Unauthenticated."""
    link = _link_of(w.session, provider.id, identity.subject) or _new_link(
        w, provider, _agent_for(w, provider, identity), identity
    )
    agent = w.session.get_one(Agent, link.agent_id)
    if not agent.active:
        raise Unauthenticated("this agent is not active")
    link.used_at, link.email = w.now, identity.email
    _give_roles(w, provider, agent.id, identity)
    return open_session(w, agent.id, caller, provider.name)


def link_account(w: Work, viewer: Viewer, provider: IdentityProvider, identity: Identity) -> None:
    """Links the viewer's own account. Raises Conflict where the identity is somebody else's already."""
    link = _link_of(w.session, provider.id, identity.subject)
    if link is not None and link.agent_id != viewer.agent_id:
        raise Conflict(f"this account at {provider.name} is linked with another agent")
    if link is None:
        _new_link(w, provider, w.session.get_one(Agent, viewer.agent_id), identity, viewer)


def unlink(w: Work, viewer: Viewer, link_id: int) -> None:
    """One's own link, or with `access.edit` that of anybody."""
    link = w.session.get(IdentityLink, link_id)
    if link is None or (link.agent_id != viewer.agent_id and not viewer.may("access.edit")):
        raise NotFound("identity link", link_id)
    w.session.delete(link)
    audit.record(w, viewer, "unlinked", "agent", link.agent_id, {"identity": [link.email or link.subject, None]})


def provider_instead_of_password(session: Session, agent_id: int) -> str | None:
    """The name of the provider where this agent has to sign in, if passwords are switched off for them."""
    query = select(IdentityProvider.name).join(IdentityLink, IdentityLink.provider_id == IdentityProvider.id)
    switched_off = (IdentityLink.agent_id == agent_id, IdentityProvider.active, ~IdentityProvider.local_sign_in)
    name = session.scalar(query.where(*switched_off).order_by(IdentityProvider.id).limit(1))
    return None if name is None or agent_id in administrators(session) else name


def _link_of(session: Session, provider_id: int, subject: str) -> IdentityLink | None:
    mine = (IdentityLink.provider_id == provider_id, IdentityLink.subject == subject)
    return session.scalar(select(IdentityLink).where(*mine))


def _agent_for(w: Work, provider: IdentityProvider, identity: Identity) -> Agent:
    if not (identity.email and identity.email_verified):
        raise Unauthenticated(f"{provider.name} has not verified your e-mail address, so it cannot be linked")
    agent = w.session.scalar(select(Agent).where(same(Agent.email, identity.email)))
    if agent is not None:
        return agent
    if not (provider.creates_agents and _mapped(provider, identity)):
        raise Unauthenticated(f"no agent of this desk has the address that {provider.name} knows you by")
    agent = Agent(name=identity.name, email=identity.email, created_at=w.now)
    w.session.add(agent)
    w.session.flush()
    audit.record(
        w, SYSTEM, "created", "agent", agent.id, {"email": [None, agent.email], "through": [None, provider.name]}
    )
    return agent


def _new_link(
    w: Work, provider: IdentityProvider, agent: Agent, identity: Identity, by: Viewer | None = None
) -> IdentityLink:
    link = IdentityLink(provider_id=provider.id, subject=identity.subject, agent_id=agent.id, linked_at=w.now)
    link.email = identity.email
    w.session.add(link)
    w.session.flush()
    changes = {"identity": [None, f"{identity.email or identity.subject} at {provider.name}"]}
    audit.record(w, by or Viewer("agent", agent.id, agent.name), "linked", "agent", agent.id, changes)
    return link


def _mapped(provider: IdentityProvider, identity: Identity) -> set[str]:
    return {provider.role_by_group[group] for group in identity.groups if group in provider.role_by_group}


def _give_roles(w: Work, provider: IdentityProvider, agent_id: int, identity: Identity) -> None:
    """The provider decides about the roles it maps and leaves the others alone. It cannot take the last administrator away."""
    if not provider.role_by_group:
        return
    present = set(organisation.roles_of(w.session, [agent_id]).get(agent_id, ()))
    wanted = (present - set(provider.role_by_group.values())) | _mapped(provider, identity)
    if wanted == present:
        return
    if administrators(w.session) == {agent_id} and not _administers(w.session, wanted):
        return
    set_roles(w, SYSTEM, agent_id, wanted)


def _administers(session: Session, roles: set[str]) -> bool:
    return any("access.edit" in permissions for permissions in organisation.permissions_of(session, roles))


def links_of(session: Session, viewer: Viewer, agent_id: int) -> list[tuple[IdentityLink, str]]:
    """An agent's links with the names of their providers: one's own, or with `access.edit` those of others."""
    if viewer.agent_id != agent_id:
        viewer.require("access.edit")
    query = select(IdentityLink, IdentityProvider.name).join(
        IdentityProvider, IdentityProvider.id == IdentityLink.provider_id
    )
    rows = session.execute(query.where(IdentityLink.agent_id == agent_id).order_by(IdentityLink.id))
    return [(link, name) for link, name in rows]


def offered_providers(session: Session) -> list[tuple[int, str]]:
    """What the sign-in page offers: id and name."""
    query = select(IdentityProvider.id, IdentityProvider.name).where(IdentityProvider.active)
    return [(i, name) for i, name in session.execute(query.order_by(IdentityProvider.name))]
