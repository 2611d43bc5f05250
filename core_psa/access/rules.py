"""Tokens, keys and how long things last."""

import hashlib
import secrets
from datetime import timedelta

SESSION_LENGTH = timedelta(hours=12)
ANSWER_KEPT = timedelta(hours=24)
KEY_PREFIX = "fc_"
FREE_FAILURES = 5
MIN_PASSWORD_LENGTH = 10


def new_token() -> str:
    return secrets.token_urlsafe(32)


def new_api_key() -> str:
    return KEY_PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What the store keeps of a 256-bit random token; such a token needs no salt."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def hold_after(failures: int) -> timedelta:
    """How long the next sign-in must wait: nothing for the first few failures, then doubling up to a quarter of an hour."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    return min(timedelta(minutes=15), timedelta(seconds=2 ** (failures - FREE_FAILURES)))
