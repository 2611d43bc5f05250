"""What a blocked sender may be, and which entries an address meets. Pure."""

from core_psa.db import fields


def sender(value: str) -> str:
    """An address, or a domain with everything below it, in lower case."""
    stripped = value.strip().removeprefix("@")
    return fields.email(stripped) if "@" in stripped else fields.domain(stripped)


def met_by(address: str) -> list[str]:
    """The entries that would block this address: itself, its domain, and every domain above that."""
    lowered = address.strip().lower()
    _, at, domain = lowered.rpartition("@")
    labels = domain.split(".")
    return [lowered, *(".".join(labels[i:]) for i in range(len(labels) - 1))] if at else []
