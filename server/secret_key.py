"""The key that stored secrets are sealed with: in the environment, or in a file that only its owner reads."""

import os

from core_psa.db.secrets import Vault, is_key, new_key
from core_psa.errors import StoreUnavailable
from server.settings import Settings


def vault(settings: Settings) -> Vault:
    """Asks for the key when the first secret is needed, so that what needs none works without."""
    return Vault(lambda: read(settings))


def read(settings: Settings) -> str:
    """Raises StoreUnavailable, saying what to do, where there is none."""
    given, file = settings.secret_key.text, settings.key_file
    if not given and not file.exists():
        raise StoreUnavailable(
            f"the key of stored secrets is missing: put {file} back, it is in the desk's backups, "
            "or run 'fifthcall init' if no secret was ever stored"
        )
    key = given or file.read_text(encoding="ascii", errors="replace").strip()
    if not is_key(key):
        where = "FIFTHCALL_SECRET_KEY" if given else file
        raise StoreUnavailable(f"{where} is no key of stored secrets: 32 bytes in URL-safe base64 are expected")
    return key


def make(settings: Settings) -> None:
    """Writes a key file for a desk that has no key yet."""
    file = settings.key_file
    if settings.secret_key.text or file.exists():
        return
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
        written.write(new_key() + "\n")
