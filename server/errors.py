"""One table from kinds of error to HTTP status, and the answer's shape (RFC 9457 problem details)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from core_psa import errors
from core_psa.access.answers import AnswerMismatch
from core_psa.errors import ActionRefused, DomainError, Invalid, VersionConflict
from core_psa.sla.rules import BeyondCalendar
from core_psa.suggestions.actions import ProposalChanged


class RequestBroken(DomainError):
    """The request is not readable at all: not JSON, not UTF-8, no length where one is needed."""


class RequestTooLarge(DomainError):
    """The request is larger than a ticket may be."""


class RequestRunning(errors.Conflict):
    """A request with the same Idempotency-Key has not been answered yet."""


# The first kind that fits counts, so that a special case stands above its base.
STATUS: tuple[tuple[type[DomainError], HTTPStatus], ...] = (
    (RequestBroken, HTTPStatus.BAD_REQUEST),
    (RequestTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (errors.Unauthenticated, HTTPStatus.UNAUTHORIZED),
    (errors.Forbidden, HTTPStatus.FORBIDDEN),
    (errors.NotFound, HTTPStatus.NOT_FOUND),
    (AnswerMismatch, HTTPStatus.UNPROCESSABLE_ENTITY),
    (BeyondCalendar, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.Conflict, HTTPStatus.CONFLICT),
    (errors.Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.TooManyAttempts, HTTPStatus.TOO_MANY_REQUESTS),
    (errors.StoreUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)


def status_of(error: DomainError) -> HTTPStatus:
    return next((status for kind, status in STATUS if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)


def problem(error: DomainError) -> dict[str, Any]:
    """The answer's body: what went wrong, on which fields, and what would be allowed."""
    status = status_of(error)
    body = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": str(error)}
    return {**body, "errors": _field_errors(error), **_facts(error)}


def _field_errors(error: DomainError) -> list[dict[str, Any]]:
    if isinstance(error, Invalid):
        return [field_error(e.field, e.message, e.allowed) for e in error.errors]
    if isinstance(error, VersionConflict):
        return [field_error(name, "was changed since your version") for name in error.fields]
    if isinstance(error, ActionRefused):
        return [field_error("action", reason, error.allowed) for reason in error.reasons]
    return []


def field_error(field: str, message: str, allowed: tuple[str, ...] = ()) -> dict[str, Any]:
    entry: dict[str, Any] = {"field": field, "message": message}
    return {**entry, "allowed": list(allowed)} if allowed else entry


def _facts(error: DomainError) -> Mapping[str, Any]:
    if isinstance(error, VersionConflict):
        return {"version": error.actual}
    if isinstance(error, ActionRefused):
        return {"allowed": list(error.allowed)}
    if isinstance(error, ProposalChanged):
        return {"field": error.field, "value": error.value_id}
    return {}
