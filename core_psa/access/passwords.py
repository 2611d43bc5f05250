"""argon2id. One check takes 64 MiB and a sixth of a second, so only two run at once."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
_at_once = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    with _at_once:
        return _hasher.hash(password)


def password_matches(password_hash: str, password: str) -> bool:
    with _at_once:
        try:
            return _hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


# Compared against when the address is unknown, so that both answers take the same time.
UNKNOWN_HASH = "$argon2id$v=19$m=65536,t=3,p=4$Zml2dGhjYWxsLWZha2U$Sz3F0tTAmKmJbJqHq4V4cVqgkQVHqBj1VwYSz3n9gq0"
