"""Kinds of error. An error is a noun of the domain that carries its facts; HTTP status is decided in `server/errors.py`."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field, and what would be right."""

    field: str
    message: str
    allowed: tuple[str, ...] = ()


class DomainError(Exception):
    """Base of every error the store raises on purpose."""


class NotFound(DomainError):
    """No record of this kind with this key, or none that the viewer may see."""

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"{kind} {key} does not exist")
        self.kind, self.key = kind, key


class Invalid(DomainError):
    """The input cannot be accepted; `errors` names each field and what is allowed."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("; ".join(f"{e.field}: {e.message}" for e in errors))
        self.errors: tuple[FieldError, ...] = errors


class Conflict(DomainError):
    """The record is not in the state the caller assumed."""


class VersionConflict(Conflict):
    """Somebody saved in between; `fields` are those changed since the caller's version."""

    def __init__(self, ticket_id: int, expected: int, actual: int, fields: Sequence[str]) -> None:
        changed = ", ".join(fields) or "nothing visible"
        super().__init__(f"ticket {ticket_id} is at version {actual}, not {expected}; changed since: {changed}")
        self.ticket_id, self.expected, self.actual, self.fields = ticket_id, expected, actual, tuple(fields)


class ActionRefused(Conflict):
    """The workflow does not allow this action now; `reasons` lists every unmet condition, `allowed` what may be done."""

    def __init__(self, ticket_id: int, action: str, reasons: Sequence[str], allowed: Sequence[str]) -> None:
        super().__init__(f"{action} is refused on ticket {ticket_id}: {'; '.join(reasons)}")
        self.ticket_id, self.action = ticket_id, action
        self.reasons, self.allowed = tuple(reasons), tuple(allowed)


class Forbidden(DomainError):
    """The viewer lacks a permission."""

    def __init__(self, permission: str) -> None:
        super().__init__(f"this needs the permission {permission}")
        self.permission = permission


class Unauthenticated(DomainError):
    """Nobody is signed in, or the key or session is no longer valid."""


class TooManyAttempts(DomainError):
    """Sign-in is held back for a while."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"too many attempts; try again in {retry_after_seconds} s")
        self.retry_after_seconds = retry_after_seconds


class StoreUnavailable(DomainError):
    """The database cannot be used now (locked, full, missing, of another version); the text says what to do."""
