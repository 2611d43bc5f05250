"""Talking to an identity provider (OpenID Connect, authorization code with PKCE).

Everything the provider says is checked: its own description against the address it was asked at, the ID token against the
provider's published keys, and issuer, audience, nonce, expiry and access token hash against what was asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from core_psa.access.single_sign_on import Departure, Identity, identity_of
from core_psa.access.tables import IdentityAttempt, IdentityProvider
from core_psa.errors import Unauthenticated

_SECONDS = 10.0
_LEEWAY_SECONDS = 120
_SCOPE = "openid email profile"
# A key that both sides share would let the provider's client sign for the provider.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


class ProviderFailed(Unauthenticated):
    """The provider could not be asked, or what it answered does not hold."""


@dataclass(frozen=True)
class Described:
    """What a provider publishes about itself."""

    authorization: str
    token: str
    keys: str
    userinfo: str | None


def describe(provider: IdentityProvider) -> Described:
    """Asks the provider for its description. Raises ProviderFailed."""
    told = _get(f"{provider.issuer}/.well-known/openid-configuration")
    if str(told.get("issuer", "")).rstrip("/") != provider.issuer:
        raise ProviderFailed(f"{provider.name} describes itself as another provider")
    try:
        return Described(
            told["authorization_endpoint"], told["token_endpoint"], told["jwks_uri"], told.get("userinfo_endpoint")
        )
    except KeyError as missing:
        raise ProviderFailed(f"{provider.name} does not say its {missing.args[0]}") from missing


def address(provider: IdentityProvider, departure: Departure, back: str) -> str:
    """Where the browser goes, to come back to the address `back`."""
    with _client(provider, back) as client:
        url, _ = client.create_authorization_url(
            describe(provider).authorization,
            state=departure.state,
            nonce=departure.nonce,
            code_verifier=departure.verifier,
        )
    return str(url)


def identity(
    provider: IdentityProvider, secret: str, attempt: IdentityAttempt, code: str, back: str, now: datetime
) -> Identity:
    """Who came back with this code; `secret` is what this desk proves itself with, or empty. Raises ProviderFailed."""
    described = describe(provider)
    try:
        with _client(provider, back, secret) as client:
            token = client.fetch_token(described.token, code=code, code_verifier=attempt.verifier)
            claims = _checked(provider, described, token, attempt.nonce, now)
            if "email" not in claims and described.userinfo:
                claims = _completed(claims, client.get(described.userinfo).json())
    except (OAuthError, JoseError, httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
        raise ProviderFailed(f"what {provider.name} answered does not hold ({type(error).__name__})") from error
    return identity_of(claims, provider.groups_claim)


def _client(provider: IdentityProvider, back: str, secret: str = "") -> Any:
    return OAuth2Client(
        provider.client_id,
        secret or None,
        scope=_SCOPE,
        redirect_uri=back,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if secret else "none",
        timeout=_SECONDS,
    )


def _checked(
    provider: IdentityProvider, described: Described, token: Mapping[str, Any], nonce: str, now: datetime
) -> dict[str, Any]:
    """The ID token's claims, after every check."""
    keys = KeySet.import_key_set(_get(described.keys))  # type: ignore[arg-type]
    decoded = jwt.decode(token["id_token"], keys, algorithms=_ALGORITHMS)
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
        },
        {"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")},
    )
    claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_SECONDS)
    return dict(claims)


def _completed(claims: dict[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """What the provider tells beside the token, if it is about the same person."""
    return {**told, **claims} if told.get("sub") == claims["sub"] else claims


def _get(url: str) -> dict[str, Any]:
    try:
        answer = httpx2.get(url, timeout=_SECONDS, follow_redirects=False)
        answer.raise_for_status()
        told = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise ProviderFailed(f"the identity provider does not answer ({type(error).__name__})") from error
    if not isinstance(told, dict):
        raise ProviderFailed("the identity provider does not answer in its own language")
    return told
