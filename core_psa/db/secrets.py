"""Secrets that the desk must be able to read back, such as an authenticator's: sealed with a key that is not in the database.

What only has to be recognised (passwords, API keys, tokens) is not here: of that no more than a hash is kept.
"""

from collections.abc import Callable
from typing import cast

from sqlalchemy.orm import Session

from core_psa.errors import StoreUnavailable

# In a session's `info`.
VAULT = "vault"
# What stands in the store without it was written before secrets were sealed.
_SEALED = "sealed:"


class Vault:
    """Seals and opens with the key that `read_key` returns, once it is asked for: 32 bytes in URL-safe base64."""

    def __init__(self, read_key: Callable[[], str]) -> None:
        self._read_key = read_key

    def seal(self, text: str) -> str:
        from cryptography.fernet import Fernet

        return _SEALED + Fernet(self._read_key()).encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises StoreUnavailable where another key sealed it."""
        from cryptography.fernet import Fernet, InvalidToken

        try:
            return Fernet(self._read_key()).decrypt(sealed.removeprefix(_SEALED)).decode()
        except InvalidToken as error:
            raise StoreUnavailable(
                "a secret was sealed with another key: put the key file of this desk back, it is in its backups"
            ) from error


def new_key() -> str:
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def is_key(text: str) -> bool:
    """Whether a vault can work with it."""
    from cryptography.fernet import Fernet

    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def is_sealed(stored: str) -> bool:
    return stored.startswith(_SEALED)


def seal(session: Session, text: str) -> str:
    """How a secret is stored; the empty text is none. Raises StoreUnavailable without a key."""
    return _vault(session).seal(text) if text else ""


def opened(session: Session, stored: str) -> str:
    """The secret as it was given. Raises StoreUnavailable without its key."""
    return _vault(session).open(stored) if is_sealed(stored) else stored


def _vault(session: Session) -> Vault:
    vault = cast("Vault | None", session.info.get(VAULT))
    if vault is None:
        raise StoreUnavailable("this program was given no key for secrets: open the desk by its data folder")
    return vault
