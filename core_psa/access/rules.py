"""Tokens, keys and how long things last."""

import hashlib
import secrets
from datetime import timedelta

SESSION_LENGTH = timedelta(hours=12)
# How long the second step of a sign-in may take, here or at a provider.
HALF_SESSION_LENGTH = timedelta(minutes=10)
# Being in use is written down now and then, not with every request.
SEEN_EVERY = timedelta(minutes=5)
RECOVERY_CODES = 10
ANSWER_KEPT = timedelta(hours=24)
KEY_PREFIX = "fc_"
FREE_FAILURES = 5
MIN_PASSWORD_LENGTH = 10
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def new_api_key() -> str:
    return KEY_PREFIX + secrets.token_urlsafe(32)


def new_recovery_code() -> str:
    """Fifty random bits in letters and digits that are not mistaken for one another."""
    letters = "".join(secrets.choice(_READABLE) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def plain_code(code: str) -> str:
    """A code as it was typed, without the blanks and dashes that people put in."""
    return "".join(c for c in code.lower() if c.isalnum())[:64]


def digest(token: str) -> str:
    """What the store keeps of a 256-bit random token; such a token needs no salt."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def hold_after(failures: int) -> timedelta:
    """How long the next sign-in must wait: nothing for the first few failures, then doubling up to a quarter of an hour."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    return min(timedelta(minutes=15), timedelta(seconds=2 ** (failures - FREE_FAILURES)))
